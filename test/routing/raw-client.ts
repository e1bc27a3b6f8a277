import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";

export interface RawRequest {
  readonly port: number;
  readonly tls: boolean;
  /** The name in TLS; none when "". */
  readonly sni: string;
  /** Everything that is sent. */
  readonly bytes: Buffer;
  readonly isHead: boolean;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; lines of one name joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly certificate: PeerCertificate | undefined;
  readonly ms: number;
}

/** Sends bytes as they are on a connection of its own and reads one answer: requests that no HTTP client would send can be sent. Ends by itself. */
export function sendRaw(request: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const at = { host: "127.0.0.1", port: request.port };
    const socket: Socket = request.tls
      ? connectTls({ ...at, rejectUnauthorized: false, ...(request.sni === "" ? {} : { servername: request.sni }) })
      : connectPlain(at);
    const chunks: Buffer[] = [];
    socket.setTimeout(15_000, () => socket.destroy(new Error("no answer within 15 s")));
    socket.once(request.tls ? "secureConnect" : "connect", () => socket.write(request.bytes));
    const finish = (ended: boolean): void => {
      const all = Buffer.concat(chunks);
      const answer = parse(all, request.isHead, ended);
      if (answer === undefined) {
        if (ended) reject(new Error(`the connection ended within the answer: ${all.toString("latin1").slice(0, 200)}`));
        return;
      }
      const certificate = request.tls ? (socket as TLSSocket).getPeerCertificate() : undefined;
      socket.destroy();
      resolve({ ...answer, certificate, ms: performance.now() - started });
    };
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      finish(false);
    });
    socket.on("end", () => finish(true));
    socket.on("error", reject);
  });
}

type Parsed = Pick<RawResponse, "status" | "headers" | "body">;

/** Undefined while the answer is not whole. */
function parse(all: Buffer, isHead: boolean, ended: boolean): Parsed | undefined {
  const split = all.indexOf("\r\n\r\n");
  if (split < 0) return undefined;
  const [first = "", ...lines] = all.subarray(0, split).toString("latin1").split("\r\n");
  const status = Number(first.split(" ")[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const rest = all.subarray(split + 4);
  if (status < 200) return parse(rest, isHead, ended);
  if (isHead || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
  if (headers["transfer-encoding"]?.includes("chunked")) {
    const body = dechunk(rest);
    return body === undefined ? undefined : { status, headers, body };
  }
  const length = headers["content-length"];
  if (length === undefined) return ended ? { status, headers, body: rest } : undefined;
  return rest.length >= Number(length) ? { status, headers, body: rest.subarray(0, Number(length)) } : undefined;
}

function dechunk(bytes: Buffer): Buffer | undefined {
  const out: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (size === 0) return Buffer.concat(out);
    if (bytes.length < end + 2 + size + 2) return undefined;
    out.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
