import type { Readable } from "node:stream";
import { request } from "undici";
import type { Clock } from "../base/clock.ts";
import type { Access } from "./access.ts";
import { ApiError, ApiUnreachable, parseStatus } from "./api-error.ts";
import { ConnectionPool } from "./connections.ts";
import type { Environment } from "./proxy.ts";
import { RateLimit } from "./rate-limit.ts";

export interface ApiClientOptions {
  readonly access: Access;
  readonly clock: Clock;
  /** `name/version`. */
  readonly userAgent: string;
  /** Requests a second in the long run, and at once (--apiserver-qps, --apiserver-burst); qps 0 is no limit. */
  readonly qps: number;
  readonly burst: number;
  /** For HTTPS_PROXY and NO_PROXY. */
  readonly env: Environment;
}

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root of the API: `/api/v1/services`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body; default application/json. */
  readonly contentType?: string;
  /** Default application/json. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** For the whole answer, ms, counted from when the request leaves; default one minute. */
  readonly timeout?: number;
  /** Leaves at once whatever the rate limit says. */
  readonly urgent?: boolean;
  /** The answer is no JSON: its value is the text. */
  readonly plain?: boolean;
}

export interface ApiAnswer {
  readonly value: unknown;
  /** Of the answer's body. */
  readonly bytes: number;
}

/** The body of a watch: chunks as they come. */
export type ByteStream = AsyncIterable<Uint8Array>;

const DEFAULT_TIMEOUT = 60_000;
/** Characters that take more than a millisecond to parse. */
const LARGE_ANSWER = 100_000;

/** Speaks JSON with an API server. Failures are ApiError (the server refused) or ApiUnreachable (no usable answer); it repeats nothing but a request whose credentials had to be renewed. */
export class ApiClient {
  readonly #access: Access;
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #limit: RateLimit;
  readonly #pool: ConnectionPool;
  readonly #listeners = new Set<() => void>();
  #reachable = true;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: ApiClientOptions) {
    this.#access = options.access;
    this.#clock = options.clock;
    this.#userAgent = options.userAgent;
    this.#limit = new RateLimit(options.clock, options.qps, options.burst);
    this.#pool = new ConnectionPool(new URL(options.access.server), options.env);
  }

  /** Where it speaks to, for messages. */
  get server(): string {
    return this.#access.server;
  }

  /** False after a request that got no answer, until the next one that gets one. */
  get reachable(): boolean {
    return this.#reachable;
  }

  /** Calls `listener` each time that the server answers again after it did not. Returns the function that ends it. */
  onReachable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** One request and its whole answer. */
  async request(call: ApiRequest): Promise<ApiAnswer> {
    const limit = new Deadline(this.#clock, call.signal);
    try {
      const body = await this.#send(call, limit, "requests", call.timeout ?? DEFAULT_TIMEOUT);
      const text = await this.#answered(call, limit, textOf(body));
      const value = call.plain === true ? text : await this.#parsed(describe(call), text);
      return { value, bytes: text.length };
    } finally {
      limit.end();
    }
  }

  /** Opens a watch: resolves when the server has accepted it. The stream ends when the server ends it; it throws when the connection breaks or the signal is aborted. */
  async stream(call: ApiRequest & { readonly signal: AbortSignal }): Promise<ByteStream> {
    const limit = new Deadline(this.#clock, call.signal);
    return await this.#send(call, limit, "watches", undefined);
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #send(
    call: ApiRequest,
    limit: Deadline,
    pool: "requests" | "watches",
    timeout: number | undefined,
  ): Promise<Readable> {
    if (call.urgent !== true) await this.#limit.take(call.signal);
    if (timeout !== undefined) limit.start(timeout);
    for (let attempt = 1; ; attempt++) {
      const response = await this.#answered(call, limit, this.#once(call, limit.signal, pool));
      if (response.statusCode < 300) return response.body;
      const text = await this.#answered(call, limit, textOf(response.body));
      // The server did nothing with it, so even a write may be sent again.
      if (response.statusCode === 401 && attempt === 1 && this.#access.renew()) continue;
      const retryAfter = retryAfterMs(response.headers["retry-after"], this.#clock);
      throw new ApiError(describe(call), response.statusCode, parseStatus(text), retryAfter);
    }
  }

  async #once(call: ApiRequest, signal: AbortSignal, pool: "requests" | "watches") {
    const settings = await this.#access.current();
    const headers: Record<string, string | string[]> = {
      "user-agent": this.#userAgent,
      accept: call.accept ?? "application/json",
    };
    for (const [name, value] of Object.entries(settings.headers))
      headers[name] = typeof value === "string" ? value : [...value];
    if (call.body !== undefined) headers["content-type"] = call.contentType ?? "application/json";
    return await request(`${this.#access.server}${call.path}${queryOf(call)}`, {
      method: call.method ?? "GET",
      dispatcher: this.#pool.get(settings)[pool],
      headers,
      signal,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
  }

  /** Large answers are parsed one in each turn of the event loop, for several often come together. */
  async #parsed(what: string, text: string): Promise<unknown> {
    if (text.length < LARGE_ANSWER) return parseAnswer(what, text);
    const turn = this.#lastTurn.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    this.#lastTurn = turn;
    await turn;
    return parseAnswer(what, text);
  }

  /** Waits for a part of an answer, and keeps whether the server answers at all. */
  async #answered<T>(call: ApiRequest, limit: Deadline, part: Promise<T>): Promise<T> {
    let value: T;
    try {
      value = await part;
    } catch (error) {
      if (call.signal?.aborted) throw error;
      this.#reachable = false;
      throw new ApiUnreachable(`${describe(call)} at ${this.#access.server}`, limit.passed ?? error);
    }
    if (!this.#reachable) {
      this.#reachable = true;
      for (const listener of [...this.#listeners]) listener();
    }
    return value;
  }
}

/** An outer signal and a time limit in one signal. */
class Deadline {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = () => this.#controller.abort(this.#outer?.reason);
  #cancel: (() => void) | undefined;
  /** Set once the time has passed. */
  passed: Error | undefined;

  constructor(clock: Clock, outer: AbortSignal | undefined) {
    this.#clock = clock;
    this.#outer = outer;
    if (outer?.aborted) this.#onAbort();
    outer?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.passed = new Error(`no whole answer within ${ms / 1000} s`);
      this.#controller.abort(this.passed);
    });
  }

  end(): void {
    this.#cancel?.();
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }
}

function describe(call: ApiRequest): string {
  return `${call.method ?? "GET"} ${call.path}`;
}

function queryOf(call: ApiRequest): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString("utf8");
}

function parseAnswer(what: string, text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw new ApiUnreachable(
      what,
      new Error("the answer is not JSON; something other than an API server seems to have answered"),
    );
  }
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterMs(header: string | string[] | undefined, clock: Clock): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - clock.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
