import type { Problem } from "../../base/problem.ts";
import type { Target } from "../../kong/entities.ts";
import { EndpointSlice, type EndpointSliceObject, SERVICE_NAME_LABEL } from "../../resources/core/endpoint-slice.ts";
import { Service, type ServiceObject } from "../../resources/core/service.ts";
import type { Index } from "../../store/object-store.ts";
import type { Derivation } from "../../store/view.ts";
import { type Annotations, annotation, annotationsOf, SERVICE_UPSTREAM_ANNOTATION } from "../annotations.ts";
import type { Targets } from "../fragment.ts";
import { classParameters } from "../ingress/class-parameters.ts";
import type { Input, Settings, View } from "../input.ts";
import { type PortRef, type ResolvedPort, resolvePort } from "./port.ts";

/** The EndpointSlices of a Service: `namespace/name`. */
export const slicesOfService: Index<EndpointSliceObject> = {
  name: "slices-of-service",
  kind: EndpointSlice,
  keys(slice) {
    const service = slice.metadata.labels?.[SERVICE_NAME_LABEL];
    return service === undefined ? [] : [`${slice.metadata.namespace ?? ""}/${service}`];
  },
};

/** One Service behind an upstream. */
export interface TargetSource {
  readonly namespace: string;
  readonly name: string;
  readonly port: PortRef;
  /** Of all its endpoints together; undefined for backends that carry none. */
  readonly weight?: number;
  /** Whether it stands for itself instead of its endpoints, where a facade's annotation says so in place of its own. */
  readonly standsForItself?: boolean;
}

interface Address {
  readonly target: string;
  readonly draining: boolean;
}

/** The key under which `upstreamTargets` is asked for. */
export function targetsKey(sources: readonly TargetSource[]): string {
  return JSON.stringify(
    sources.map(({ namespace, name, port, weight, standsForItself }) => [
      namespace,
      name,
      port,
      weight ?? null,
      standsForItself ?? null,
    ]),
  );
}

const NO_PROBLEMS: readonly Problem[] = [];

/** The targets of an upstream: those of all its Services, weighted (spec: ingress §11). */
export const upstreamTargets: Derivation<Input, Targets> = {
  name: "targets",
  compute(view, key) {
    const sources = JSON.parse(key) as [string, string, PortRef, number | null, boolean | null][];
    const weights = new Map<string, number | undefined>();
    for (const [namespace, name, port, weight, standsForItself] of sources) {
      // Of one Service alone no other value is made of its addresses: most upstreams need no second cell.
      const addresses =
        sources.length === 1
          ? addressesAt(view, namespace, name, port, standsForItself)
          : view.derive(serviceAddresses, JSON.stringify([namespace, name, port, standsForItself]));
      const live = addresses.filter((address) => !address.draining).length;
      for (const { target, draining } of addresses) {
        const own = draining
          ? 0
          : weight === null
            ? undefined
            : weight === 0
              ? 0
              : Math.max(1, Math.floor(weight / live));
        // Kong's weight for a target without one is 100.
        weights.set(target, weights.has(target) ? (weights.get(target) ?? 100) + (own ?? 100) : own);
      }
    }
    const targets = [...weights].map(
      ([target, weight]): Target => (weight === undefined ? { target } : { target, weight }),
    );
    return { targets: targets.sort((a, b) => (a.target < b.target ? 1 : -1)), problems: NO_PROBLEMS };
  },
};

/** Where one port of one Service can be reached. Key: JSON of namespace, name, port, and whether a facade has it stand for itself (null: the Service's own annotation counts). */
const serviceAddresses: Derivation<Input, readonly Address[]> = {
  name: "addresses",
  compute(view, key) {
    const [namespace, name, port, standsForItself] = JSON.parse(key) as [string, string, PortRef, boolean | null];
    return addressesAt(view, namespace, name, port, standsForItself);
  },
};

function addressesAt(
  view: View,
  namespace: string,
  name: string,
  ref: PortRef,
  standsForItself: boolean | null,
): readonly Address[] {
  const service = view.get(Service, namespace, name);
  if (service === undefined) return [];
  const port = resolvePort(service, ref);
  if (typeof port === "string") return [];
  // A port number may stand there once for each protocol; KIC counts the target as often.
  const protocols = new Set(["TCP", ...(service.spec?.ports ?? []).map((p) => p.protocol ?? "TCP")]);
  const whole = wholeService(service, port, standsForItself ?? asksToStand(annotationsOf(service)), view);
  if (whole !== undefined) return [...protocols].map(() => ({ target: whole, draining: false }));
  const slices = view.find(slicesOfService, `${namespace}/${name}`);
  return addressesOf(slices, port, protocols, view.input.settings);
}

function asksToStand(annotations: Annotations): boolean {
  return annotation(annotations, SERVICE_UPSTREAM_ANNOTATION) === "true";
}

/** What a facade's annotation makes of its Service; undefined when it says nothing (spec: annotations §1, the note on facades). */
export function facadeStands(facade: Annotations): boolean | undefined {
  return annotation(facade, SERVICE_UPSTREAM_ANNOTATION) === undefined ? undefined : asksToStand(facade);
}

/** The one target of a Service that stands for itself: by its cluster name, or by an external one. */
function wholeService(
  service: ServiceObject,
  port: ResolvedPort,
  standsForItself: boolean,
  view: View,
): string | undefined {
  const { namespace = "", name } = service.metadata;
  if (standsForItself || view.derive(classParameters, "").serviceUpstream) {
    const { clusterDomain } = view.input.settings;
    return `${name}.${namespace}.svc${clusterDomain === "" ? "" : `.${clusterDomain}`}:${port.number}`;
  }
  if (service.spec?.type === "ExternalName") return `${service.spec.externalName ?? ""}:${port.number}`;
  return undefined;
}

function addressesOf(
  slices: readonly EndpointSliceObject[],
  port: ResolvedPort,
  protocols: ReadonlySet<string>,
  settings: Settings,
): readonly Address[] {
  const found = new Map<string, Address>();
  for (const slice of slices) {
    for (const slicePort of slice.ports ?? []) {
      if (!protocols.has(slicePort.protocol ?? "TCP") || (slicePort.name ?? "") !== port.name) continue;
      if (slicePort.port === undefined || slicePort.port < 0) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const { ready = true, terminating = false } = endpoint.conditions ?? {};
        const draining = settings.drainSupport && terminating === true;
        if (ready === false && !draining) continue;
        // All addresses of an endpoint are the same Pod: the API asks consumers to use the first.
        const [address] = endpoint.addresses;
        if (address === undefined) continue;
        const target = `${address.includes(":") ? `[${address}]` : address}:${slicePort.port}`;
        found.set(`${target} ${terminating}`, { target, draining });
      }
    }
  }
  return [...found.values()];
}
