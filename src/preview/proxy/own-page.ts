import { STATUS_CODES } from "node:http";
import type { Settings } from "../options.ts";
import { SERVER_ERRORS, serverError } from "./error-answer.ts";

/** A whole answer as bytes, for requests that the parser could not read. */
export function ownPage(status: number, settings: Settings): Buffer {
  const requestId = settings.newId().replaceAll("-", "");
  const { type, body } = serverError(SERVER_ERRORS[status] ?? SERVER_ERRORS[400]!, undefined, undefined, requestId);
  return Buffer.from(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Request Header Or Cookie Too Large"}`,
      `Content-Type: ${type}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Server: silverback-preview/${settings.version}`,
      `X-Kong-Request-Id: ${requestId}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
