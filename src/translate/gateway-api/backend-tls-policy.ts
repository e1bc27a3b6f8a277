import { own } from "../../base/json.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { ConfigMap } from "../../resources/core/config-map.ts";
import { Secret } from "../../resources/core/secret.ts";
import { BackendTLSPolicy, type BackendTLSPolicyObject } from "../../resources/gateway-api/backend-tls-policy.ts";
import { keyOf, type ObjectMeta, refOf } from "../../resources/kind.ts";
import type { Index } from "../../store/object-store.ts";
import type { Derivation } from "../../store/view.ts";
import { atoi, PREFIX } from "../annotations.ts";
import type { Input, View } from "../input.ts";
import type { Unit } from "../unit.ts";
import { attachment } from "./attachment.ts";
import { httpRoutesByService, resolvedRefs } from "./backend-refs.ts";
import { splitKey } from "./object-name.ts";

/** The policies on a Service: `namespace/name`. */
export const tlsPoliciesByService: Index<BackendTLSPolicyObject> = {
  name: "tls-policies-by-service",
  kind: BackendTLSPolicy,
  keys: (policy) => servicesOf(policy).map((name) => `${policy.metadata.namespace ?? ""}/${name}`),
};

/** The names of the Services a policy is for; `sectionName` is not looked at. */
function servicesOf(policy: BackendTLSPolicyObject): readonly string[] {
  const refs = policy.spec.targetRefs.filter(
    ({ group, kind }) => (group === "" || group === "core") && kind === "Service",
  );
  return [...new Set(refs.map(({ name }) => name))];
}

/** The option for how many certificates there may be between the backend's and the CA's. */
const DEPTH = "tls-verify-depth";

/** Annotations that say of a Service what a policy says; the protocol depends on who applies it. */
type Overlay = Readonly<Record<string, string>>;

/** What a policy comes to: all that its status says. */
export interface TlsPolicyReport {
  readonly accepted: boolean;
  readonly reason: "Accepted" | "Conflicted" | "Invalid";
  readonly message: string;
  /** `namespace/name` of the Gateways whose routes it counts for, sorted; while there are none it does nothing. */
  readonly gateways: readonly string[];
  readonly overlay: Overlay;
}

/** What becomes of a policy (spec: gateway-api §8). Key: `namespace/name`. */
export const tlsPolicyReport: Derivation<Input, TlsPolicyReport> = {
  name: "tls-policy-report",
  compute(view, key) {
    const [namespace, name] = splitKey(key);
    const policy = view.get(BackendTLSPolicy, namespace, name);
    const none: TlsPolicyReport = { accepted: false, reason: "Invalid", message: "", gateways: [], overlay: {} };
    if (policy === undefined) return none;
    const services = servicesOf(policy).map((service) => `${namespace}/${service}`);
    const gateways = [...new Set(services.flatMap((service) => gatewaysOf(service, view)))].sort();
    const contested = services.find((service) => view.survey(tlsPoliciesByService, service).length > 1);
    if (contested !== undefined) {
      const message = `the Service ${contested} has several BackendTLSPolicies, and none of them counts; keep one`;
      return { ...none, reason: "Conflicted", message, gateways };
    }
    const wrong = objections(policy, view);
    if (wrong.length > 0) return { ...none, message: wrong.join("; "), gateways };
    return { accepted: true, reason: "Accepted", message: "", gateways, overlay: overlayOf(policy) };
  },
};

/** The Gateways of the HTTPRoutes that send requests to a Service, and all of whose backends can be used. */
function gatewaysOf(service: string, view: View): readonly string[] {
  return view.survey(httpRoutesByService, service).flatMap((route) => {
    if (view.glance(resolvedRefs, keyOf(route)).reason !== "ResolvedRefs") return [];
    const { parents } = view.glance(attachment, keyOf(route));
    return parents.flatMap(({ accepted, ref, gateway }) =>
      accepted ? (gateway ?? `${ref.namespace}/${ref.name}`) : [],
    );
  });
}

function objections(policy: BackendTLSPolicyObject, view: View): readonly string[] {
  const { validation } = policy.spec;
  const namespace = policy.metadata.namespace ?? "";
  const found: string[] = [];
  for (const { group, kind, name } of validation.caCertificateRefs ?? []) {
    if ((group !== "" && group !== "core") || (kind !== "Secret" && kind !== "ConfigMap")) {
      found.push(
        `CA certificates are read from Secrets and ConfigMaps, not from ${group === "" ? "" : `${group}/`}${kind}`,
      );
    } else if (view.look(kind === "Secret" ? Secret : ConfigMap, namespace, name) === undefined) {
      found.push(`the ${kind} ${namespace}/${name} named in caCertificateRefs does not exist`);
    }
  }
  if ((validation.subjectAltNames ?? []).length > 0)
    found.push("Kong cannot check subjectAltNames; it checks the hostname");
  if ((validation.wellKnownCACertificates ?? "") !== "")
    found.push("Kong cannot be told to trust wellKnownCACertificates; name CA certificates");
  return found;
}

