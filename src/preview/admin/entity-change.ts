import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { RecordType } from "../../kong/schema/field.ts";
import type { Entity } from "../entity-set.ts";
import { withHash } from "../load.ts";

/** An entity with changes: records are merged field by field, everything else is replaced (facts: db-mode/README.md §3). */
export function merged(
  record: Pick<RecordType, "fields" | "shorthands">,
  old: JsonObject,
  changes: JsonObject,
): JsonObject {
  const out = new Map(Object.entries(withoutMoved(record, old, changes)));
  for (const [name, value] of Object.entries(changes)) {
    const field = record.fields.get(name);
    const before = out.get(name);
    if (isJsonObject(value) && isJsonObject(before) && field?.record !== undefined)
      out.set(name, merged(field.record, before as JsonObject, value as JsonObject));
    else out.set(name, value);
  }
  return Object.fromEntries(out);
}

/** What is changed at its old place is taken out of its new one, where the two would disagree. */
function withoutMoved(
  { shorthands }: Pick<RecordType, "shorthands">,
  old: JsonObject,
  changes: JsonObject,
): JsonObject {
  let out = old;
  for (const [name, { field }] of shorthands) {
    const [first, second] = field.deprecation?.replacedWith?.[0] ?? [];
    const before = first === undefined ? undefined : out[first];
    if (changes[name] === undefined || first === undefined || second === undefined || !isJsonObject(before)) continue;
    const { [second]: _gone, ...rest } = before as JsonObject;
    out = { ...out, [first]: rest };
  }
  return out;
}

/** `url` taken apart, so that a change of it replaces the path too; what is no URL is left for the schema to refuse. */
export function withoutUrl(changes: JsonObject): JsonObject {
  const { url, ...rest } = changes;
  if (typeof url !== "string" || !URL.canParse(url)) return changes;
  const { protocol, hostname, port, pathname } = new URL(url);
  return {
    protocol: protocol.slice(0, -1),
    host: hostname,
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    path: pathname === "/" && !url.replace(/^[^/]*\/\//, "").includes("/") ? null : pathname,
    ...rest,
  };
}

/** What Kong writes instead of what it was given. */
export function asKept(kind: string, entity: Entity, given: JsonObject, ttl: boolean): Entity {
  const kept: Record<string, unknown> & { id: string } = { ...entity };
  if (ttl) kept["ttl"] = given["ttl"] ?? null;
  if (kind === "targets") kept["target"] = wholeTarget(String(entity["target"]));
  if (kind === "ca_certificates") kept["cert_digest"] = digestOf(String(entity["cert"]));
  return kind === "basicauth_credentials" && given["password"] !== undefined ? withHash(kept) : kept;
}

/** A target with its port, an IPv6 address written out. */
export function wholeTarget(target: string): string {
  const bracket = /^\[(.+)\](?::(\d+))?$/.exec(target);
  const bare = isIPv6(target) ? target : undefined;
  if (bracket !== null || bare !== undefined)
    return `[${longIpv6(bare ?? bracket?.[1] ?? "")}]:${bracket?.[2] ?? "8000"}`;
  return /:\d+$/.test(target) ? target : `${target}:8000`;
}

function longIpv6(address: string): string {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...middle, ...right].map((group) => group.padStart(4, "0")).join(":");
}

function digestOf(cert: string): Json {
  try {
    return new X509Certificate(cert).fingerprint256.replaceAll(":", "").toLowerCase();
  } catch {
    // Let through as a vault reference: it has no digest.
    return null;
  }
}
