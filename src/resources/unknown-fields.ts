import { distance } from "../base/distance.ts";
import { isJsonObject } from "../base/json.ts";
import { compareStrings } from "../base/problem.ts";
import { GATEWAY_GROUP } from "./gateway-api/names.ts";
import type { Kind } from "./kind.ts";
import { formatPath } from "./path.ts";
import { type Structural, structuralOf } from "./structural.ts";
import type { Finding } from "./structure.ts";

/** Fields that a kind does not have: the API server drops them, or refuses the object if it is asked to be strict, as kubectl asks it. Of Kubernetes' own kinds only a part is described, so nothing is said of them. */
export function findUnknownFields(kind: Kind, object: unknown): readonly Finding[] {
  if (!kind.group.endsWith("konghq.com") && kind.group !== GATEWAY_GROUP) return [];
  const findings: Finding[] = [];
  visit(structuralOf(kind.schema), object, [], findings);
  return findings;
}

function visit(schema: Structural, value: unknown, path: readonly (string | number)[], findings: Finding[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const [i, item] of value.entries()) visit(items, item, [...path, i], findings);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [key, of] of Object.entries(value)) {
    const here = [...path, key];
    const known = schema.properties?.get(key) ?? schema.values;
    // What stands in metadata and status is not written by the people who are told.
    if (path.length === 0 && (key === "metadata" || key === "status")) continue;
    if (known !== undefined) visit(known, of, here, findings);
    else if (!schema.open && schema.properties !== undefined)
      findings.push({ path: formatPath(here), message: unknown(key, schema) });
  }
}

function unknown(key: string, schema: Structural): string {
  const near = [...(schema.properties?.keys() ?? [])]
    .map((name) => ({ name, far: distance(name.toLowerCase(), key.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.far - b.far || compareStrings(a.name, b.name))[0];
  return `there is no such field${near === undefined ? "" : `; is ${near.name} meant?`}`;
}
