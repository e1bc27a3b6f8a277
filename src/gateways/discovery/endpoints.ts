import { compareStrings } from "../../base/problem.ts";
import type { Endpoint, EndpointSliceObject } from "../../resources/core/endpoint-slice.ts";

/** An Admin API that the EndpointSlices of a Service name. */
export interface FoundGateway {
  /** Another Pod, or the same Pod at another address, is another gateway. */
  readonly id: string;
  /** `namespace/name`. */
  readonly pod: string;
  /** Discovery always speaks TLS (spec/admin-push.md §6). */
  readonly url: string;
  /** What its endpoint says of its condition: who waits for it looks again when that changes. */
  readonly condition: string;
}

interface Candidate extends FoundGateway {
  readonly podKey: string;
  /** The smaller is preferred among the addresses of one Pod: the port names in their order, then IPv4. */
  readonly rank: string;
}

/**
 * The gateways behind a Service, each Pod once (one of a dual-stack cluster stands in two slices), ordered by Pod. Counted is who has a port of one of these
 * names and is not terminating; whether it is ready is not asked, since the connection finds out better (spec/admin-push.md §6).
 */
export function gatewaysIn(
  slices: Iterable<EndpointSliceObject>,
  portNames: readonly string[],
): readonly FoundGateway[] {
  const best = new Map<string, Candidate>();
  for (const slice of slices) {
    for (const candidate of candidatesIn(slice, portNames)) {
      const known = best.get(candidate.podKey);
      if (known === undefined || compareStrings(candidate.rank, known.rank) < 0) best.set(candidate.podKey, candidate);
    }
  }
  return [...best.values()]
    .sort((a, b) => compareStrings(a.pod, b.pod) || compareStrings(a.id, b.id))
    .map(({ id, pod, url, condition }) => ({ id, pod, url, condition }));
}

/** Why no gateway is found behind a Service, and what to look at where waiting will hardly mend it. */
export interface Nobody {
  readonly why: string;
  readonly advice?: string;
}

/** Says of slices in which no gateway is found why that is so. */
export function nobodyIn(slices: Iterable<EndpointSliceObject>, portNames: readonly string[]): Nobody {
  const all = [...slices].filter(({ endpoints = [] }) => endpoints.length > 0);
  if (all.length === 0) return { why: "it has none, or there is no such Service" };
  const ports = [...new Set(all.flatMap((slice) => (slice.ports ?? []).map(({ name = "" }) => name || "(unnamed)")))];
  if (!ports.some((name) => portNames.includes(name)))
    return {
      why: `of its ports, ${ports.sort().join(", ")}, none is named ${portNames.join(" or ")}`,
      advice: "look at --kong-admin-svc-port-names, and at the Service: it must be that of the Admin API",
    };
  const endpoints = all.flatMap((slice) => slice.endpoints ?? []);
  if (endpoints.every(({ targetRef }) => targetRef?.kind !== "Pod"))
    return { why: "its endpoints are no Pods", advice: "--kong-admin-svc must name a Service that selects Pods" };
  if (endpoints.every(({ conditions }) => conditions?.terminating === true))
    return { why: "all of its Pods are terminating" };
  return { why: "none of its Pods has an address and such a port" };
}

function candidatesIn(slice: EndpointSliceObject, portNames: readonly string[]): readonly Candidate[] {
  if (slice.addressType !== "IPv4" && slice.addressType !== "IPv6") return [];
  const family = slice.addressType === "IPv4" ? "0" : "1";
  const namespace = slice.metadata.namespace ?? "";
  return (slice.ports ?? []).flatMap(({ name = "", port }) => {
    const preference = portNames.indexOf(name);
    if (preference < 0 || port === undefined) return [];
    return (slice.endpoints ?? []).flatMap((endpoint) => {
      const place = placeOf(endpoint, namespace);
      if (place === undefined) return [];
      const url = `https://${family === "0" ? place.address : `[${place.address}]`}:${port}`;
      const rank = `${String(preference).padStart(4, "0")} ${family} ${url}`;
      return [{ ...place, id: `${place.podKey} ${url}`, url, rank, condition: conditionOf(endpoint) }];
    });
  });
}

function placeOf({ addresses, conditions, targetRef }: Endpoint, namespace: string) {
  const [address] = addresses;
  if (address === undefined || conditions?.terminating === true) return undefined;
  if (targetRef?.kind !== "Pod" || targetRef.name === undefined) return undefined;
  const pod = `${targetRef.namespace ?? namespace}/${targetRef.name}`;
  return { address, pod, podKey: targetRef.uid ?? pod };
}

function conditionOf({ conditions }: Endpoint): string {
  return JSON.stringify([conditions?.ready, conditions?.serving]);
}
