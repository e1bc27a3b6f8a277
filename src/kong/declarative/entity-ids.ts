import { isJsonObject, own } from "../../base/json.ts";
import { entityId } from "../ids.ts";
import { isOwnField, type Node, type Section } from "./node.ts";

/**
 * The id that Kong makes for an entity without one, so that it is the same from load to load; undefined where it draws a random one (what tells the entity
 * apart is itself made up, or its kind has nothing of the sort). `parentId` is that of the entity around it.
 */
export function derivedId(node: Node, parentId: string | undefined): string | undefined {
  const { schema, given } = node;
  if (schema.fields.get("id")?.uuid !== true) return undefined;
  const key = schema.cacheKey === undefined ? endpointKey(node) : cacheKey(node, schema.cacheKey, parentId);
  return key === undefined || own(given, "id") !== undefined ? undefined : entityId(schema.name, key);
}

function endpointKey({ schema, given }: Node): string | undefined {
  const value = schema.endpointKey === undefined ? undefined : own(given, schema.endpointKey);
  return typeof value === "string" ? value : undefined;
}

function cacheKey(node: Node, fields: readonly string[], parentId: string | undefined): string | undefined {
  const parts = [node.schema.name, "*"];
  for (const name of fields) {
    const field = node.schema.fields.get(name)!;
    const value = own(node.given, name);
    if (field.auto) return undefined;
    if (typeof value === "string") parts.push(value);
    else if (value === undefined) {
      if (name === node.parentField) {
        if (parentId === undefined) return undefined;
        parts.push(parentId);
      } else if (field.required) return undefined;
      else parts.push("");
    }
  }
  return parts.join(":");
}

/** Gives every entity an id: the one it has, the derived one, else a drawn one. Those inside of a field of their parent's get a drawn one. */
export function assignIds(sections: readonly Section[], uuid: () => string): void {
  for (const { kind, nodes } of sections)
    for (const node of nodes) {
      if (node === undefined) continue;
      const derived = isOwnField(node.parent, kind) ? undefined : derivedId(node, node.parent?.id);
      node.id = givenKey(node) ?? derived ?? uuid();
      node.derived = node.id === derived;
      assignIds(node.children, uuid);
    }
}

/** What is given of the primary key, which few kinds have another one than their id for. */
function givenKey({ schema, given }: Node): string | undefined {
  const parts = schema.primaryKey.map((name) => own(given, name));
  return parts.every((part) => typeof part === "string" || typeof part === "number") ? parts.join(":") : undefined;
}

/** The id that a reference names, if it is written as one: `{ id }`. */
export function referencedId(value: unknown): unknown {
  return isJsonObject(value) && "id" in value ? value["id"] : value;
}
