import { distance } from "../base/distance.ts";
import { isJsonObject } from "../base/json.ts";
import { compareStrings } from "../base/problem.ts";
import type { Kind } from "./kind.ts";
import { formatPath, type Path } from "./path.ts";
import { type Structural, structuralOf } from "./structural.ts";
import type { Finding } from "./structure.ts";

/** Fields of Kubernetes' own kinds that are not read, and so stand in no schema of ours (https://kubernetes.io/docs/reference/kubernetes-api/): by kind, then by place, without positions in lists. */
const NOT_READ: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Secret: { "": "immutable" },
  ConfigMap: { "": "immutable" },
  Namespace: { "": "spec" },
  Service: {
    spec: "allocateLoadBalancerNodePorts externalIPs externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges sessionAffinity sessionAffinityConfig trafficDistribution",
  },
  EndpointSlice: {
    endpoints: "deprecatedTopology hints",
    "endpoints.targetRef": "apiVersion fieldPath resourceVersion",
  },
};

/** All there is in the metadata of an object. */
const METADATA: readonly string[] =
  "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels managedFields name namespace ownerReferences resourceVersion selfLink uid".split(
    " ",
  );

/** Fields that a kind does not have: the API server drops them, or refuses the object if it is asked to be strict, as kubectl asks it. */
export function findUnknownFields(kind: Kind, object: unknown): readonly Finding[] {
  const walk: Walk = { notRead: NOT_READ[kind.kind] ?? {}, findings: [] };
  if (isJsonObject(object)) visitMetadata(object["metadata"], walk);
  visit(structuralOf(kind.schema), object, [], walk);
  return walk.findings;
}

interface Walk {
  readonly notRead: Readonly<Record<string, string>>;
  readonly findings: Finding[];
}

function visitMetadata(metadata: unknown, { findings }: Walk): void {
  if (!isJsonObject(metadata)) return;
  for (const key of Object.keys(metadata))
    if (!METADATA.includes(key))
      findings.push({ path: formatPath(["metadata", key]), message: unknown(key, METADATA) });
}

function visit(schema: Structural, value: unknown, path: Path, walk: Walk): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const [i, item] of value.entries()) visit(items, item, [...path, i], walk);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [key, of] of Object.entries(value)) {
    const here = [...path, key];
    const known = schema.properties?.get(key) ?? schema.values;
    // What stands in the status is not written by the people who are told.
    if (path.length === 0 && (key === "metadata" || key === "status")) continue;
    if (known !== undefined) visit(known, of, here, walk);
    else if (!schema.open && schema.properties !== undefined) {
      const notRead = walk.notRead[path.filter((part) => typeof part === "string").join(".")]?.split(" ") ?? [];
      if (notRead.includes(key)) continue;
      walk.findings.push({ path: formatPath(here), message: unknown(key, [...schema.properties.keys(), ...notRead]) });
    }
  }
}

function unknown(key: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, far: distance(name.toLowerCase(), key.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.far - b.far || compareStrings(a.name, b.name))[0];
  return `there is no such field${near === undefined ? "" : `; is ${near.name} meant?`}`;
}
