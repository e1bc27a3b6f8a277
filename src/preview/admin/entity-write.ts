import { isJsonObject, type Json, type JsonObject, own as ownValue } from "../../base/json.ts";
import { check } from "../../kong/schema/check.ts";
import { fieldsOf, fillDefaults } from "../../kong/schema/fill.ts";
import { ViolationTree } from "../../kong/schema/violation.ts";
import type { Entity } from "../entity-set.ts";
import { newToken } from "../load.ts";
import type { Settings } from "../options.ts";
import type { Answer } from "./answer.ts";
import { asKept, merged, withoutUrl } from "./entity-change.ts";
import {
  foreignKeyViolation,
  primaryKeyViolation,
  schemaViolation,
  uniqueViolation,
  unresolved,
} from "./entity-errors.ts";
import type { EntityStore } from "./entity-store.ts";
import type { Kind } from "./kinds.ts";

/** An entity to be written, or the answer that refuses it. */
export type Prepared = { readonly entity: Entity } | { readonly refused: Answer };

/** Makes entities out of bodies, as Kong with a database does: completed, checked by themselves and against the others. */
export class EntityWriter {
  readonly #store: EntityStore;
  readonly #settings: Settings;
  readonly #kinds: ReadonlyMap<string, Kind>;

  constructor(store: EntityStore, settings: Settings, kinds: ReadonlyMap<string, Kind>) {
    this.#store = store;
    this.#settings = settings;
    this.#kinds = kinds;
  }

  /** What the schema says against a body, without looking at other entities. */
  violations(kind: Kind, body: JsonObject): ViolationTree | undefined {
    const { flavor, clock } = this.#settings;
    return check(kind.schema, body, { flavor, now: clock.now(), foreign: "key" });
  }

  /** An entity that is new, or takes the place of `old` as a whole. */
  whole(kind: Kind, given: JsonObject, old: Entity | undefined): Prepared {
    const body = this.#withIds(kind, given);
    if ("refused" in body) return body;
    // A new time of change is always the present; an id that is null is one to be made.
    const { updated_at: _updated, id, ...fresh } = body.value;
    const own = old?.id ?? id ?? undefined;
    const value: JsonObject = own === undefined ? fresh : { ...fresh, id: own };
    const wrong = this.violations(kind, value);
    if (wrong !== undefined) return { refused: schemaViolation(wrong) };
    return this.#completed(kind, value, given, old);
  }

  /** An entity with some fields changed. */
  changed(kind: Kind, given: JsonObject, old: Entity): Prepared {
    const body = this.#withIds(kind, given);
    if ("refused" in body) return body;
    const changes = kind.name === "services" ? withoutUrl(body.value) : body.value;
    const before = old as unknown as JsonObject;
    const { ttl: _ttl, ...stored } = before;
    // A plugin's fields are those of its name, also where that is changed.
    const fields = fieldsOf(kind.schema, { ...stored, ...changes });
    const { updated_at: _updated, ...value } = merged({ fields, shorthands: kind.schema.shorthands }, stored, {
      ...changes,
      id: old.id,
    });
    const wrong = this.violations(kind, value);
    if (wrong !== undefined) return { refused: schemaViolation(whenUpdating(wrong)) };
    const nothing = unsettable(kind, changes);
    if (nothing) return { refused: primaryKeyViolation(keyOf(kind, old)) };
    return this.#completed(kind, value, kind.schema.ttl === true ? { ttl: old["ttl"] as Json, ...given } : given, old);
  }

  #completed(kind: Kind, value: JsonObject, given: JsonObject, old: Entity | undefined): Prepared {
    const { clock, newId } = this.#settings;
    const filled = fillDefaults(kind.schema, value, { now: clock.now(), uuid: newId, token: newToken });
    if (filled instanceof ViolationTree) return { refused: schemaViolation(filled) };
    const times =
      kind.name === "targets"
        ? { created_at: old?.["created_at"] ?? clock.now() / 1000, updated_at: clock.now() / 1000 }
        : {};
    const known = Object.entries(filled).filter(
      ([name]) => kind.schema.fields.has(name) && !kind.schema.fields.get(name)!.transient,
    );
    const entity = asKept(
      kind.name,
      // The schema makes an id where none was given.
      { ...(Object.fromEntries(known) as unknown as Entity), ...times },
      given,
      kind.schema.ttl === true,
    );
    const refused = this.#dangling(kind, entity) ?? this.#taken(kind, entity, old);
    return refused === undefined ? { entity } : { refused };
  }

  /** References by name become references by id. */
  #withIds(kind: Kind, body: JsonObject): { readonly value: JsonObject } | { readonly refused: Answer } {
    const out = new Map(Object.entries(body));
    for (const [name, field] of kind.schema.fields) {
      const given = ownValue(body, name);
      if (field.type !== "foreign" || !isJsonObject(given)) continue;
      const reference = given as JsonObject;
      const other = this.#kinds.get(field.reference ?? "");
      if (ownValue(reference, "id") !== undefined) {
        out.set(name, { id: reference["id"]! });
        continue;
      }
      for (const [key, value] of Object.entries(reference)) {
        if (typeof value !== "string" || other?.schema.fields.get(key)?.unique !== true) continue;
        const found = this.#store.find(other.name, { [key]: value });
        if (found === undefined) return { refused: unresolved(name, key, value, other.name) };
        out.set(name, { id: found.id });
      }
    }
    return { value: Object.fromEntries(out) };
  }

  #dangling(kind: Kind, entity: Entity): Answer | undefined {
    for (const [name, field] of kind.schema.fields) {
      const value = entity[name];
      if (field.type !== "foreign" || !isJsonObject(value)) continue;
      const id = String(value["id"]);
      if (this.#store.byId(field.reference ?? "", id) === undefined)
        return foreignKeyViolation(name, id, field.reference ?? "");
    }
    return undefined;
  }

  #taken(kind: Kind, entity: Entity, old: Entity | undefined): Answer | undefined {
    if (old === undefined && this.#store.byId(kind.name, entity.id) !== undefined)
      return primaryKeyViolation({ id: entity.id });
    for (const keys of uniqueKeys(kind)) {
      const values = Object.fromEntries(keys.map((key) => [key, (entity[key] ?? null) as Json]));
      if (keys.length === 1 && values[keys[0]!] === null) continue;
      const other = this.#store.find(kind.name, values);
      if (other !== undefined && other.id !== old?.id) return uniqueViolation(values);
    }
    return undefined;
  }
}

/** Kong says of one rule that it was met while updating. */
function whenUpdating(tree: ViolationTree): ViolationTree {
  tree.entity.forEach((message, i) => {
    if (message.startsWith("at least one of these fields")) tree.entity[i] = `when updating, ${message}`;
  });
  return tree;
}

/** The fields whose values, alone or together, no two entities share. */
function uniqueKeys({ schema }: Kind): readonly (readonly string[])[] {
  const single = [...schema.fields].filter(([, field]) => field.unique === true).map(([name]) => [name]);
  const together = schema.cacheKey !== undefined && schema.cacheKey.length > 1 ? [schema.cacheKey] : [];
  return [...together, ...single];
}

/** Columns that have a default and cannot be null: Kong's database says so in its own way (facts: db-mode/README.md §3). */
function unsettable(kind: Kind, changes: JsonObject): boolean {
  if (kind.name === "upstreams") return changes["slots"] === null;
  return kind.name === "targets" && changes["weight"] === null;
}

function keyOf(kind: Kind, entity: Entity): Readonly<Record<string, Json>> {
  return kind.name === "upstreams" ? { name: entity["name"] as Json } : { id: entity.id };
}
