import { type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema } from "../schema/field.ts";
import { ViolationTree } from "../schema/violation.ts";
import { referencedId } from "./entity-ids.ts";
import { isOwnField, type Node, type Section } from "./node.ts";

/** Every entity of a document by id and by name, and what is wrong between them. */
export class References {
  readonly byId = new Map<string, Map<string, Node>>();
  readonly #byKey = new Map<string, Map<Json, Node>>();
  readonly #expected: { readonly node: Node; readonly field: string; readonly to: string; readonly value: Json }[] = [];
  readonly #out = new ViolationTree();
  /** True when Kong fails to say what is wrong: it names entities by a name that they do not have. */
  unspeakable = false;

  /** Kong's order: those inside of an entity before itself, kinds that others refer to first. */
  constructor(sections: readonly Section[]) {
    this.#collect(sections);
    for (const { node, field, to, value } of this.#expected) {
      const key = referencedId(value) as Json;
      if (this.find(to, key) === undefined) this.#addMissing(node, field, to, value);
    }
  }

  get violations(): ViolationTree | undefined {
    return this.#out.orNothing();
  }

  find(kind: string, key: Json): Node | undefined {
    return this.#byKey.get(kind)?.get(key) ?? this.byId.get(kind)?.get(String(key));
  }

  #collect(sections: readonly Section[]): void {
    for (const { nodes } of sections)
      for (const node of nodes) {
        if (node === undefined) continue;
        this.#collect(node.children);
        this.#register(node);
        for (const [field, to] of foreignFields(node.schema)) {
          const value = own(node.given, field);
          if (value !== undefined && value !== null) this.#expected.push({ node, field, to, value });
        }
      }
  }

  #register(node: Node): void {
    const kind = node.schema.name;
    const key = uniqueKey(node);
    const byKey = mapIn(this.#byKey, kind);
    const taken = key !== undefined && byKey.has(key);
    if (taken) this.#sectionOf(kind).add(node.index, duplicate(kind, node.schema.endpointKey!, key));
    else if (key !== undefined) byKey.set(key, node);
    const byId = mapIn(this.byId, kind);
    const id = node.id!;
    if (!taken && byId.has(id)) this.#listOf(node).add(node.index, duplicate(kind, "primary key", id));
    else byId.set(id, node);
  }

  #addMissing(node: Node, field: string, to: string, value: Json): void {
    const name = typeof value === "string" ? value : JSON.stringify(value);
    const at = this.#nameOf(node);
    const section = this.#sectionOf(node.schema.name);
    const there = section.parts.get(at);
    const list = there instanceof ViolationTree ? there : new ViolationTree();
    list.add(list.parts.size + 1, `invalid reference '${field}: ${name}' (no such entry in '${to}')`);
    section.add(at, list);
  }

  /** Kong calls an entity by its unique name, else by its id; a kind with unique names whose entity has none makes it stumble. */
  #nameOf(node: Node): string {
    const { endpointKey, fields } = node.schema;
    const unique = endpointKey !== undefined && fields.get(endpointKey)?.unique === true;
    const key = uniqueKey(node);
    if (unique && key === undefined && fields.get(endpointKey)?.auto !== true) this.unspeakable = true;
    return typeof key === "string" ? key : node.id!;
  }

  #sectionOf(kind: string): ViolationTree {
    return treeIn(this.#out, kind);
  }

  /** Inside of another entity, the list below that entity's place in its own list. */
  #listOf(node: Node): ViolationTree {
    if (node.parent === undefined) return this.#sectionOf(node.schema.name);
    const parent = treeIn(this.#sectionOf(node.parent.schema.name), node.parent.index);
    return treeIn(parent, node.schema.name);
  }
}

const foreign = new WeakMap<EntitySchema, readonly (readonly [string, string])[]>();

