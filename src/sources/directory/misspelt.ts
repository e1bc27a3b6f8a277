import { distance } from "../../base/distance.ts";
import { compareStrings } from "../../base/problem.ts";
import { INCUBATOR_GROUP, KONG_GROUP } from "../../resources/crd-kind.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import { apiVersionOf, entryOf, KINDS } from "../../resources/kinds.ts";

const OUR_GROUPS: ReadonlySet<string> = new Set([
  "",
  "networking.k8s.io",
  "discovery.k8s.io",
  KONG_GROUP,
  INCUBATOR_GROUP,
  GATEWAY_GROUP,
]);

/** What is wrong with the kind of an object that is none of ours but looks as if it were meant to be; undefined if it is simply somebody else's. */
export function mistakenKind(apiVersion: string, kind: string): string | undefined {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  const same = entryOf(kind)?.kind;
  if (same !== undefined) {
    // Other projects have a Service or a Gateway too; an old Ingress was once in another group.
    const ours =
      group === same.group || (kind === "Ingress" && group === "extensions") || (slash < 0 && same.group !== "");
    return ours
      ? `${kind} is read at ${same.versions.map((version) => apiVersionOf(same, version)).join(" or ")}, not at ${apiVersion}`
      : undefined;
  }
  if (!OUR_GROUPS.has(group)) return undefined;
  const near = KINDS.map((entry) => entry.kind)
    .filter((candidate) => candidate.group === group && distance(candidate.kind.toLowerCase(), kind.toLowerCase()) <= 2)
    .map((candidate) => candidate.kind)
    .sort((a, b) => distance(a, kind) - distance(b, kind) || compareStrings(a, b));
  return near[0] === undefined ? undefined : `there is no kind ${kind} in ${apiVersion}; is ${near[0]} meant?`;
}
