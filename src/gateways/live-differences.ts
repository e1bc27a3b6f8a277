import type { JsonObject } from "../base/json.ts";
import { own } from "../base/json.ts";
import { compareStrings, type ObjectRef } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import type { AdminClient } from "./admin-client.ts";
import { failedAnswer } from "./answers.ts";
import { type DatabaseOptions, DatabaseWriter } from "./database/database-writer.ts";
import { EntityRequests } from "./database/entity-requests.ts";
import { type Comparison, compareEntities } from "./entities/compare-entities.ts";
import { configEntities } from "./entities/config-entities.ts";
import { desiredEntities, type Sections } from "./entities/desired-entities.ts";
import type { FieldDifference } from "./entities/differences.ts";
import { entityName } from "./entities/entity-name.ts";
import { GatewaySchemas } from "./entities/gateway-schemas.ts";
import { HashedSecrets } from "./entities/hashed-secrets.ts";
import { EntityKinds } from "./entities/kinds.ts";
import type { CurrentEntities } from "./entities/match-entities.ts";
import type { Contact } from "./first-contact.ts";
import { originOfTags } from "./refusal.ts";

/** One entity that would change. */
export interface EntityDifference {
  readonly action: "create" | "update" | "delete";
  /** Kong's plural. */
  readonly kind: string;
  readonly id: string;
  /** For people: `key-auth on route shop.web`, `credential of consumer ann`. */
  readonly name: string;
  /** The objects behind it, the owner first; for what is to go, the one that its tags name. */
  readonly origins: readonly ObjectRef[];
  /** Of an update. */
  readonly fields: readonly FieldDifference[];
}

/** What a push of these sections would change on a gateway, in the order of kinds and names. Nothing is written. Throws an AdminFailure. */
export async function liveDifferences(
  client: AdminClient,
  contact: Contact,
  sections: Sections,
  options: DatabaseOptions,
  signal: AbortSignal,
): Promise<readonly EntityDifference[]> {
  const kinds = new EntityKinds(contact.profile.flavor);
  if (!contact.profile.dbless) {
    const { comparison, current } = await new DatabaseWriter(options).look(client, sections, contact, signal);
    // Without tags nobody can tell whose a licence is: none is ever removed from a database.
    const unwanted = comparison.unwanted.filter(({ kind }) => kind !== "licenses");
    return inOrder({ ...comparison, unwanted }, current, kinds);
  }
  const { clock, timeout, newId } = options;
  const slices = new Slices(clock);
  const answer = await client.call({ method: "GET", path: "/config", timeout, signal });
  if (answer.status !== 200) throw failedAnswer("GET /config", answer);
  const shown = (JSON.parse(answer.text) as { readonly config?: unknown }).config;
  const current = await configEntities(String(shown), kinds, slices);
  const requests = new EntityRequests({ client, clock, timeout, signal });
  const comparison = await compareEntities(await desiredEntities(sections, kinds, slices), current, {
    kinds,
    tags: [],
    newId,
    slices,
    schemas: new GatewaySchemas(contact.profile.flavor),
    readSchema: (path) => requests.get(path),
    secrets: new HashedSecrets(),
  });
  return inOrder(withoutPlaceholder(comparison), current, kinds);
}

/** In the place of an empty configuration stands an upstream that nobody asked for. */
function withoutPlaceholder(comparison: Comparison): Comparison {
  if (comparison.desired.length > 0) return comparison;
  const wanted = comparison.unwanted.filter(({ kind, value }) => kind !== "upstreams" || value["name"] !== "kong");
  return { ...comparison, unwanted: wanted };
}

function inOrder(
  { desired, unwanted }: Comparison,
  current: CurrentEntities,
  kinds: EntityKinds,
): readonly EntityDifference[] {
  const names = new Map<string, string>();
  const remember = (kind: string, id: string, value: JsonObject) => names.set(`${kind} ${id}`, entityName(kind, value));
  for (const [kind, entities] of current) for (const { id, value } of entities) remember(kind, id, value);
  for (const { desired: entity, id, value } of desired) remember(entity.kind, id, value);
  const nameOf = (kind: string, value: JsonObject) => fullName(kind, value, kinds, names);
  const out: EntityDifference[] = [];
  for (const { desired: entity, current: there, id, value, differences } of desired) {
    if (there !== undefined && differences.length === 0) continue;
    const { kind, origins } = entity;
    const action = there === undefined ? "create" : "update";
    out.push({ action, kind, id, name: nameOf(kind, value), origins, fields: differences });
  }
  for (const { kind, id, value } of unwanted) {
    const tags = own(value, "tags");
    const origin = originOfTags(Array.isArray(tags) ? (tags as readonly string[]) : []);
    out.push({ action: "delete", kind, id, name: nameOf(kind, value), origins: origin ? [origin] : [], fields: [] });
  }
  return out.sort(
    (a, b) => kinds.rank(a.kind) - kinds.rank(b.kind) || compareStrings(a.name, b.name) || compareStrings(a.id, b.id),
  );
}

/** With what it belongs to: many kinds have no names of their own, and plugins of one name are many. */
function fullName(kind: string, value: JsonObject, kinds: EntityKinds, names: ReadonlyMap<string, string>): string {
  const owners: string[] = [];
  for (const [field, to] of kinds.get(kind).references) {
    const reference = own(value, field) as JsonObject | undefined | null;
    const id = reference === undefined || reference === null ? undefined : own(reference, "id");
    if (id === undefined || !OWNED.has(kind)) continue;
    owners.push(`${field.replace("_", " ")} ${names.get(`${to} ${String(id)}`) || String(id)}`);
  }
  const snis = kind === "certificates" ? own(value, "snis") : undefined;
  const label = Array.isArray(snis) && snis.length > 0 ? snis.join(", ") : entityName(kind, value);
  const link = kind === "plugins" ? "on" : "of";
  return [label, ...(owners.length === 0 ? [] : [link, owners.join(" and ")])].filter((part) => part !== "").join(" ");
}

/** Kinds that are told apart by what they belong to. */
const OWNED: ReadonlySet<string> = new Set([
  "plugins",
  "targets",
  "keyauth_credentials",
  "basicauth_credentials",
  "hmacauth_credentials",
  "jwt_secrets",
  "oauth2_credentials",
  "acls",
  "mtls_auth_credentials",
  "consumer_group_consumers",
  "keys",
  "filter_chains",
]);
