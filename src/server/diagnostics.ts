import { Hono } from "hono";
import type { Clock } from "../base/clock.ts";
import type { ObjectRef } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import type { ObjectKey } from "../resources/kind.ts";
import { entryOf } from "../resources/kinds.ts";
import type { Payload, Rejection } from "../sync/gateway.ts";
import type { SyncObserver } from "../sync/observer.ts";
import type { LeftOutObjects } from "../sync/standing.ts";
import { redacted } from "../translate/redaction.ts";

export interface DiagnosticsOptions {
  /** Whether documents are shown with their secrets. */
  readonly dumps: "none" | "redacted" | "whole";
  readonly clock: Clock;
  /** Whether a plugin's object takes something from a Secret. */
  readonly usesSecrets: (origins: readonly ObjectRef[]) => boolean;
  readonly leftOut: () => LeftOutObjects;
  /** The uid of an object; undefined when there is none. */
  readonly uidOf: (object: ObjectKey) => string | undefined;
}

/** What was pushed last, and what came of it. */
export interface Diagnostics {
  readonly observer: SyncObserver;
  readonly app: Hono;
}

/** KIC's words. */
const DIFFS_ARE_SENSITIVE =
  "diffs include sensitive data: set CONTROLLER_DUMP_SENSITIVE_CONFIG=true in environment to enable";

/** `/debug/config/…` after spec/admin-push.md §11: what gateways took and refused last, and what is left out. */
export function diagnostics(options: DiagnosticsOptions): Diagnostics {
  let successful: Payload | undefined;
  let failed: Payload | undefined;
  let rawError: string | undefined;
  const observer: SyncObserver = {
    pushed({ payload, outcome }) {
      if (outcome.kind === "accepted" || outcome.kind === "unchanged") successful = payload;
      else if (outcome.kind === "rejected") {
        failed = payload;
        rawError = options.dumps === "whole" ? outcome.answer : describe(outcome.rejections);
      }
    },
    found(_gateway, payload) {
      successful = payload;
    },
  };
  const app = new Hono();
  if (options.dumps === "none") return { observer: {}, app };
  const dump = async (payload: Payload | undefined): Promise<Response> =>
    payload === undefined
      ? new Response(null, { status: 204 })
      : new Response(await dumpOf(payload, options), { headers: { "content-type": "application/json" } });
  app.get("/debug/config/successful", () => dump(successful));
  app.get("/debug/config/failed", () => dump(failed));
  app.get("/debug/config/raw-error", (c) => (rawError === undefined ? c.body(null, 204) : c.text(rawError)));
  app.get("/debug/config/fallback", (c) => c.json(fallbackOf(options)));
  app.get("/debug/config/diff-report", (c) => {
    const hash = c.req.query("hash") ?? "";
    const none = { hash: "", timestamp: "", diffs: [], available: [] };
    if (options.dumps !== "whole") return c.json({ message: DIFFS_ARE_SENSITIVE, ...none });
    if (hash !== "") return c.json({ message: `diff with hash "${hash}" not found`, ...none }, 404);
    return c.json({ message: "no diffs available", ...none });
  });
  return { observer, app };
}

/** The document with its hash, as JSON text; it is made in slices, since a document may have megabytes. */
async function dumpOf(payload: Payload, { dumps, clock, usesSecrets }: DiagnosticsOptions): Promise<string> {
  const slices = new Slices(clock);
  const sections: string[] = ['"_format_version":"3.0"'];
  for (const [name, entities] of payload.sections) {
    const texts: string[] = [];
    for (const { value, origins } of entities) {
      texts.push(JSON.stringify(dumps === "whole" ? value : redacted(name, value, origins, usesSecrets)));
      if (slices.due) await slices.pause();
    }
    sections.push(`${JSON.stringify(name)}:[${texts.join(",")}]`);
  }
  return `{"hash":${JSON.stringify(payload.md5)},"config":{${sections.join(",")}}}`;
}

function describe(rejections: readonly Rejection[]): string {
  return rejections
    .map(
      (r) =>
        `${r.entityType || "configuration"} ${r.entityName}${r.field === undefined ? "" : ` ${r.field}`}: ${r.message}\n`,
    )
    .join("");
}

/** What is left out, and what stands in for it, in the words of KIC. */
function fallbackOf({ leftOut, uidOf }: DiagnosticsOptions): object {
  const { refused, dependants, standIns, causesOf } = leftOut();
  const named = (key: ObjectKey) => ({ ...nameOf(key), id: uidOf(key) ?? "" });
  const affected = (key: ObjectKey) => ({
    ...named(key),
    version: entryOf(kindOf(key))?.kind.versions[0] ?? "",
    causingObjects: causesOf(key).map(causeText),
  });
  return {
    status: refused.length > 0 ? "triggered" : "not-triggered",
    brokenObjects: refused.map(named),
    excludedObjects: [...refused, ...dependants].map(affected),
    backfilledObjects: standIns.map(affected),
  };
}

function nameOf(key: ObjectKey) {
  const [kind = "", namespace = "", name = ""] = key.split("/");
  return { group: entryOf(kind)?.kind.group ?? "", kind, namespace, name };
}

function kindOf(key: ObjectKey): string {
  return key.slice(0, key.indexOf("/"));
}

/** As KIC writes it: `configuration.konghq.com/KongPlugin:shop/limit`. */
function causeText(key: ObjectKey): string {
  const { group, kind, namespace, name } = nameOf(key);
  return `${group === "" ? "" : `${group}/`}${kind}:${namespace === "" ? "" : `${namespace}/`}${name}`;
}
