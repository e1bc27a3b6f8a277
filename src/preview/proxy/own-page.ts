import { STATUS_CODES } from "node:http";
import type { Settings } from "../options.ts";
import { SERVER_ERRORS, serverError } from "./error-answer.ts";

/** A whole answer as bytes, for requests that the parser could not read. */
export function ownPage(status: number, settings: Settings): Buffer {
  const requestId = settings.newId().replaceAll("-", "");
  const { type, body } = serverError(SERVER_ERRORS[status] ?? SERVER_ERRORS[400]!, undefined, undefined, requestId);
  // 494 is nginx' own number for headers that are too large; clients see 400 with it, as from Kong.
  const shown = status === 494 ? 400 : status;
  return Buffer.from(
    [
      `HTTP/1.1 ${shown} ${STATUS_CODES[shown]}`,
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
