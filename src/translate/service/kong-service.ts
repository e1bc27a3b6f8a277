import { formatRef, type ObjectRef, type Problem } from "../../base/problem.ts";
import type { Service, Upstream } from "../../kong/entities.ts";
import { serviceId } from "../../kong/ids.ts";
import { Service as ServiceKind, type ServiceObject } from "../../resources/core/service.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { annotationsOf } from "../annotations.ts";
import type { Claim, PluginUse } from "../fragment.ts";
import { tlsOverlay } from "../gateway-api/backend-tls-policy.ts";
import { ignoredOnService } from "../ignored-annotations.ts";
import type { View } from "../input.ts";
import { pluginUses } from "../kong/plugin.ts";
import { keyOfPair } from "../link/certificates.ts";
import { tagsOf, UNKNOWN_SERVICE_TAGS } from "../tags.ts";
import { type BackingService, inconsistencies, overrideService } from "./overrides.ts";
import { formatPort, type PortRef, resolvePort } from "./port.ts";
import { facadeStands, type TargetSource, targetsKey, upstreamTargets } from "./targets.ts";
import { upstreamTls, withoutIdleChecks } from "./tls.ts";
import { upstreamFields } from "./upstream.ts";

/** One Service (or facade) that a route sends requests to. */
export interface Backend {
  readonly namespace: string;
  readonly name: string;
  readonly port: PortRef;
  readonly weight?: number;
  /** What stands between the route and the Service: its tags, plugins and annotations count. */
  readonly facade?: KubernetesObject;
}

export interface ServicePlan {
  /** Name of the Kong service. */
  readonly name: string;
  /** Name of the upstream, and the service's `host`. */
  readonly host: string;
  /** What the kind of route sets; `port` is put right by the Service's. */
  readonly fields: Omit<Service, "name" | "host">;
  /** What the route asks of the upstream; a KongUpstreamPolicy of the Services says more. */
  readonly upstream?: Partial<Upstream>;
  readonly backends: readonly Backend[];
  /** Nobody else's routes may use it, though objects with dots in their names can come to the same name. */
  readonly isExclusive?: true;
  /** The object that asks for it. */
  readonly parent: KubernetesObject;
  readonly rank: string;
  /** Where in the parent, for problems. */
  readonly path?: string;
}

export interface PlannedService {
  readonly claims: readonly Claim[];
  readonly problems: readonly Problem[];
  /** False when its Services contradict each other: then its routes are left out too. */
  readonly usable: boolean;
}

interface Resolved {
  readonly backend: Backend;
  readonly object: ServiceObject | undefined;
}

/** A Kong service with its upstream, from the Services behind it (spec: ingress §11, annotations §3, §4). */
export function planService(plan: ServicePlan, view: View): PlannedService {
  const problems: Problem[] = [];
  const resolved = plan.backends.map((backend) => ({
    backend,
    object: view.get(ServiceKind, backend.namespace, backend.name),
  }));
  const port = portOf(plan, resolved, problems);
  const declared = backingServices(resolved);
  const contradictions = inconsistencies(declared);
  // Whoever sends requests there has no routes because of it.
  problems.push(...contradictions.map((one) => ({ ...one, related: [...(one.related ?? []), refOf(plan.parent)] })));
  const services = declared.map((service) => withTlsPolicy(service, plan, view, problems));
  problems.push(...unlikePolicies(services, plan));
  const { tags, origin } = identity(plan, resolved);
  const claims: Claim[] = [
    upstreamClaim(plan, services, resolved, contradictions.length === 0, tags, origin, view, problems),
  ];
  if (contradictions.length > 0) return { claims, problems, usable: false };

  const { settings, profile } = view.input;
  const base: Service = {
    ...(settings.fillIds ? { id: serviceId(plan.name, profile.workspace) } : {}),
    name: plan.name,
    host: plan.host,
    ...plan.fields,
    ...(port === undefined ? {} : { port }),
  };
  const overridden = overrideService(base, services);
  const tls = upstreamTls(services, view);
  problems.push(...overridden.problems, ...tls.problems);
  const checked = settings.preflight
    ? withoutIdleChecks(overridden.service, services)
    : { service: overridden.service, problems: [] };
  problems.push(...checked.problems);
  const service: Service = {
    ...checked.service,
    ...(tls.caCertificates.length === 0 ? {} : { ca_certificates: tls.caCertificates }),
    tags,
  };
  const plugins: PluginUse[] = [];
  for (const { object, annotations } of services) {
    problems.push(...ignoredOnService(refOf(object), annotations));
    const found = pluginUses(object, view);
    plugins.push(...found.uses);
    problems.push(...found.problems);
  }
  claims.push({
    table: "service",
    key: plan.name,
    rank: plan.rank,
    origin,
    value: { type: "service", service, plugins, ...(plan.isExclusive === true ? { isExclusive: true } : {}) },
  });
  const pair = tls.clientCertificate;
  if (pair !== undefined) {
    const value = { certificate: pair, sni: undefined, clientOf: plan.name };
    claims.push({ table: "certificate", key: keyOfPair(pair), rank: pair.rank, origin: pair.object, value });
  }
  return { claims, problems, usable: true };
}

