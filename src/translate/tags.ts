import { type KubernetesObject, refOf } from "../resources/kind.ts";
import { csv, kong } from "./annotations.ts";

/** The tags by which an entity can be followed back to its object (spec: ingress §10), with `extra` ones before those of the annotation `konghq.com/tags`. */
export function tagsOf(object: KubernetesObject, extra: readonly string[] = []): readonly string[] {
  const ref = refOf(object);
  const tags: string[] = [];
  if (ref.name !== "") tags.push(`k8s-name:${ref.name}`);
  if (ref.namespace !== "") tags.push(`k8s-namespace:${ref.namespace}`);
  tags.push(`k8s-kind:${ref.kind}`);
  const { uid, annotations } = object.metadata;
  if (uid !== undefined && uid !== "") tags.push(`k8s-uid:${uid}`);
  if (ref.group !== "") tags.push(`k8s-group:${ref.group}`);
  tags.push(`k8s-version:${ref.version}`, ...extra);
  for (const tag of csv(kong(annotations, "tags"))) if (!tags.includes(tag)) tags.push(tag);
  return tags;
}

/** The tags of an entity whose Service does not exist. */
export const UNKNOWN_SERVICE_TAGS: readonly string[] = [
  "k8s-name:UNKNOWN",
  "k8s-namespace:UNKNOWN",
  "k8s-kind:Service",
  "k8s-uid:00000000-0000-0000-0000-000000000000",
  "k8s-group:core",
  "k8s-version:v1",
];
