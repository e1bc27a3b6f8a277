import { Hono } from "hono";
import type { Log } from "../base/log.ts";

/** Whether whoever has a bearer token may get a path. */
export type MayGet = (token: string, path: string) => Promise<"allowed" | "denied" | "unknown-caller">;

/** An app that only those may use whom somebody else allows it: without a token that is known 401, without the right 403, and 500 when that cannot be found out. */
export function grantedApp(app: Hono, mayGet: MayGet, log: Log): Hono {
  const guarded = new Hono();
  guarded.use("*", async (c, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (token === undefined) return c.text("Unauthorized: send a bearer token of the cluster", 401);
    let verdict: Awaited<ReturnType<MayGet>>;
    try {
      verdict = await mayGet(token, c.req.path);
    } catch (error) {
      log.error("It cannot be found out who may read this server", { error });
      return c.text("it cannot be found out whether this is allowed: the API server does not say", 500);
    }
    if (verdict === "unknown-caller") return c.text("Unauthorized: the API server does not know this token", 401);
    if (verdict === "denied")
      return c.text(`Forbidden: a ClusterRole has to allow get on the nonResourceURL ${c.req.path}`, 403);
    return next();
  });
  guarded.route("/", app);
  return guarded;
}
