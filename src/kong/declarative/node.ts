import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema } from "../schema/field.ts";
import { childrenOf } from "../schema/relations.ts";

/** One entity of a document, with those that stand inside of it. */
export interface Node {
  readonly schema: EntitySchema;
  /** What was given, without the entities inside. */
  readonly given: JsonObject;
  /** Lists of entities inside, by kind, in the order of the kinds. */
  readonly children: readonly Section[];
  readonly parent?: Node;
  /** The field that refers to the parent. */
  readonly parentField?: string;
  /** Position in its list, from 1. */
  readonly index: number;
  /** Given, or made from what names the entity; decided before references are looked at. */
  id?: string;
  /** True when the id was made from what names the entity. */
  derived?: boolean;
}

export interface Section {
  readonly kind: string;
  /** What stands there; a list, unless somebody made a mistake. */
  readonly value: Json;
  /** The entities in it: an item that is no object has none. */
  readonly nodes: readonly (Node | undefined)[];
}

/** The sections of a document. Keys that name no kind are left to whoever checks the top level. */
export function readDocument(document: JsonObject, schemas: ReadonlyMap<string, EntitySchema>): readonly Section[] {
  return sections(document, [...schemas.keys()], schemas);
}

function sections(
  value: JsonObject,
  kinds: readonly string[],
  schemas: ReadonlyMap<string, EntitySchema>,
  parent?: Node,
): readonly Section[] {
  const out: Section[] = [];
  for (const kind of kinds) {
    const list = own(value, kind);
    if (list === undefined || list === null) continue;
    const items = Array.isArray(list) ? (list as readonly Json[]) : [];
    out.push({ kind, value: list, nodes: items.map((item, i) => readNode(item, i + 1, kind, schemas, parent)) });
  }
  return out;
}

function readNode(
  item: Json,
  index: number,
  kind: string,
  schemas: ReadonlyMap<string, EntitySchema>,
  parent: Node | undefined,
): Node | undefined {
  // Lua has one empty table: [] is an entity without fields.
  if (!isJsonObject(item) && !(Array.isArray(item) && item.length === 0)) return undefined;
  const value: JsonObject = isJsonObject(item) ? (item as JsonObject) : {};
  const inside = childrenOf(kind);
  const keys = Object.keys(value);
  const nested = keys.some((key) => inside.has(key));
  const given = nested ? Object.fromEntries(Object.entries(value).filter(([key]) => !inside.has(key))) : value;
  const children: Section[] = [];
  const node: Node = {
    schema: schemas.get(kind)!,
    given,
    children,
    index,
    ...(parent && { parent, parentField: childrenOf(parent.schema.name).get(kind)!.field }),
  };
  if (nested) children.push(...sections(value, inOrder(inside, schemas), schemas, node));
  return node;
}

function inOrder(kinds: ReadonlyMap<string, unknown>, schemas: ReadonlyMap<string, EntitySchema>): readonly string[] {
  return [...schemas.keys()].filter((kind) => kinds.has(kind));
}

/** All entities, each before those inside of it. */
export function* allNodes(sections: readonly Section[]): Generator<Node> {
  for (const { nodes } of sections)
    for (const node of nodes) {
      if (node === undefined) continue;
      yield node;
      yield* allNodes(node.children);
    }
}

/** A certificate has a field named as the list of its SNIs, and Kong passes over that list in some of its steps. */
export function isOwnField(parent: Node | undefined, kind: string): boolean {
  return parent?.schema.fields.has(kind) === true;
}
