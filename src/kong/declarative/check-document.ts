import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { CheckContext, EntitySchema } from "../schema/field.ts";
import { type AutoValues, fillDefaults } from "../schema/fill.ts";
import { schemasOf } from "../schema/schemas.ts";
import { ViolationTree } from "../schema/violation.ts";
import { DocumentErrors } from "./document-errors.ts";
import { assignIds, referencedId } from "./entity-ids.ts";
import { allNodes, type Node, readDocument, type Section } from "./node.ts";
import { duplicateValues, looseIndex, References, withReferences } from "./references.ts";
import { asGiven, isNote, type Pass, validateDocument } from "./validate.ts";

/** Kind → id → entity: every default filled in, `null` for what is unset, references as `{ id }`. */
export type EntitySet = ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;

export type DocumentResult =
  | { readonly ok: true; readonly entities: EntitySet }
  | { readonly ok: false; readonly errors: DocumentErrors };

export interface DocumentOptions extends CheckContext {
  /** Ids, keys and times that Kong makes up. */
  readonly auto: AutoValues;
}

/**
 * Takes a declarative configuration as a Kong 3.9 without a database does: checks everything that `POST /config` checks, and gives the entities that it would
 * load. Documents of the older formats 1.1 and 2.1 are taken as 3.0.
 */
export function checkDocument(document: unknown, options: DocumentOptions): DocumentResult {
  // Lua has one empty table: [] is an empty document. Anything else makes Kong stumble.
  const empty = Array.isArray(document) && document.length === 0;
  if (!isJsonObject(document) && !empty) return refused(DocumentErrors.unspeakable());
  const value = (empty ? {} : document) as JsonObject;
  const schemas = schemasOf(options.flavor);
  const sections = readDocument(value, schemas);
  const wrong = validate(value, sections, schemas, options);
  if (wrong !== undefined) return refused(new DocumentErrors(wrong, value));

  assignIds(sections, options.auto.uuid);
  const references = new References(sections);
  if (references.unspeakable) return refused(DocumentErrors.unspeakable());
  if (references.violations !== undefined)
    return refused(new DocumentErrors(references.violations, withIds(value, sections)));

  const entities = entitySet(sections, references, options.auto);
  const duplicates = duplicateValues(entities, schemas);
  if (duplicates.unspeakable) return refused(DocumentErrors.unspeakable());
  if (duplicates.violations !== undefined)
    return refused(new DocumentErrors(duplicates.violations, withIds(value, sections)));
  return { ok: true, entities };
}

function refused(errors: DocumentErrors): DocumentResult {
  return { ok: false, errors };
}

/**
 * Kong looks twice. What does not pass as it was given may pass once references are known, so it is looked at again with ids and references filled in; only
 * the errors of that second look count, and those of the first that say that a reference had to be unset, whether they hurt or not.
 */
function validate(
  document: JsonObject,
  sections: readonly Section[],
  schemas: ReadonlyMap<string, EntitySchema>,
  options: DocumentOptions,
): ViolationTree | undefined {
  const first = validateDocument(document, sections, schemas, asGiven, options);
  if (first.empty) return undefined;
  assignIds(sections, options.auto.uuid);
  const index = looseIndex(sections);
  const pass: Pass = { valueOf: (node) => withReferences(node, index), foreign: () => "key" };
  const second = validateDocument(document, sections, schemas, pass, options);
  return second.empty ? undefined : merged(second, mustBeNull(first));
}

function mustBeNull(tree: ViolationTree): ViolationTree {
  const out = new ViolationTree();
  for (const [part, violation] of tree.parts) {
    if (violation === "value must be null") out.add(part, violation);
    else if (violation instanceof ViolationTree) out.add(part, mustBeNull(violation).orNothing());
  }
  return out;
}

function merged(tree: ViolationTree, over: ViolationTree): ViolationTree {
  for (const [part, violation] of over.parts) {
    const there = tree.parts.get(part);
    if (there instanceof ViolationTree && violation instanceof ViolationTree) merged(there, violation);
    else tree.parts.set(part, violation);
  }
  return tree;
}

function entitySet(sections: readonly Section[], references: References, auto: AutoValues): EntitySet {
  const out = new Map<string, Map<string, JsonObject>>();
  for (const node of allNodes(sections)) {
    const byId = out.get(node.schema.name) ?? new Map<string, JsonObject>();
    out.set(node.schema.name, byId);
    byId.set(node.id!, entityOf(node, references, auto));
  }
  return out;
}

function entityOf(node: Node, references: References, auto: AutoValues): JsonObject {
  const { schema, given } = node;
  const keys = Object.keys(given);
  const dropped = (key: string) => isNote(key) || schema.fields.get(key)?.transient === true;
  const kept = keys.some(dropped) ? Object.fromEntries(Object.entries(given).filter(([key]) => !dropped(key))) : given;
  const out = fillDefaults(schema, kept, auto) as Record<string, Json>;
  out["id"] = node.id!;
  for (const [name, field] of schema.fields) {
    if (field.transient) delete out[name];
    if (field.type !== "foreign") continue;
    const value = own(given, name);
    if (value === undefined && name === node.parentField) out[name] = { id: node.parent!.id! };
    else if (value !== undefined && value !== null) {
      const key = referencedId(value) as Json;
      out[name] = { id: references.find(field.reference!, key)!.id! };
    }
  }
  return out;
}

/** The document with the ids that were made for its entities: what Kong shows when it refuses it after that. */
function withIds(document: JsonObject, sections: readonly Section[]): JsonObject {
  const out: Record<string, Json> = { ...document };
  for (const { kind, value, nodes } of sections) {
    if (!Array.isArray(value)) continue;
    out[kind] = (value as readonly Json[]).map((item, i) => {
      const node = nodes[i];
      if (node === undefined) return item;
      const withChildren = withIds(item as JsonObject, node.children);
      return node.derived ? { ...withChildren, id: node.id! } : withChildren;
    });
  }
  return out;
}
