import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema, Field } from "../../kong/schema/field.ts";
import type { HashedSecrets } from "./hashed-secrets.ts";
import type { Match } from "./match-entities.ts";
import { fieldsFor, isDrawn, normalForm, sameValue } from "./normal-form.ts";

/** One field that is not as it should be. */
export interface FieldDifference {
  /** `["config", "redis", "host"]`: records are looked into, lists and maps are one value. */
  readonly path: readonly string[];
  /** In normal form; null when it is not set. */
  readonly before: Json;
  readonly after: Json;
  /** It is, or may be, somebody's secret. */
  readonly secret: boolean;
}

/** What Kong sets by itself. */
const NOT_COMPARED: ReadonlySet<string> = new Set(["id", "created_at", "updated_at", "cert_digest", "ws_id"]);

/** Fields that are secret although Kong's schemas do not say so. */
const SECRET: Readonly<Record<string, readonly string[]>> = {
  keyauth_credentials: ["key"],
  hmacauth_credentials: ["secret"],
  jwt_secrets: ["secret"],
  oauth2_credentials: ["client_secret"],
  licenses: ["payload"],
};

/** Fields in which a gateway differs from what is desired; none when it would keep the desired entity exactly as it is. */
export function differencesOf(
  { desired, current, value }: Match,
  schema: EntitySchema | undefined,
  secrets: HashedSecrets,
): readonly FieldDifference[] {
  if (current === undefined) return [];
  const { kind } = desired;
  const after = normalForm(kind, value, schema);
  const before = normalForm(kind, current.value, schema);
  const fields = fieldsFor(schema, after);
  const out: FieldDifference[] = [];
  for (const [name, wanted] of Object.entries(after)) {
    if (NOT_COMPARED.has(name)) continue;
    const field = fields.get(name);
    const there = own(before, name) ?? null;
    if (name === "snis" && kind === "certificates") compareNames(wanted, there, out);
    else if (name === "ttl" && schema?.ttl === true) compareTtl(wanted, there, out);
    else if (secrets.isHash(kind, name, there)) {
      if (!secrets.same(kind, value, current.value))
        out.push({ path: [name], before: there, after: wanted, secret: true });
    } else compareField([name], field, wanted, there, own(value, name), out);
  }
  if (schema?.ttl === true && !("ttl" in after)) compareTtl(null, own(before, "ttl") ?? null, out);
  const hidden = own(SECRET, kind) ?? [];
  return out.map((one) => (hidden.includes(one.path[0]!) ? { ...one, secret: true } : one));
}

function compareField(
  path: readonly string[],
  field: Field | undefined,
  wanted: Json,
  there: Json,
  given: Json | undefined,
  out: FieldDifference[],
): void {
  if (given === undefined && field !== undefined && isDrawn(field)) return;
  // Of what nobody knows the fields of, only those that were given can be compared.
  if (field?.abstract === true && given === undefined) return;
  if (isRecord(field) && isJsonObject(wanted) && isJsonObject(there)) {
    for (const [name, one] of Object.entries(wanted as JsonObject)) {
      const below = isJsonObject(given) ? own(given as JsonObject, name) : undefined;
      compareField(
        [...path, name],
        field?.record?.fields.get(name),
        one,
        own(there as JsonObject, name) ?? null,
        below,
        out,
      );
    }
    return;
  }
  // Named by something else than its id, it is whatever entity of that name there is.
  if (field?.type === "foreign" && isJsonObject(wanted) && !("id" in wanted) && there !== null) return;
  if (!sameValue(field, wanted, there)) out.push({ path, before: there, after: wanted, secret: isSecret(field) });
}

/** Without a schema nobody knows which fields there are beside those that were given. */
function isRecord(field: Field | undefined): boolean {
  return field?.type === "record";
}

/** What is kept in a vault elsewhere is secret here. */
function isSecret(field: Field | undefined): boolean {
  if (field === undefined) return true;
  return (
    field.encrypted === true ||
    field.referenceable === true ||
    (field.elements !== undefined && isSecret(field.elements))
  );
}

/** Kong gives them back in an order of its own. */
function compareNames(wanted: Json, there: Json, out: FieldDifference[]): void {
  const names = (list: Json) => (Array.isArray(list) ? [...(list as readonly string[])].sort() : []);
  const before = names(there);
  const after = names(wanted);
  if (JSON.stringify(before) !== JSON.stringify(after)) out.push({ path: ["snis"], before, after, secret: false });
}

/** It counts down, and nobody tells since when: any time that is left of the wanted one is right. Seconds. */
function compareTtl(wanted: Json, there: Json, out: FieldDifference[]): void {
  const same = wanted === null ? there === null : typeof there === "number" && there <= Number(wanted);
  if (!same) out.push({ path: ["ttl"], before: there, after: wanted, secret: false });
}

/** The body that sets these fields and leaves the others: records are merged by Kong, all else is replaced. */
export function patchOf(differences: readonly FieldDifference[]): JsonObject {
  const out: Record<string, Json> = {};
  for (const { path, after } of differences) {
    let level = out;
    for (const name of path.slice(0, -1)) {
      const below = (own(level, name) ?? {}) as Record<string, Json>;
      level[name] = below;
      level = below;
    }
    level[path.at(-1)!] = after;
  }
  return out;
}
