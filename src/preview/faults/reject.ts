import type { Entity, EntitySet } from "../entity-set.ts";

interface Reject {
  readonly tags?: readonly string[];
  readonly names?: readonly string[];
  readonly entityType?: string;
  readonly message?: string;
}

/** The answer that refuses the entities chosen by these faults, in Kong's flattened shape; undefined when none is chosen. */
export function rejections(entities: EntitySet, faults: readonly Reject[]): unknown {
  if (faults.length === 0) return undefined;
  const errors: unknown[] = [];
  for (const [kind, byId] of entities) {
    const type = singular(kind);
    for (const entity of byId.values()) {
      const fault = faults.find((f) => chooses(f, type, entity));
      if (fault === undefined) continue;
      errors.push({
        entity_type: type,
        entity_id: entity.id,
        ...(nameOf(entity) === undefined ? {} : { entity_name: nameOf(entity) }),
        ...(Array.isArray(entity["tags"]) ? { entity_tags: entity["tags"] } : {}),
        entity,
        errors: [{ type: "entity", message: fault.message ?? "refused on command" }],
      });
    }
  }
  if (errors.length === 0) return undefined;
  return {
    code: 14,
    name: "invalid declarative configuration",
    message: "declarative config is invalid: {}",
    fields: {},
    flattened_errors: errors,
  };
}

function chooses(fault: Reject, type: string, entity: Entity): boolean {
  if (fault.entityType !== undefined && fault.entityType !== type) return false;
  const tags = Array.isArray(entity["tags"]) ? (entity["tags"] as readonly unknown[]) : [];
  if (fault.tags !== undefined && !fault.tags.every((tag) => tags.includes(tag))) return false;
  return fault.names === undefined || fault.names.includes(nameOf(entity) ?? "");
}

function nameOf(entity: Entity): string | undefined {
  const name = entity["name"] ?? entity["username"];
  return typeof name === "string" ? name : undefined;
}

/** Kong's singular of an entity kind: `services` → `service`. */
export function singular(kind: string): string {
  return kind.endsWith("ies") ? `${kind.slice(0, -3)}y` : kind.replace(/s$/, "");
}
