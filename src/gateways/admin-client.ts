import { Readable } from "node:stream";
import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import type { Clock } from "../base/clock.ts";
import { formatDuration } from "../base/duration.ts";
import { Pieces } from "../base/pieces.ts";
import { type AccessMaterial, type FileReader, readMaterial, stampOf } from "./access-material.ts";
import type { AdminAccess, AdminEndpoint } from "./admin-endpoint.ts";
import { AdminFailure, failureOf } from "./admin-failure.ts";

export interface AdminClientOptions {
  readonly endpoint: AdminEndpoint;
  readonly access: AdminAccess;
  /** Programs behind the Admin API match on it: `kong-ingress-controller/<release>`. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly files: FileReader;
  /** The proxy for a URL, if there is one. */
  readonly proxyFor: (url: URL) => string | undefined;
  /** The most connections at a time; 2 unless given: for a push and a question. */
  readonly connections?: number;
}

export interface AdminRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query, from the slash on. Without the workspace. */
  readonly path: string;
  /** False: outside of any workspace. */
  readonly inWorkspace?: boolean;
  readonly body?: { readonly type: string; readonly content: Buffer | Pieces };
  /** For everything from the connection to the end of the answer, ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Whether the answer's text is wanted, by its status. What is not wanted is read past. Every text unless given. */
  readonly keep?: (status: number) => boolean;
}

export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** "" when it was not kept. */
  readonly text: string;
}

/** A timer that is this late, ms, was not merely waiting for its turn; and what an answer that is there already may need to be read. */
const STOOD_STILL = 500;
const GRACE = 1000;
const MOST_GRACES = 5;
/** More than any answer that is kept has (bytes): a refusal repeats at most the entities that were sent. */
const LARGEST_TEXT = 64 * 1024 * 1024;

/** Speaks to one Admin API. Files behind certificates, keys and the token are looked at before each call and read again when they have changed. */
export class AdminClient {
  readonly #options: AdminClientOptions;
  readonly #origin: string;
  readonly #base: string;
  #session: { readonly dispatcher: Dispatcher; readonly material: AccessMaterial } | undefined;

  constructor(options: AdminClientOptions) {
    this.#options = options;
    const url = new URL(options.endpoint.url);
    this.#origin = url.origin;
    this.#base = url.pathname === "/" ? "" : url.pathname;
  }

  /** Without credentials. */
  get url(): string {
    return this.#options.endpoint.url;
  }

  get workspace(): string {
    return this.#options.access.workspace;
  }

  /** Sends one request and reads the answer whatever its status. Throws an AdminFailure when no whole answer came. */
  async call(call: AdminRequest): Promise<AdminAnswer> {
    const aborting = new AbortController();
    let timedOut = false;
    const abort = () => aborting.abort();
    const cancel = this.#after(call.timeout, () => {
      timedOut = true;
      abort();
    });
    call.signal.addEventListener("abort", abort, { once: true });
    try {
      if (call.signal.aborted) throw new AdminFailure("aborted", "the call was aborted");
      return await this.#send(call, aborting.signal);
    } catch (error) {
      if (call.signal.aborted) throw new AdminFailure("aborted", "the call was aborted");
      if (timedOut) throw new AdminFailure("timeout", `no answer within ${formatDuration(call.timeout)}`);
      throw failureOf(error);
    } finally {
      cancel();
      call.signal.removeEventListener("abort", abort);
    }
  }

  /** Runs after `ms`. A timer that is late tells that this process stood still: an answer may have come meanwhile, and gets the time to be read. */
  #after(ms: number, run: () => void): () => void {
    const { clock } = this.#options;
    let cancel: (() => void) | undefined;
    let graces = 0;
    const wait = (time: number) => {
      const due = clock.monotonic() + time;
      cancel = clock.after(time, () => {
        if (clock.monotonic() - due < STOOD_STILL || ++graces > MOST_GRACES) run();
        else wait(GRACE);
      });
    };
    wait(ms);
    return () => cancel?.();
  }

  /** Forgets what was read from files and closes all connections; the next call begins afresh. */
  forget(): void {
    const session = this.#session;
    this.#session = undefined;
    // Whoever still uses a connection is told so by a failure.
    session?.dispatcher.destroy().catch(() => undefined);
  }

  async #send(call: AdminRequest, signal: AbortSignal): Promise<AdminAnswer> {
    const { dispatcher, material } = await this.#open();
    const prefix = call.inWorkspace === false || this.workspace === "" ? "" : `/${encodeURIComponent(this.workspace)}`;
    const answer = await request(`${this.#origin}${this.#base}${prefix}${call.path}`, {
      dispatcher,
      method: call.method,
      headers: this.#headers(material, call.body),
      ...(call.body === undefined ? {} : { body: bodyOf(call.body.content) }),
      signal,
      // One time-out rules the whole call.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const keep = call.keep === undefined || call.keep(answer.statusCode);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      if (!keep) continue;
      size += chunk.length;
      if (size > LARGEST_TEXT) throw new AdminFailure("interrupted", "the answer is larger than any answer of Kong's");
      chunks.push(chunk);
    }
    return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString("utf8") };
  }

  #headers(material: AccessMaterial, body: AdminRequest["body"]): Record<string, string> {
    const { endpoint, access, userAgent } = this.#options;
    const headers: Record<string, string> = { "user-agent": userAgent, accept: "application/json" };
    if (endpoint.authorization !== undefined) headers["authorization"] = endpoint.authorization;
    if (body !== undefined) {
      headers["content-type"] = body.type;
      // Of pieces it would not be known, and the body would go in chunks.
      headers["content-length"] = String(body.content.length);
    }
    if (material.token !== undefined) headers["kong-admin-token"] = material.token;
    for (const { name, value } of access.headers) headers[name.toLowerCase()] = value;
    return headers;
  }

  async #open(): Promise<{ readonly dispatcher: Dispatcher; readonly material: AccessMaterial }> {
    const { access, files } = this.#options;
    const known = this.#session;
    if (known !== undefined && known.material.stamp === (await stampOf(access, files))) return known;
    const material = await readMaterial(access, files);
    const session = { dispatcher: this.#connectTo(material), material };
    this.#session = session;
    // Calls under way end on the connections they have.
    known?.dispatcher.close().catch(() => undefined);
    return session;
  }

  #connectTo(material: AccessMaterial): Dispatcher {
    const options = {
      connections: this.#options.connections ?? 2,
      // Kong's nginx keeps an idle connection for 75 s.
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 60_000,
      pipelining: 1,
    };
    const connect = { ...material.tls, timeout: 0, autoSelectFamily: true };
    const proxy = this.#options.proxyFor(new URL(this.url));
    return proxy === undefined
      ? new Agent({ ...options, connect })
      : // Plain HTTP goes through a proxy as a request of its own, only TLS through a tunnel.
        new ProxyAgent({ ...options, uri: proxy, requestTls: connect, proxyTunnel: this.url.startsWith("https:") });
  }
}

function bodyOf(content: Buffer | Pieces): Buffer | Readable {
  return content instanceof Pieces ? Readable.from(content.list) : content;
}