/** The fields that refer to other entities, with the kind that they refer to. */
function foreignFields(schema: EntitySchema): readonly (readonly [string, string])[] {
  let fields = foreign.get(schema);
  if (fields === undefined) {
    fields = [...schema.fields].flatMap(([name, { type, reference }]) =>
      type === "foreign" ? [[name, reference!]] : [],
    );
    foreign.set(schema, fields);
  }
  return fields;
}

function uniqueKey({ schema, given }: Node): Json | undefined {
  if (schema.endpointKey === undefined || schema.fields.get(schema.endpointKey)?.unique !== true) return undefined;
  return own(given, schema.endpointKey) ?? undefined;
}

/** A field other than the name that two entities must not share. Like Kong, the last one found of a kind is the one that is told. */
export function duplicateValues(
  entities: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>,
  schemas: ReadonlyMap<string, EntitySchema>,
): { readonly violations: ViolationTree | undefined; readonly unspeakable: boolean } {
  const out = new ViolationTree();
  let unspeakable = false;
  for (const [kind, byId] of entities) {
    const { endpointKey, fields } = schemas.get(kind)!;
    const unique = [...fields].filter(([, field]) => field.unique).map(([name]) => name);
    for (const name of unique) {
      const seen = new Set<string>();
      for (const [id, entity] of byId) {
        const value = own(entity, name);
        if (value === undefined || value === null) continue;
        const key = String(referencedId(value));
        if (seen.has(key)) {
          const called = endpointKey === undefined ? id : own(entity, endpointKey);
          if (called === null) unspeakable = true;
          const told = new ViolationTree();
          told.add(typeof called === "string" ? called : id, duplicate(kind, name, key));
          out.add(kind, told);
        }
        seen.add(key);
      }
    }
  }
  return { violations: out.orNothing(), unspeakable };
}

function duplicate(kind: string, field: string, value: Json): string {
  return `uniqueness violation: '${kind}' entity with ${field} set to '${String(value)}' already declared`;
}

function treeIn(tree: ViolationTree, part: string | number): ViolationTree {
  const there = tree.parts.get(part);
  if (there instanceof ViolationTree) return there;
  const made = new ViolationTree();
  tree.parts.set(part, made);
  return made;
}

function mapIn<K, V>(maps: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const there = maps.get(key) ?? new Map<K, V>();
  maps.set(key, there);
  return there;
}

/**
 * The fields of an entity as Kong sees them in its second look, where references are written as `{ id }`: names of entities that are in the document are
 * replaced, and an entity inside of another refers to it.
 */
export function withReferences(node: Node, references: ReferenceIndex): JsonObject {
  const out: Record<string, Json> = { ...node.given };
  if (node.id !== undefined) out["id"] ??= node.id;
  for (const [name, reference] of foreignFields(node.schema)) {
    const value = own(node.given, name);
    if (value === undefined && name === node.parentField && !isOwnField(node.parent, node.schema.name))
      out[name] = { id: node.parent!.id! };
    else if (typeof value === "string") {
      const found = references.find(reference, value);
      if (found?.id !== undefined) out[name] = { id: found.id };
    }
  }
  return out;
}

export interface ReferenceIndex {
  find(kind: string, key: Json): Node | undefined;
}

/** Looks entities up as Kong does before its second look: by any name, unique or not, those of a certificate's own list left out. */
export function looseIndex(sections: readonly Section[]): ReferenceIndex {
  const byKey = new Map<string, Map<Json, Node>>();
  const byId = new Map<string, Map<Json, Node>>();
  const visit = (list: readonly Section[]) => {
    for (const { kind, nodes } of list)
      for (const node of nodes) {
        if (node === undefined || isOwnField(node.parent, kind)) continue;
        visit(node.children);
        const key = node.schema.endpointKey === undefined ? undefined : own(node.given, node.schema.endpointKey);
        const keys = mapIn(byKey, kind);
        if (key !== undefined && !keys.has(key)) keys.set(key, node);
        if (node.id !== undefined) mapIn(byId, kind).set(node.id, node);
      }
  };
  visit(sections);
  return { find: (kind, key) => byKey.get(kind)?.get(key) ?? byId.get(kind)?.get(key) };
}
