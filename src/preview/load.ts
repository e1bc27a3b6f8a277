import type { RouterFlavor } from "../kong/entities.ts";
import { entityId } from "../kong/ids.ts";
import { type Entity, type EntitySet, refId } from "./entity-set.ts";
import { passwordHash } from "./plugins/basic-auth.ts";

/** What a document turned out to be: entities, or the answer that refuses it. */
export type Loaded =
  | { readonly ok: true; readonly entities: EntitySet }
  | { readonly ok: false; readonly status: number; readonly body: unknown };

export interface LoadOptions {
  readonly flavor: RouterFlavor;
  readonly flatten: boolean;
  /** Seconds since 1970, for `created_at`. */
  readonly now: number;
  readonly newId: () => string;
}

type Record_ = Record<string, unknown>;

/** Nested lists: the field in the parent, the kind, and the field that then names the parent. */
const NESTED: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  services: [
    ["routes", "routes", "service"],
    ["plugins", "plugins", "service"],
  ],
  routes: [["plugins", "plugins", "route"]],
  upstreams: [["targets", "targets", "upstream"]],
  certificates: [["snis", "snis", "certificate"]],
  consumers: [
    ["plugins", "plugins", "consumer"],
    ["keyauth_credentials", "keyauth_credentials", "consumer"],
    ["basicauth_credentials", "basicauth_credentials", "consumer"],
    ["hmacauth_credentials", "hmacauth_credentials", "consumer"],
    ["jwt_secrets", "jwt_secrets", "consumer"],
    ["acls", "acls", "consumer"],
  ],
};

const NAMED: Readonly<Record<string, string>> = {
  services: "name",
  routes: "name",
  upstreams: "name",
  consumers: "username",
  snis: "name",
};

const DEFAULTS: Readonly<Record<string, Readonly<Record_>>> = {
  services: {
    protocol: "http",
    port: 80,
    retries: 5,
    connect_timeout: 60000,
    read_timeout: 60000,
    write_timeout: 60000,
    enabled: true,
  },
  routes: {
    protocols: ["http", "https"],
    strip_path: true,
    preserve_host: false,
    path_handling: "v0",
    regex_priority: 0,
    https_redirect_status_code: 426,
    request_buffering: true,
    response_buffering: true,
  },
  targets: { weight: 100 },
  upstreams: { algorithm: "round-robin", slots: 10000, hash_on: "none", hash_fallback: "none" },
  plugins: { enabled: true, config: {} },
};

/** Takes a declarative configuration apart into entities with ids and references. */
export function loadDocument(document: unknown, options: LoadOptions): Loaded {
  if (!isRecord(document)) return { ok: false, status: 500, body: { message: "An unexpected error occurred" } };
  if (document["_format_version"] === undefined)
    return refusal({ _format_version: "required field missing" }, options.flatten);
  const entities = new Map<string, Map<string, Entity>>();
  const names = new Map<string, Map<string, string>>();
  for (const [kind, list] of Object.entries(document)) {
    if (kind.startsWith("_")) continue;
    if (!Array.isArray(list)) return refusal({ [kind]: "expected an array" }, options.flatten);
    for (const item of list) if (isRecord(item)) add(kind, item, undefined);
  }
  for (const map of entities.values())
    for (const [id, entity] of map) map.set(id, { ...entity, ...resolved(entity, names) });
  for (const [id, credential] of entities.get("basicauth_credentials") ?? []) {
    const password = passwordHash(String(credential["password"]), refId(credential, "consumer") ?? "");
    entities.get("basicauth_credentials")?.set(id, { ...credential, password });
  }
  return { ok: true, entities };

  function add(kind: string, item: Record_, parent: readonly [string, string] | undefined): void {
    const rest: Record_ = {};
    const nested = NESTED[kind] ?? [];
    for (const [key, value] of Object.entries(item)) if (!nested.some(([field]) => field === key)) rest[key] = value;
    const nameField = NAMED[kind];
    const name = nameField === undefined ? undefined : rest[nameField];
    const id =
      typeof rest["id"] === "string" ? rest["id"] : typeof name === "string" ? entityId(kind, name) : options.newId();
    if (parent !== undefined) rest[parent[0]] = { id: parent[1] };
    if (typeof rest["url"] === "string") expandUrl(rest);
    const entity: Entity = { created_at: options.now, updated_at: options.now, ...DEFAULTS[kind], ...rest, id };
    mapOf(entities, kind).set(id, entity);
    if (typeof name === "string") mapOf(names, kind).set(name, id);
    for (const [field, childKind, ref] of nested) {
      const children = item[field];
      if (Array.isArray(children)) for (const child of children) if (isRecord(child)) add(childKind, child, [ref, id]);
    }
  }
}

function expandUrl(service: Record_): void {
  const url = new URL(service["url"] as string);
  service["protocol"] = url.protocol.slice(0, -1);
  service["host"] = url.hostname;
  service["port"] = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (url.pathname !== "/") service["path"] = url.pathname;
  delete service["url"];
}

const REFS: Readonly<Record<string, string>> = {
  service: "services",
  route: "routes",
  consumer: "consumers",
  upstream: "upstreams",
  certificate: "certificates",
  client_certificate: "certificates",
};

function resolved(entity: Entity, names: ReadonlyMap<string, ReadonlyMap<string, string>>): Record_ {
  const out: Record_ = {};
  for (const [field, kind] of Object.entries(REFS)) {
    const value = entity[field];
    if (typeof value === "string") out[field] = { id: names.get(kind)?.get(value) ?? value };
    else if (isRecord(value) && typeof value["name"] === "string")
      out[field] = { id: names.get(kind)?.get(value["name"]) ?? value["id"] };
  }
  return out;
}

function refusal(fields: Record_, flatten: boolean): Loaded {
  const text = Object.entries(fields).map(([k, v]) => `${k}="${String(v)}"`);
  return {
    ok: false,
    status: 400,
    body: {
      code: 14,
      name: "invalid declarative configuration",
      message: `declarative config is invalid: {${text.join(",")}}`,
      fields,
      ...(flatten ? { flattened_errors: {} } : {}),
    },
  };
}

function isRecord(value: unknown): value is Record_ {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapOf<V>(maps: Map<string, Map<string, V>>, kind: string): Map<string, V> {
  let map = maps.get(kind);
  if (map === undefined) {
    map = new Map();
    maps.set(kind, map);
  }
  return map;
}
