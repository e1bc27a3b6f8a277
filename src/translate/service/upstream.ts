import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { Upstream } from "../../kong/entities.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { KongIngress } from "../../resources/kong/kong-ingress.ts";
import { KongUpstreamPolicy } from "../../resources/kong/kong-upstream-policy.ts";
import { annotationPath, kong, PREFIX } from "../annotations.ts";
import type { View } from "../input.ts";
import { kongIngressFields } from "../kong/kong-ingress.ts";
import type { BackingService } from "./overrides.ts";
import { isSupported, policyFields } from "./upstream-policy.ts";

export interface UpstreamFields {
  readonly fields: Partial<Upstream>;
  /** The objects that the fields come from. */
  readonly sources: readonly ObjectRef[];
  readonly problems: readonly Problem[];
}

/** What the Services behind an upstream set on it (spec: annotations §4): a KongIngress, then `host-header`, then a KongUpstreamPolicy, field by field. */
export function upstreamFields(
  services: readonly BackingService[],
  parent: KubernetesObject,
  view: View,
): UpstreamFields {
  const override = overrideFields(services, parent, view);
  const policy = policyOf(services, view);
  // Of several Services the last one's header counts.
  const host = services
    .map(({ annotations }) => kong(annotations, "host-header") ?? "")
    .findLast((value) => value !== "");
  return {
    fields: { ...override.fields, ...(host === undefined ? {} : { host_header: host }), ...policy.fields },
    sources: [...override.sources, ...policy.sources],
    problems: [...override.problems, ...policy.problems],
  };
}

const NOTHING: UpstreamFields = { fields: {}, sources: [], problems: [] };

/** The KongIngress of the first Service that names one. Routes of the Gateway API have never had it. */
function overrideFields(services: readonly BackingService[], parent: KubernetesObject, view: View): UpstreamFields {
  if (refOf(parent).group === GATEWAY_GROUP) return NOTHING;
  const service = services.find(({ annotations }) => (kong(annotations, "override") ?? "") !== "");
  if (service === undefined) return NOTHING;
  const name = kong(service.annotations, "override") ?? "";
  const { namespace } = refOf(service.object);
  const found = view.get(KongIngress, namespace, name);
  if (found !== undefined)
    return { fields: kongIngressFields(found.upstream ?? {}), sources: [refOf(found)], problems: [] };
  const message = `the KongIngress ${namespace}/${name} does not exist; create it, or better use a KongUpstreamPolicy, which takes its place`;
  return problem(service, "kong-ingress-missing", "override", message);
}

/** The policy that all Services name. That they differ is said elsewhere. */
function policyOf(services: readonly BackingService[], view: View): UpstreamFields {
  const [first] = services;
  if (first === undefined) return NOTHING;
  const name = kong(first.annotations, "upstream-policy") ?? "";
  if (name === "" || services.some(({ annotations }) => kong(annotations, "upstream-policy") !== name)) return NOTHING;
  const { namespace } = refOf(first.object);
  const policy = view.get(KongUpstreamPolicy, namespace, name);
  if (policy === undefined) {
    const message = `the KongUpstreamPolicy ${namespace}/${name} does not exist; create it, or take the annotation away`;
    return problem(first, "upstream-policy-missing", "upstream-policy", message);
  }
  const spec = policy.spec ?? {};
  if (isSupported(spec, view.input.profile))
    return { fields: policyFields(spec), sources: [refOf(policy)], problems: [] };
  const version = view.input.profile.version.join(".");
  const message = `the KongUpstreamPolicy ${namespace}/${name} asks for sticky sessions, which came with Kong 3.11 and this gateway (${version}) does not know; the policy is not applied`;
  return problem(first, "sticky-sessions-unsupported", "upstream-policy", message);
}

function problem({ object }: BackingService, code: string, annotation: string, message: string): UpstreamFields {
  const path = annotationPath(PREFIX + annotation);
  return { fields: {}, sources: [], problems: [{ code, severity: "error", object: refOf(object), path, message }] };
}
