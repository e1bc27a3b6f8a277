import { HeaderList } from "./header-list.ts";
import type { ClientRequest } from "./parse-request.ts";

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "upgrade",
  "transfer-encoding",
  "content-length",
]);

/** The client's headers without those that concern only its own connection. */
export function passedHeaders(request: ClientRequest): HeaderList {
  const named = request.headers
    .all("connection")
    .flatMap((value) => value.split(","))
    .map((token) => token.trim().toLowerCase());
  const drop = new Set([...HOP_BY_HOP, ...named.filter((name) => name !== "close" && name !== ""), "host", "te"]);
  const out = new HeaderList(request.headers.lines().filter(([name]) => !drop.has(name.toLowerCase())));
  const te = request.headers.all("te").flatMap((value) => value.split(","));
  if (te.some((token) => token.trim().toLowerCase().startsWith("trailers"))) out.set("TE", "trailers");
  if (isWebSocket(request)) {
    out.set("Connection", "upgrade");
    out.set("Upgrade", "websocket");
  }
  return out;
}

export function isWebSocket(request: ClientRequest): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** Adds what a gateway says about the client and the request; no client is trusted to say it itself. */
export function addForwarded(
  headers: HeaderList,
  request: ClientRequest,
  facts: { readonly prefix: string | undefined; readonly requestId: string; readonly via: string },
): void {
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined) headers.remove(name);
    else headers.set(name, value);
  };
  put("X-Forwarded-For", [...headers.all("x-forwarded-for"), request.clientIp].join(", "));
  put("X-Forwarded-Proto", request.scheme);
  put("X-Forwarded-Host", request.host);
  put("X-Forwarded-Port", String(request.port));
  put("X-Forwarded-Path", request.rawPath);
  put("X-Forwarded-Prefix", facts.prefix);
  put("X-Real-IP", request.clientIp);
  put("Via", [...headers.all("via"), `${request.httpVersion} ${facts.via}`].join(", "));
  put("X-Kong-Request-Id", facts.requestId);
}