function overlayOf({ spec: { validation, options } }: BackendTLSPolicyObject): Overlay {
  const named = (wanted: string) =>
    (validation.caCertificateRefs ?? []).flatMap(({ kind, name }) => (kind === wanted ? [name] : [])).join(",");
  const depth = own(options, DEPTH);
  return {
    [`${PREFIX}tls-verify`]: "true",
    [`${PREFIX}host-header`]: validation.hostname,
    ...(named("ConfigMap") === "" ? {} : { [`${PREFIX}ca-certificates-configmaps`]: named("ConfigMap") }),
    ...(named("Secret") === "" ? {} : { [`${PREFIX}ca-certificates-secrets`]: named("Secret") }),
    ...(isDepth(depth) ? { [`${PREFIX}${DEPTH}`]: depth! } : {}),
  };
}

function isDepth(text: string | undefined): boolean {
  return (atoi(text) ?? -1) >= 0;
}

/** Kong's protocols by which the certificate of a backend can be checked; of what would be another the policy says nothing. */
const INSIDE_TLS: Readonly<Record<string, string>> = { http: "https", https: "https", tcp: "tls", tls: "tls" };

/** The annotations that a policy lays over those of a Service which a Kong service of this protocol sends requests to; undefined when none does. */
export function tlsOverlay(
  { namespace = "", name }: ObjectMeta,
  protocol: string,
  view: View,
): { readonly object: ObjectRef; readonly says: Overlay } | "impossible" | undefined {
  // Services have no policy as a rule: they get by without a derived value.
  const [policy] = view.survey(tlsPoliciesByService, `${namespace}/${name}`);
  if (policy === undefined) return undefined;
  const inside = INSIDE_TLS[protocol];
  if (inside === undefined) return "impossible";
  const { accepted, gateways, overlay } = view.derive(tlsPolicyReport, `${namespace}/${policy.metadata.name}`);
  if (!accepted || gateways.length === 0) return undefined;
  return { object: refOf(policy), says: { ...overlay, [`${PREFIX}protocol`]: inside } };
}

/** A BackendTLSPolicy does nothing by itself: it says of Services how they are spoken to. */
export const backendTlsPolicyUnit: Unit<BackendTLSPolicyObject> = {
  kind: BackendTLSPolicy,
  compile(policy, view) {
    const { accepted, reason, message, gateways } = view.derive(
      tlsPolicyReport,
      `${policy.metadata.namespace ?? ""}/${policy.metadata.name}`,
    );
    if (gateways.length === 0) return { claims: [], problems: [] };
    if (accepted) return { claims: [], problems: [...sectionProblems(policy), ...optionProblems(policy)] };
    const problem: Problem = {
      code: reason === "Conflicted" ? "tls-policy-conflict" : "tls-policy-invalid",
      severity: "error",
      object: refOf(policy),
      path: reason === "Conflicted" ? "spec.targetRefs" : "spec.validation",
      message: `${message}. Its Services are spoken to without it`,
    };
    return { claims: [], problems: [problem] };
  },
};

/** A Kong service is one port of a Service, and does not know its name. */
function sectionProblems(policy: BackendTLSPolicyObject): readonly Problem[] {
  return policy.spec.targetRefs.flatMap(({ sectionName }, at): readonly Problem[] => {
    if (sectionName === undefined) return [];
    const message =
      "the policy counts for all ports of the Service, not only for this one; take sectionName away, or give the port a Service of its own";
    const path = `spec.targetRefs[${at}].sectionName`;
    return [{ code: "tls-policy-section", severity: "warning", object: refOf(policy), path, message }];
  });
}

/** Options are whatever an implementation takes: only those that look like ours are judged. */
function optionProblems(policy: BackendTLSPolicyObject): readonly Problem[] {
  const depth = own(policy.spec.options, DEPTH);
  if (depth === undefined || isDepth(depth)) return [];
  const message = `"${depth}" is no number of certificates, so that Kong's default counts; write one from 0 on`;
  const path = `spec.options["${DEPTH}"]`;
  return [{ code: "tls-policy-option", severity: "warning", object: refOf(policy), path, message }];
}
