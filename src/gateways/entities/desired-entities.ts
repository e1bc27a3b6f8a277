import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { ObjectRef } from "../../base/problem.ts";
import type { Slices } from "../../base/slices.ts";
import { isUuid } from "../../kong/ids.ts";
import { childrenOf } from "../../kong/schema/relations.ts";
import type { PlacedEntity } from "../../sync/gateway.ts";
import { partOrigins } from "../placed-entities.ts";
import type { DesiredEntity, Reference } from "./entity.ts";
import { type EntityKind, type EntityKinds, isKept } from "./kinds.ts";

/** Lists of enterprise kinds that stand inside of others, which our schemas do not know. */
const MORE_CHILDREN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  consumers: { mtls_auth_credentials: "consumer" },
};

/** The field by which an entity of a kind is named in references. */
const NAMES: Readonly<Record<string, string>> = { consumers: "username", vaults: "prefix" };

/** The sections of a document. */
export type Sections = ReadonlyMap<string, readonly PlacedEntity[]>;

interface Draft {
  readonly kind: EntityKind;
  readonly given: JsonObject;
  readonly references: Map<string, Reference>;
  readonly origins: readonly ObjectRef[];
}

/** The entities of a document, each for itself: those nested in others refer to them, and names in references are followed. */
export async function desiredEntities(
  sections: Sections,
  kinds: EntityKinds,
  slices: Slices,
): Promise<readonly DesiredEntity[]> {
  const reader = new Reader(kinds);
  for (const [section, entities] of sections) {
    if (!isKept(section)) continue;
    await slices.forEach(entities, (entity) =>
      reader.read(section, entity.value as JsonObject, entity.origins, entity),
    );
  }
  return reader.finish(slices);
}

class Reader {
  readonly #kinds: EntityKinds;
  readonly #drafts: Draft[] = [];
  /** By kind, then by id or name. */
  readonly #named = new Map<string, Map<string, DesiredEntity>>();
  readonly #entities: DesiredEntity[] = [];

  constructor(kinds: EntityKinds) {
    this.#kinds = kinds;
  }

  read(
    section: string,
    value: JsonObject,
    origins: readonly ObjectRef[],
    top: PlacedEntity,
    parent?: { readonly field: string; readonly entity: DesiredEntity },
  ): void {
    const inside = nestedLists(section, value);
    const fields = inside.size === 0 ? value : withoutKeys(value, inside);
    const draft: Draft = {
      kind: this.#kinds.get(section),
      given: section === "certificates" ? withNames(fields, value) : fields,
      references: new Map(),
      origins,
    };
    const entity = this.#keep(draft);
    if (parent !== undefined) draft.references.set(parent.field, { entity: parent.entity });
    for (const [list, field] of inside) {
      if (!isKept(list)) continue;
      for (const [at, item] of (value[list] as readonly Json[]).entries()) {
        if (!isJsonObject(item)) continue;
        const own = partOrigins(top, list, item, at) ?? origins;
        this.read(list, item as JsonObject, own, top, { field, entity });
      }
    }
  }

  async finish(slices: Slices): Promise<readonly DesiredEntity[]> {
    await slices.forEach(this.#drafts, ({ kind, given, references }) => {
      for (const [field, to] of kind.references) {
        const value = own(given, field);
        if (value !== undefined && value !== null) references.set(field, this.#resolve(to, value));
      }
    });
    return this.#entities;
  }

  #keep(draft: Draft): DesiredEntity {
    const { kind, given, references, origins } = draft;
    const plain = withoutKeys(given, kind.references);
    const entity: DesiredEntity = { kind: kind.name, given: plain, references, origins };
    this.#drafts.push(draft);
    this.#entities.push(entity);
    for (const key of [given["id"], given[NAMES[kind.name] ?? "name"]]) {
      // A plugin's name is that of its kind.
      if (typeof key !== "string" || (kind.name === "plugins" && key !== given["id"])) continue;
      const named = this.#named.get(kind.name) ?? new Map<string, DesiredEntity>();
      this.#named.set(kind.name, named);
      if (!named.has(key)) named.set(key, entity);
    }
    return entity;
  }

  /** References are written as an id, a name, or an object with one of them. */
  #resolve(to: string, value: Json): Reference {
    const key = isJsonObject(value) ? (own(value, "id") ?? own(value, NAMES[to] ?? "name")) : value;
    const entity = typeof key === "string" ? this.#named.get(to)?.get(key) : undefined;
    if (entity !== undefined) return { entity };
    if (typeof value === "string") return { key: isUuid(value) ? { id: value } : { [NAMES[to] ?? "name"]: value } };
    return { key: value as JsonObject };
  }
}

/** The lists of entities inside of an entity, with the fields by which those refer to it. */
function nestedLists(section: string, value: JsonObject): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const children = childrenOf(section);
  for (const [name, items] of Object.entries(value)) {
    const field = children.get(name)?.field ?? own(MORE_CHILDREN[section], name);
    if (field !== undefined && Array.isArray(items)) out.set(name, field);
  }
  return out;
}

/** A certificate's SNIs are no entities here but a list of names: over the Admin API they are sent with it. */
function withNames(fields: JsonObject, value: JsonObject): JsonObject {
  const snis = own(value, "snis");
  const list = Array.isArray(snis) ? (snis as readonly Json[]) : [];
  const names = list.map((sni) => (isJsonObject(sni) ? (sni as JsonObject)["name"]! : sni));
  return { ...fields, snis: names };
}

function withoutKeys(value: JsonObject, keys: ReadonlyMap<string, unknown>): JsonObject {
  const names = Object.keys(value);
  if (!names.some((name) => keys.has(name))) return value;
  return Object.fromEntries(names.filter((name) => !keys.has(name)).map((name) => [name, value[name]!]));
}
