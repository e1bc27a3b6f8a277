import type { DesiredEntity } from "../entities/entity.ts";
import type { Change } from "./change.ts";
import type { WriteResult } from "./write-change.ts";

/**
 * The routes that were made in a push although a plugin that belongs to them, or to their service, was not: without it they may be open to everybody, which without a
 * database they would not, since there nothing of a refused configuration is in force.
 */
export function openRoutes(done: ReadonlyMap<Change, WriteResult>, blocked: readonly Change[]): readonly Change[] {
  const unguarded = new Set<DesiredEntity>();
  const missing = [...[...done].flatMap(([change, { ok }]) => (ok ? [] : [change])), ...blocked];
  for (const { kind, action, desired } of missing) {
    if (kind !== "plugins" || action !== "create" || desired === undefined) continue;
    for (const field of ["route", "service"]) {
      const reference = desired.desired.references.get(field);
      if (reference !== undefined && "entity" in reference) unguarded.add(reference.entity);
    }
  }
  if (unguarded.size === 0) return [];
  return [...done].flatMap(([change, { ok }]) => {
    if (!ok || change.kind !== "routes" || change.action !== "create") return [];
    const { desired } = change.desired!;
    const service = desired.references.get("service");
    const ofService = service !== undefined && "entity" in service && unguarded.has(service.entity);
    return ofService || unguarded.has(desired) ? [change] : [];
  });
}
