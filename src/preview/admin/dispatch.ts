import { type AdminRequest, type Answer, WRONG_METHOD } from "./answer.ts";
import { unreadableBody } from "./entity-body.ts";

/** What an endpoint does, by method. */
export type Endpoint = Readonly<Record<string, (request: AdminRequest) => Answer | Promise<Answer>>>;

/** Runs the method of a request: HEAD stands with GET, OPTIONS says what there is, other methods are refused. */
export function dispatch(endpoint: Endpoint, request: AdminRequest): Answer | Promise<Answer> {
  const methods = Object.keys(endpoint);
  if (request.method === "OPTIONS") {
    const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort().join(", ");
    const headers = {
      Allow: allowed,
      "Access-Control-Allow-Methods": allowed,
      "Access-Control-Allow-Headers": "Content-Type",
    };
    return { status: 204, headers };
  }
  const method = request.method === "HEAD" ? "GET" : request.method;
  const run = Object.hasOwn(endpoint, method) ? endpoint[method] : undefined;
  return run === undefined ? WRONG_METHOD : (unreadableBody(request) ?? run(request));
}
