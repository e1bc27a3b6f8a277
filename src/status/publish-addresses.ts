import { isIP } from "node:net";
import type { ServiceObject } from "../resources/core/service.ts";

/** One address under which gateways are reached. */
export type PublishedAddress = { readonly ip: string } | { readonly hostname: string };

/** Where addresses come from: the fixed ones if there are any, else those of the Service (`namespace/name`). */
export interface AddressSource {
  readonly fixed: readonly string[];
  readonly service: string | undefined;
}

/** Fixed addresses: what is no IP address is a host name. */
export function fixedAddresses(fixed: readonly string[]): readonly PublishedAddress[] {
  return fixed.map((address) => (isIP(address) === 0 ? { hostname: address } : { ip: address }));
}

/** The addresses that a load balancer gave a Service, in its order. */
export function loadBalancerAddresses(service: ServiceObject): readonly PublishedAddress[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }): readonly PublishedAddress[] => [
    ...(ip === undefined || ip === "" ? [] : [{ ip }]),
    ...(hostname === undefined || hostname === "" ? [] : [{ hostname }]),
  ]);
}

/** The addresses of a Service for Ingresses: the load balancer's, or else the cluster's own (spec: admin-push §9). */
export function ingressAddresses(service: ServiceObject): readonly PublishedAddress[] {
  if (service.spec?.type === "LoadBalancer") return loadBalancerAddresses(service);
  const { clusterIPs, clusterIP } = service.spec ?? {};
  const ips = (clusterIPs ?? []).length > 0 ? clusterIPs! : clusterIP === undefined ? [] : [clusterIP];
  return ips.filter((ip) => isIP(ip) !== 0).map((ip) => ({ ip }));
}

/** The addresses of Services for Gateways: only load balancers have any (spec: gateway-api §3.2). */
export function gatewayAddresses(services: readonly ServiceObject[]): readonly PublishedAddress[] {
  return services.flatMap((service) => (service.spec?.type === "LoadBalancer" ? loadBalancerAddresses(service) : []));
}

/** Whether two lists hold the same addresses; the order says nothing. */
export function sameAddresses(a: readonly unknown[], b: readonly unknown[]): boolean {
  const sorted = (list: readonly unknown[]) =>
    list
      .map((address) => JSON.stringify(address))
      .sort()
      .join();
  return a.length === b.length && sorted(a) === sorted(b);
}
