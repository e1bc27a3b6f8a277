/** The body and type of an error that the gateway itself answers with. */
export interface ErrorBody {
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";

/** What Kong's own code says: JSON unless the client asks for something else. */
export function ownError(message: string, accept: string | undefined, requestId: string): ErrorBody {
  const type = accept === undefined ? "json" : negotiate(accept);
  if (type === "grpc") return { type: "", body: "" };
  return write(type, message, requestId);
}

/** What stands in for nginx' own pages (400, 405, 502, 504 …): plain text unless the client asks for something else. */
export function serverError(
  message: string,
  accept: string | undefined,
  contentType: string | undefined,
  requestId: string,
): ErrorBody {
  const wish = accept ?? contentType;
  if (wish === undefined) return write("text", message, requestId);
  if (wish.includes("application/grpc")) return { type: JSON_TYPE, body: JSON.stringify({ message }) };
  const type = negotiate(wish);
  return write(type === "grpc" ? "json" : type, message, requestId);
}

type BodyType = "json" | "html" | "xml" | "text" | "grpc";

const TYPES: Readonly<Record<string, BodyType>> = {
  "application/json": "json",
  "text/html": "html",
  "application/xml": "xml",
  "text/plain": "text",
  "application/grpc": "grpc",
};

/** The wished type of the highest quality that there is a body for; JSON when there is none. */
function negotiate(accept: string): BodyType {
  let best: BodyType = "json";
  let quality = 0;
  for (const part of accept.split(",")) {
    const [name = "", ...parameters] = part.split(";").map((s) => s.trim());
    const q = parameters.map((p) => /^q=([\d.]+)$/i.exec(p)?.[1]).find((v) => v !== undefined);
    const type =
      TYPES[name.toLowerCase()] ?? (name === "*/*" ? "json" : name.toLowerCase() === "text/*" ? "text" : undefined);
    const wished = q === undefined ? 1 : Number(q);
    if (type !== undefined && wished > quality) {
      best = type;
      quality = wished;
    }
  }
  return best;
}

function write(type: Exclude<BodyType, "grpc">, message: string, requestId: string): ErrorBody {
  if (type === "json") return { type: JSON_TYPE, body: JSON.stringify({ message, request_id: requestId }) };
  if (type === "text") return { type: TEXT_TYPE, body: `${message}\nrequest_id: ${requestId}\n` };
  if (type === "xml")
    return {
      type: "application/xml; charset=utf-8",
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>${message}</message>\n  <requestid>${requestId}</requestid>\n</error>\n`,
    };
  return {
    type: "text/html; charset=utf-8",
    body: [
      "<!doctype html>",
      "<html>",
      "  <head>",
      '    <meta charset="utf-8">',
      "    <title>Error</title>",
      "  </head>",
      "  <body>",
      "    <h1>Error</h1>",
      `    <p>${message}.</p>`,
      `    <p>request_id: ${requestId}</p>`,
      "  </body>",
      "</html>",
      "",
    ].join("\n"),
  };
}

/** Kong's words for what its web server answers by itself. */
export const SERVER_ERRORS: Readonly<Record<number, string>> = {
  400: "Bad request",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  411: "Length required",
  412: "Precondition failed",
  413: "Payload too large",
  414: "URI too long",
  417: "Expectation failed",
  494: "Request header or cookie too large",
  500: "An unexpected error occurred",
  502: "An invalid response was received from the upstream server",
  503: "The upstream server is currently unavailable",
  504: "The upstream server is timing out",
};
