import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { ResponseDraft } from "../plugins/plugin.ts";
import type { ActivePlugin } from "../runtime/plugin-index.ts";
import { addCharset } from "./charset.ts";
import type { Exchange } from "./exchange.ts";
import { HeaderList } from "./header-list.ts";

const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/** Lets the plugins at the head of an answer. */
export function filterHead(exchange: Exchange, draft: ResponseDraft, plugins: readonly ActivePlugin[]): void {
  for (const [name, value] of exchange.responseHeaders) {
    if (name.toLowerCase() === "set-cookie") draft.headers.add(name, value);
    else draft.headers.set(name, value);
  }
  for (const { code, plugin } of plugins) code.headerFilter?.(exchange, draft, plugin);
}

/** Sends an answer whose whole body is known. */
export function respondWith(
  res: ServerResponse,
  exchange: Exchange | undefined,
  draft: ResponseDraft,
  text: string | Buffer,
  plugins: readonly ActivePlugin[],
): void {
  let body: Buffer = typeof text === "string" ? Buffer.from(text) : text;
  if (exchange !== undefined) filterHead(exchange, draft, plugins);
  for (const { code, plugin } of plugins)
    if (code.bodyFilter !== undefined && code.wantsBody?.(draft, plugin) === true)
      body = code.bodyFilter(body, draft, plugin);
  const bare = draft.status === 204 || draft.status === 304;
  if (!bare) draft.headers.set("Content-Length", String(body.length));
  writeHead(res, draft);
  res.end(bare ? undefined : body);
}

/** Passes on an upstream's answer. Rejects when the upstream breaks off; the client's connection is then cut. */
export async function respondFrom(
  res: ServerResponse,
  exchange: Exchange,
  message: IncomingMessage,
  extra: readonly (readonly [string, string])[],
  plugins: readonly ActivePlugin[],
): Promise<void> {
  const headers = HeaderList.fromRaw(message.rawHeaders);
  for (const name of HOP_BY_HOP) headers.remove(name);
  for (const [name, value] of extra) headers.set(name, value);
  addCharset(headers);
  const draft: ResponseDraft = { status: message.statusCode ?? 502, headers, fromUpstream: true };
  filterHead(exchange, draft, plugins);
  const filters = plugins.filter(({ code, plugin }) => code.wantsBody?.(draft, plugin) === true);
  if (filters.length > 0 && exchange.request.method !== "HEAD") {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    let body: Buffer = Buffer.concat(chunks);
    for (const { code, plugin } of filters) body = code.bodyFilter?.(body, draft, plugin) ?? body;
    headers.set("Content-Length", String(body.length));
    writeHead(res, draft);
    res.end(body);
    return;
  }
  writeHead(res, draft, message.statusMessage);
  await copyBody(message, res);
}

function writeHead(res: ServerResponse, draft: ResponseDraft, reason?: string): void {
  res.writeHead(draft.status, reason ?? STATUS_CODES[draft.status] ?? "Unknown", draft.headers.toRaw());
}

function copyBody(message: IncomingMessage, res: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const broken = (): void => {
      res.destroy();
      reject(new Error("the upstream broke off in the middle of its answer"));
    };
    message.on("error", broken);
    message.on("aborted", broken);
    res.on("close", () => {
      message.destroy();
      resolve();
    });
    message.on("end", () => resolve());
    message.pipe(res);
  });
}
