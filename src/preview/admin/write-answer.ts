import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Settings } from "../options.ts";
import type { Answer } from "./answer.ts";

export interface WriteOptions {
  readonly settings: Settings;
  /** ms, as Kong reports it. */
  readonly latency: number;
  readonly slowBody: number | undefined;
  readonly truncate: boolean;
  readonly close: boolean;
}

/** Writes an answer as Kong's Admin API does, or as a fault has it. */
export async function writeAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  options: WriteOptions,
): Promise<void> {
  const bare = answer.status === 204 || answer.status === 304;
  const text = answer.html ?? answer.text ?? (answer.json === undefined ? "" : JSON.stringify(answer.json));
  const body = Buffer.from(bare ? "" : text);
  const headers: Record<string, string> = {
    Server: `silverback-preview/${options.settings.version}`,
    ...(answer.html === undefined
      ? {
          "Access-Control-Allow-Origin": "*",
          "Access-Control-Allow-Credentials": "true",
          "X-Kong-Admin-Latency": String(options.latency),
          ...(bare ? {} : { "Content-Type": "application/json; charset=utf-8" }),
        }
      : { "Content-Type": "text/html; charset=UTF-8" }),
    ...answer.headers,
    ...(bare ? {} : { "Content-Length": String(body.length) }),
    ...(options.close ? { Connection: "close" } : {}),
  };
  res.writeHead(answer.status, STATUS_CODES[answer.status] ?? "Unknown", headers);
  if (req.method === "HEAD" || bare) {
    res.end();
    return;
  }
  if (options.truncate) {
    res.write(body.subarray(0, Math.floor(body.length / 2)), () => req.socket.destroy());
    return;
  }
  if (options.slowBody !== undefined) await writeSlowly(res, body, options.slowBody, options.settings);
  else res.end(body);
}

const PIECES = 10;

async function writeSlowly(res: ServerResponse, body: Buffer, ms: number, settings: Settings): Promise<void> {
  res.flushHeaders();
  const size = Math.max(1, Math.ceil(body.length / PIECES));
  for (let start = 0; start < body.length; start += size) {
    await new Promise<void>((resolve) => void settings.clock.after(ms / PIECES, resolve));
    if (res.destroyed) return;
    res.write(body.subarray(start, start + size));
  }
  res.end();
}
