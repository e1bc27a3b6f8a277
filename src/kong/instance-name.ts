import { hash } from "node:crypto";
import type { PluginRelations } from "./ids.ts";

const SHORT = 9;

/**
 * The instance names of one plugin object that several relations use: `<name>-<hash of the relation>` each, in the order given (spec: kong-crds §2.1). The
 * hash is short, or whole for relations whose short ones are equal.
 */
export function instanceNames(name: string, relations: readonly PluginRelations[]): string[] {
  const hashes = relations.map((relation) => hash("sha256", relationText(relation), "hex"));
  const first = new Map<string, string>();
  const clashing = new Set<string>();
  for (const full of hashes) {
    const short = full.slice(0, SHORT);
    if ((first.get(short) ?? full) !== full) clashing.add(short);
    first.set(short, full);
  }
  return hashes.map((full) => `${name}-${clashing.has(full.slice(0, SHORT)) ? full : full.slice(0, SHORT)}`);
}

function relationText(relation: PluginRelations): string {
  let text = "";
  if (relation.service !== undefined) text += `_service-${relation.service}`;
  if (relation.route !== undefined) text += `_route-${relation.route}`;
  if (relation.consumer !== undefined) text += `_consumer-${relation.consumer}`;
  if (relation.consumer_group !== undefined) text += `_group-${relation.consumer_group}`;
  return text;
}
