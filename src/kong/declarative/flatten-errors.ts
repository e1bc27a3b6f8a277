import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import { isUuid } from "../ids.ts";
import { childrenOf } from "../schema/relations.ts";
import { schemasOf } from "../schema/schemas.ts";
import { type FlatViolation, flatten, type Violation, ViolationTree } from "../schema/violation.ts";

/** One entity of `flattened_errors`. */
export interface FlattenedEntity {
  readonly entity_type: string;
  readonly entity_id?: string;
  readonly entity_name?: string;
  readonly entity_tags?: readonly string[];
  /** As it was posted, without the entities inside of it, but with the id of the one around it. */
  readonly entity: JsonObject;
  readonly errors: readonly FlatViolation[];
}

export interface Flattened {
  readonly entities: readonly (FlattenedEntity & JsonObject)[];
  /** What belongs to no entity. */
  readonly rest: ViolationTree;
}

/**
 * Ties errors to entities as Kong does with `flatten_errors`: sections and entities from the last to the first, what is inside of an entity before itself.
 * Errors of a section that are not told by position get lost on the way, as they do there.
 */
export function flattenErrors(document: JsonObject, violations: ViolationTree): Flattened {
  const entities: FlattenedEntity[] = [];
  const rest = new ViolationTree();
  for (const [section, violation] of [...violations.parts].sort().reverse()) {
    const items = own(document, String(section));
    if (!(violation instanceof ViolationTree) || typeof items !== "object" || items === null) {
      rest.add(section, violation);
      continue;
    }
    const positions = [...violation.parts.keys()].filter((part) => typeof part === "number").sort((a, b) => b - a);
    for (const position of positions) {
      const item = (items as readonly Json[])[position - 1];
      if (isJsonObject(item)) addEntity(String(section), item as JsonObject, violation.parts.get(position)!, entities);
    }
  }
  return { entities: entities as (FlattenedEntity & JsonObject)[], rest };
}

function addEntity(kind: string, item: JsonObject, violation: Violation, out: FlattenedEntity[]): void {
  const left = copyOf(violation);
  const entity: Record<string, Json> = { ...item };
  promoteReferences(kind, entity, left, out);
  for (const [childKind, { field }] of childrenOf(kind)) {
    const children = own(entity, childKind);
    if (typeof children !== "object" || children === null) continue;
    const below = left.parts.get(childKind);
    delete entity[childKind];
    left.parts.delete(childKind);
    if (below === undefined || typeof below === "string") continue;
    (children as readonly Json[]).forEach((child, i) => {
      const found = below.parts.get(i + 1);
      if (found === undefined || !isJsonObject(child)) return;
      const parent = keyOf(entity);
      const whole =
        own(child as JsonObject, field) === undefined && parent !== undefined ? { ...child, [field]: parent } : child;
      addEntity(childKind, whole as JsonObject, found, out);
    });
  }
  if (!left.empty) out.push(described(kind, entity, flatten(left)));
}

/** An error about the entity that this one refers to becomes one of that entity, of which no more than the id is known. */
function promoteReferences(
  kind: string,
  entity: Record<string, Json>,
  left: ViolationTree,
  out: FlattenedEntity[],
): void {
  const schema = schemasOf("traditional_compatible").get(kind);
  for (const [name, { type, reference }] of schema?.fields ?? []) {
    const value = type === "foreign" ? own(entity, name) : undefined;
    if (!isJsonObject(value)) continue;
    const key = keyOf(value as JsonObject);
    if (key === undefined) delete entity[name];
    else entity[name] = key;
    const found = left.parts.get(name);
    left.parts.delete(name);
    if (found !== undefined) addEntity(reference!, value as JsonObject, found, out);
  }
}

/** A text for a whole entity is one about what is wrong among its fields. */
function copyOf(violation: Violation): ViolationTree {
  const out = new ViolationTree();
  if (typeof violation === "string") out.entity.push(violation);
  else {
    out.entity.push(...violation.entity);
    for (const [part, below] of violation.parts) out.parts.set(part, below);
  }
  return out;
}

function described(kind: string, entity: JsonObject, errors: readonly FlatViolation[]): FlattenedEntity {
  const name = own(entity, "name");
  const id = keyOf(entity)?.id;
  const tags = own(entity, "tags");
  return {
    entity_type: kind.replace(/s$/, ""),
    ...(id !== undefined && { entity_id: id }),
    ...(typeof name === "string" && name !== "" && { entity_name: name }),
    ...(Array.isArray(tags) && tags.every((tag) => typeof tag === "string") && { entity_tags: tags as string[] }),
    entity,
    errors,
  };
}

function keyOf(entity: JsonObject): { readonly id: string } | undefined {
  const id = own(entity, "id");
  return typeof id === "string" && isUuid(id) ? { id } : undefined;
}
