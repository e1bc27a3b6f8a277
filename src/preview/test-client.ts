import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

/** For tests: what came back. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** For tests: one request on a connection of its own; rejects when the answer does not come to its end. */
export function get(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly ca?: string;
    readonly servername?: string;
    readonly path?: string;
    readonly onHead?: (status: number) => void;
  } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { body, onHead, ...rest } = options;
    const named = Object.keys(options.headers ?? {}).map((name) => name.toLowerCase());
    const framed = named.includes("content-length") || named.includes("transfer-encoding");
    const length = body === undefined || framed ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const req = send(url, { ...rest, headers: { ...length, ...options.headers }, agent: false }, (res) => {
      onHead?.(res.statusCode ?? 0);
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text: Buffer.concat(chunks).toString() }),
      );
      res.on("error", reject);
    });
    req.on("error", reject);
    req.end(body);
  });
}
