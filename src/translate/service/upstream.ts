import type { Problem } from "../../base/problem.ts";
import type { Upstream } from "../../kong/entities.ts";
import type { KubernetesObject } from "../../resources/kind.ts";
import { kong } from "../annotations.ts";
import type { View } from "../input.ts";
import type { BackingService } from "./overrides.ts";

export interface UpstreamFields {
  readonly fields: Partial<Upstream>;
  readonly problems: readonly Problem[];
}

/** What the Services behind an upstream set on it (spec: annotations §4); later Services overwrite earlier ones. */
export function upstreamFields(
  services: readonly BackingService[],
  _parent: KubernetesObject,
  _view: View,
): UpstreamFields {
  const fields: { -readonly [Key in keyof Upstream]?: Upstream[Key] } = {};
  for (const { annotations } of services) {
    const host = kong(annotations, "host-header");
    if (host !== undefined && host !== "") fields.host_header = host;
  }
  return { fields, problems: [] };
}