/** The number of the last port that could be found; undefined when none could. */
function portOf(plan: ServicePlan, resolved: readonly Resolved[], problems: Problem[]): number | undefined {
  let port: number | undefined;
  for (const { backend, object } of resolved) {
    // What a facade names is told on the facade.
    const named: Pick<Problem, "object" | "path"> =
      backend.facade === undefined
        ? { object: refOf(plan.parent), ...(plan.path === undefined ? {} : { path: plan.path }) }
        : { object: refOf(backend.facade), path: "spec.backendRef" };
    if (object === undefined) {
      problems.push({
        code: "service-missing",
        severity: "error",
        ...named,
        message: `the Service ${backend.namespace}/${backend.name} does not exist; requests for it are answered with 503 until it does`,
      });
      continue;
    }
    const found = resolvePort(object, backend.port);
    if (typeof found === "string") {
      problems.push({
        code: "service-port-missing",
        severity: "error",
        ...named,
        related: [refOf(object)],
        message:
          backend.port.mode === "implicit"
            ? `no port of ${formatRef(refOf(object))} is named: ${found}`
            : `port ${formatPort(backend.port)} of ${formatRef(refOf(object))} cannot be used: ${found}`,
      });
      continue;
    }
    port = found.number;
  }
  return port;
}

/** The Services that exist, ordered by namespace/name, a Service once; with the annotations that count. */
function backingServices(resolved: readonly Resolved[]): readonly BackingService[] {
  const found = new Map<string, BackingService>();
  for (const { backend, object } of resolved) {
    if (object === undefined) continue;
    const stands = backend.facade ?? object;
    const annotations = { ...annotationsOf(object), ...backend.facade?.metadata.annotations };
    found.set(`${backend.namespace}/${backend.name}`, annotated(stands, annotations, object));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service);
}

function annotated(
  stands: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
  service: ServiceObject,
): BackingService {
  return { object: { ...stands, metadata: { ...stands.metadata, annotations } }, annotations, service };
}

/** The Service as a BackendTLSPolicy has it (spec: gateway-api §8): its annotations lie over the Service's own. */
function withTlsPolicy(backing: BackingService, plan: ServicePlan, view: View, problems: Problem[]): BackingService {
  const { service } = backing;
  const policy = tlsOverlay(service.metadata, plan.fields.protocol ?? "http", view);
  if (policy === undefined) return backing;
  if (policy !== "impossible")
    return { ...annotated(backing.object, { ...backing.annotations, ...policy.says }, service), policy };
  problems.push({
    code: "tls-policy-unsupported",
    severity: "error",
    object: refOf(plan.parent),
    related: [refOf(service)],
    ...(plan.path === undefined ? {} : { path: plan.path }),
    message: `${formatRef(refOf(service))} has a BackendTLSPolicy, and Kong checks the certificates of backends over HTTPS and TLS only, not over ${plan.fields.protocol}; it is spoken to without the policy`,
  });
  return backing;
}

