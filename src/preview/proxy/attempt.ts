import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";

/** One try at one address. Times in ms. */
export interface AttemptOptions {
  readonly scheme: "http" | "https";
  readonly address: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | AsyncIterable<Buffer> | undefined;
  readonly connectTimeout: number;
  readonly readTimeout: number;
  readonly tls: {
    readonly serverName: string;
    readonly verify: boolean;
    readonly ca: readonly string[] | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
  readonly agent: Agent;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type AttemptResult =
  | { readonly kind: "response"; readonly message: IncomingMessage }
  | { readonly kind: "upgrade"; readonly message: IncomingMessage; readonly socket: Socket; readonly head: Buffer }
  | {
      readonly kind: "failed";
      readonly timeout: boolean;
      /** True when the peer may have seen the request. */
      readonly sent: boolean;
      /** True when a connection that was kept open turned out to be closed. */
      readonly stale: boolean;
    };

/** Sends a request to one address and waits for the head of the answer. Never rejects. */
export function attempt(options: AttemptOptions): Promise<AttemptResult> {
  return new Promise((resolve) => {
    let connected = false;
    let timedOut = false;
    const outgoing = start(options);
    const give = (result: AttemptResult): void => {
      cancelConnect();
      options.signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const expire = (): void => {
      timedOut = true;
      outgoing.destroy(new Error("timed out"));
    };
    const cancelConnect = options.clock.after(options.connectTimeout, () => {
      if (!connected) expire();
    });
    const onAbort = (): void => void outgoing.destroy(new Error("the client went away"));
    options.signal.addEventListener("abort", onAbort, { once: true });
    outgoing.on("socket", (socket: Socket) => {
      const ready = (): void => {
        connected = true;
        cancelConnect();
        outgoing.setTimeout(options.readTimeout);
      };
      if (outgoing.reusedSocket) ready();
      else socket.once(options.scheme === "https" ? "secureConnect" : "connect", ready);
    });
    outgoing.on("timeout", () => {
      if (connected) expire();
    });
    outgoing.on("response", (message) => give({ kind: "response", message }));
    outgoing.on("upgrade", (message, socket: Socket, head) => give({ kind: "upgrade", message, socket, head }));
    outgoing.on("error", () =>
      give({ kind: "failed", timeout: timedOut, sent: connected, stale: outgoing.reusedSocket && !timedOut }),
    );
    send(outgoing, options.body);
  });
}

function start(options: AttemptOptions): ClientRequest {
  const common = {
    host: options.address,
    port: options.port,
    method: options.method,
    path: options.path,
    headers: options.headers,
    agent: options.agent,
    setHost: false,
  };
  if (options.scheme === "http") return httpRequest(common);
  const { tls } = options;
  return httpsRequest({
    ...common,
    servername: tls.serverName,
    rejectUnauthorized: tls.verify,
    ...(tls.ca === undefined ? {} : { ca: [...tls.ca] }),
    ...(tls.cert === undefined || tls.key === undefined ? {} : { cert: tls.cert, key: tls.key }),
  });
}

function send(outgoing: ClientRequest, body: Buffer | AsyncIterable<Buffer> | undefined): void {
  if (body === undefined || Buffer.isBuffer(body)) {
    outgoing.end(body);
    return;
  }
  const copy = async (): Promise<void> => {
    for await (const chunk of body) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(chunk))
        await new Promise<void>((resolve) => {
          outgoing.once("drain", resolve).once("close", resolve);
        });
    }
    outgoing.end();
  };
  copy().catch(() => outgoing.destroy(new Error("the client's body broke off")));
}
