import { type KubernetesObject, refOf } from "../resources/kind.ts";
import { csv, kong } from "./annotations.ts";

/** The tags by which an entity can be followed back to its object (spec: ingress §10), with `extra` ones before those of the annotation `konghq.com/tags`. */
export function tagsOf(object: KubernetesObject, extra: readonly string[] = []): readonly string[] {
  const ref = refOf(object);
  const { uid, annotations } = object.metadata;
  const user = csv(kong(annotations, "tags"));
  const generated = [
    ref.name === "" ? "" : `k8s-name:${ref.name}`,
    ref.namespace === "" ? "" : shared(`k8s-namespace:${ref.namespace}`),
    shared(`k8s-kind:${ref.kind}`),
    uid === undefined || uid === "" ? "" : `k8s-uid:${uid}`,
    ref.group === "" ? "" : shared(`k8s-group:${ref.group}`),
    shared(`k8s-version:${ref.version}`),
  ];
  // `filter` leaves no room to grow in: there are two such lists for each route.
  return [...new Set([...generated.filter((tag) => tag !== ""), ...extra, ...user])];
}

/** One string for all objects of a kind or namespace, instead of one each. */
function shared(tag: string): string {
  const known = tags.get(tag);
  if (known !== undefined) return known;
  // Namespaces come and go: the list may not grow for ever.
  if (tags.size > 10_000) tags.clear();
  tags.set(tag, tag);
  return tag;
}

const tags = new Map<string, string>();

/** The tags of an entity whose Service does not exist. */
export const UNKNOWN_SERVICE_TAGS: readonly string[] = [
  "k8s-name:UNKNOWN",
  "k8s-namespace:UNKNOWN",
  "k8s-kind:Service",
  "k8s-uid:00000000-0000-0000-0000-000000000000",
  "k8s-group:core",
  "k8s-version:v1",
];
