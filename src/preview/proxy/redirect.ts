import { STATUS_CODES } from "node:http";
import type { PluginAnswer } from "../plugins/plugin.ts";
import type { RouteEntity } from "../runtime/types.ts";
import type { ClientRequest } from "./parse-request.ts";

/** What a plain request to a route that wants TLS gets; undefined when it may go on. */
export function redirectToTls(request: ClientRequest, route: RouteEntity): PluginAnswer | undefined {
  const { protocols } = route;
  const tlsOnly = protocols.every((protocol) => protocol === "https" || protocol === "grpcs");
  if (request.scheme === "https" || !tlsOnly) return undefined;
  const status = route.https_redirect_status_code;
  if (status === 426)
    return {
      status,
      error: "Please use HTTPS protocol",
      headers: { Connection: "Upgrade", Upgrade: "TLS/1.2, HTTP/1.1" },
    };
  const query = request.query === undefined ? "" : `?${request.query}`;
  return {
    status,
    exactType: true,
    headers: {
      // nginx writes the page of the older statuses itself.
      "Content-Type": status < 303 ? "text/html" : "text/html; charset=UTF-8",
      Location: `https://${request.host}${request.rawPath}${query}`,
    },
    body: `<html>\r\n<head><title>${status} ${STATUS_CODES[status]}</title></head>\r\n<body>\r\n<center><h1>${status} ${STATUS_CODES[status]}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}
