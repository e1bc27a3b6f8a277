import { hash } from "node:crypto";

/** The namespace under which Kong and KIC make ids from names (spec: ingress §14). */
const ROOT = "fd02801f-0957-4a15-a55a-c8d9606f30b5";
const NIL = "00000000-0000-0000-0000-000000000000";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for text in the usual form of a UUID, of any version and in either case. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/** The UUID of version 5 for a name in a namespace (RFC 9562 §5.5); the namespace must be a UUID. */
export function uuidV5(namespace: string, name: string): string {
  const bytes = Buffer.allocUnsafe(16 + Buffer.byteLength(name));
  bytes.write(namespace.replaceAll("-", ""), 0, 16, "hex");
  bytes.write(name, 16, "utf8");
  const hex = hash("sha1", bytes, "hex");
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) & 3]!;
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  // Joined it is one string; put together by a template it stays a chain of its parts, six times as large.
  return groups.join("-");
}

const namespaces = new Map<string, string>();

/** The id of the entity that `key` names among its kind. `kind` is Kong's plural, but `consumergroups` for consumer groups. A workspace, when given, comes before the key. */
export function entityId(kind: string, key: string, workspace = ""): string {
  let namespace = namespaces.get(kind);
  if (namespace === undefined) {
    namespace = uuidV5(ROOT, kind);
    namespaces.set(kind, namespace);
  }
  return uuidV5(namespace, workspace === "" ? key : `${workspace}/${key}`);
}

export function serviceId(name: string, workspace?: string): string {
  return entityId("services", name, workspace);
}

export function routeId(name: string, workspace?: string): string {
  return entityId("routes", name, workspace);
}

/** Consumers without a username have no such id. */
export function consumerId(username: string, workspace?: string): string {
  return entityId("consumers", username, workspace);
}

export function consumerGroupId(name: string, workspace?: string): string {
  return entityId("consumergroups", name, workspace);
}

export function vaultId(prefix: string, workspace?: string): string {
  return entityId("vaults", prefix, workspace);
}

/** What a plugin is bound to, by name; a consumer without a username by its custom_id. */
export interface PluginRelations {
  readonly service?: string;
  readonly route?: string;
  readonly consumer?: string;
  readonly consumer_group?: string;
}

/** The id of a top-level plugin: its name and relations make it. */
export function pluginId(name: string, relations: PluginRelations, workspace?: string): string {
  let key = name;
  if (relations.service !== undefined) key += `:service/${relations.service}`;
  if (relations.route !== undefined) key += `:route/${relations.route}`;
  if (relations.consumer !== undefined) key += `:consumer/${relations.consumer}`;
  if (relations.consumer_group !== undefined) key += `:consumer_group/${relations.consumer_group}`;
  return entityId("plugins", key, workspace);
}

/** The id of the licence that the KongLicense of this name holds. */
export function licenseId(name: string): string {
  return uuidV5(NIL, `KongLicense:${name}`);
}