/** Kong speaks to all backends of a service alike, by the policies of some or of the last. */
function unlikePolicies(services: readonly BackingService[], plan: ServicePlan): readonly Problem[] {
  const unlike = new Set(services.map(({ policy }) => JSON.stringify(policy?.says)));
  if (unlike.size < 2) return [];
  const what = services.map(({ service, policy }) => {
    const told = policy === undefined ? "none" : formatRef(policy.object);
    return `${formatRef(refOf(service))}: ${told}`;
  });
  return [
    {
      code: "tls-policy-shared",
      severity: "warning",
      object: refOf(plan.parent),
      ...(plan.path === undefined ? {} : { path: plan.path }),
      message: `Kong speaks to all backends of a rule alike, and theirs have unlike BackendTLSPolicies (${what.join(", ")}): all are spoken to by TLS, with the host name of the last policy. Give all of them the same policy, or each a rule of its own`,
    },
  ];
}

/** Whom the Kong service belongs to: its one Service (or facade), else whoever asked for it. */
function identity(
  plan: ServicePlan,
  resolved: readonly Resolved[],
): { readonly tags: readonly string[]; readonly origin: ObjectRef } {
  const present = resolved.filter(({ object }) => object !== undefined);
  const [only] = present;
  if (only === undefined) return { tags: UNKNOWN_SERVICE_TAGS, origin: refOf(plan.parent) };
  const owner = present.length > 1 ? plan.parent : (only.backend.facade ?? only.object!);
  return { tags: tagsOf(owner), origin: refOf(owner) };
}

function upstreamClaim(
  plan: ServicePlan,
  services: readonly BackingService[],
  resolved: readonly Resolved[],
  usable: boolean,
  tags: readonly string[],
  origin: ObjectRef,
  view: View,
  problems: Problem[],
): Claim {
  const fields = upstreamFields(services, plan.parent, view);
  problems.push(...fields.problems);
  const isOverruled = plan.upstream !== undefined && "algorithm" in fields.fields;
  // A policy for sessions keeps them too, by its own cookie.
  if (isOverruled && fields.fields.algorithm !== "sticky-sessions") problems.push(overruled(plan, fields.sources));
  const asked = isOverruled ? {} : plan.upstream;
  const upstream: Upstream = { name: plan.host, algorithm: "round-robin", ...asked, ...fields.fields, tags };
  const sources = usable
    ? resolved.filter(({ object }) => object !== undefined).map(({ backend }) => sourceOf(backend))
    : [];
  // Handed on: an endpoint that comes or goes changes the upstream, and compiles no route again.
  const targets = sources.length === 0 ? [] : view.hand(upstreamTargets, targetsKey(sources), false);
  const value = { upstream, targets, sources: fields.sources };
  return { table: "upstream", key: plan.host, rank: plan.rank, origin, value };
}

/** A rule's wish for sessions comes second to what the Services say. */
function overruled({ parent, path }: ServicePlan, sources: readonly ObjectRef[]): Problem {
  const by = sources.map(formatRef).join(" and ");
  return {
    code: "session-overruled",
    severity: "warning",
    object: refOf(parent),
    ...(path === undefined ? {} : { path: path.replace(/backendRefs$/, "sessionPersistence") }),
    related: sources,
    message: `${by} says how requests to these backends are balanced, and counts; sessions are not kept as the rule asks. Take one of the two away`,
  };
}

function sourceOf({ namespace, name, port, weight, facade }: Backend): TargetSource {
  const standsForItself = facadeStands(facade?.metadata.annotations);
  return {
    namespace,
    name,
    port,
    ...(weight === undefined ? {} : { weight }),
    ...(standsForItself === undefined ? {} : { standsForItself }),
  };
}
