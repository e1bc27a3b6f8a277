import { ConfigMap } from "./core/config-map.ts";
import { EndpointSlice } from "./core/endpoint-slice.ts";
import { Ingress } from "./core/ingress.ts";
import { IngressClass } from "./core/ingress-class.ts";
import { Namespace } from "./core/namespace.ts";
import { Secret } from "./core/secret.ts";
import { Service } from "./core/service.ts";
import type { CrdKind } from "./crd-kind.ts";
import { BackendTLSPolicy } from "./gateway-api/backend-tls-policy.ts";
import { Gateway } from "./gateway-api/gateway.ts";
import { GatewayClass } from "./gateway-api/gateway-class.ts";
import { GRPCRoute } from "./gateway-api/grpc-route.ts";
import { HTTPRoute } from "./gateway-api/http-route.ts";
import { ListenerSet } from "./gateway-api/listener-set.ts";
import { ReferenceGrant } from "./gateway-api/reference-grant.ts";
import { TCPRoute } from "./gateway-api/tcp-route.ts";
import { TLSRoute } from "./gateway-api/tls-route.ts";
import { UDPRoute } from "./gateway-api/udp-route.ts";
import type { Kind } from "./kind.ts";
import { IngressClassParameters } from "./kong/ingress-class-parameters.ts";
import { KongClusterPlugin } from "./kong/kong-cluster-plugin.ts";
import { KongConsumer } from "./kong/kong-consumer.ts";
import { KongConsumerGroup } from "./kong/kong-consumer-group.ts";
import { KongCustomEntity } from "./kong/kong-custom-entity.ts";
import { KongIngress } from "./kong/kong-ingress.ts";
import { KongLicense } from "./kong/kong-license.ts";
import { KongPlugin } from "./kong/kong-plugin.ts";
import { KongServiceFacade } from "./kong/kong-service-facade.ts";
import { KongUpstreamPolicy } from "./kong/kong-upstream-policy.ts";
import { KongVault } from "./kong/kong-vault.ts";
import { TCPIngress } from "./kong/tcp-ingress.ts";
import { UDPIngress } from "./kong/udp-ingress.ts";

/** A kind, and what decides whether a cluster is asked for it. */
export interface KindEntry {
  readonly kind: Kind;
  /** The kind is watched only if every `--enable-controller-<flag>` named here is on; none: always. */
  readonly flags: readonly string[];
  /** A feature gate that must be on: for the kind, or only for the versions named. */
  readonly gate?: { readonly name: string; readonly versions?: readonly string[] };
  /** Whether KIC reads it too: then a failing list blocks the first push (design §4). */
  readonly inKic: boolean;
}

const ALPHA = (...versions: readonly string[]) => ({ gate: { name: "GatewayAlpha", versions } });

/** Every kind that Silverback reads. Their names are unique. */
export const KINDS: readonly KindEntry[] = [
  { kind: Ingress, flags: ["ingress-networkingv1"], inKic: true },
  { kind: IngressClass, flags: ["ingress-class-networkingv1"], inKic: true },
  { kind: IngressClassParameters, flags: ["ingress-class-parameters"], inKic: true },
  { kind: Service, flags: ["service"], inKic: true },
  { kind: EndpointSlice, flags: ["service"], inKic: true },
  { kind: Secret, flags: [], inKic: true },
  { kind: ConfigMap, flags: [], inKic: true },
  { kind: Namespace, flags: ["gwapi-gateway"], inKic: true },
  { kind: KongPlugin, flags: ["kongplugin"], inKic: true },
  { kind: KongClusterPlugin, flags: ["kongclusterplugin"], inKic: true },
  { kind: KongConsumer, flags: ["kongconsumer"], inKic: true },
  { kind: KongConsumerGroup, flags: ["kongconsumer"], inKic: true },
  { kind: KongUpstreamPolicy, flags: ["kong-upstream-policy"], inKic: true },
  { kind: KongIngress, flags: ["kongingress"], inKic: true },
  { kind: TCPIngress, flags: ["tcpingress"], inKic: true },
  { kind: UDPIngress, flags: ["udpingress"], inKic: true },
  { kind: KongVault, flags: ["kong-vault"], inKic: true },
  { kind: KongLicense, flags: ["kong-license"], inKic: true },
  { kind: KongCustomEntity, flags: ["kong-custom-entity"], gate: { name: "KongCustomEntity" }, inKic: true },
  { kind: KongServiceFacade, flags: ["kong-service-facade"], gate: { name: "KongServiceFacade" }, inKic: true },
  { kind: GatewayClass, flags: ["gwapi-gateway"], inKic: true },
  { kind: Gateway, flags: ["gwapi-gateway"], inKic: true },
  { kind: ListenerSet, flags: ["gwapi-gateway"], inKic: false },
  { kind: HTTPRoute, flags: ["gwapi-httproute"], inKic: true },
  { kind: GRPCRoute, flags: ["gwapi-grpcroute"], inKic: true },
  { kind: TLSRoute, flags: [], ...ALPHA("v1alpha2", "v1alpha3"), inKic: true },
  { kind: TCPRoute, flags: [], ...ALPHA("v1alpha2"), inKic: true },
  { kind: UDPRoute, flags: [], ...ALPHA("v1alpha2"), inKic: true },
  { kind: ReferenceGrant, flags: ["gwapi-reference-grant"], inKic: true },
  { kind: BackendTLSPolicy, flags: ["gwapi-gateway", "gwapi-httproute"], ...ALPHA("v1alpha3"), inKic: true },
];

/** The kinds whose CustomResourceDefinitions we print. */
export const CRD_KINDS: readonly CrdKind[] = [
  KongPlugin,
  KongClusterPlugin,
  KongConsumer,
  KongConsumerGroup,
  KongUpstreamPolicy,
  KongIngress,
  TCPIngress,
  UDPIngress,
  KongVault,
  KongLicense,
  KongCustomEntity,
  KongServiceFacade,
  IngressClassParameters,
];

const BY_NAME: ReadonlyMap<string, KindEntry> = new Map(KINDS.map((entry) => [entry.kind.kind, entry]));

/** The kind of an object by its `apiVersion` and `kind`, if Silverback reads that kind at that version. */
export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  const found = BY_NAME.get(kind)?.kind;
  if (found === undefined) return undefined;
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  return group === found.group && found.versions.includes(apiVersion.slice(slash + 1)) ? found : undefined;
}

/** The entry of a kind by its name alone. */
export function entryOf(kind: string): KindEntry | undefined {
  return BY_NAME.get(kind);
}

/** `group/version`, or the version alone for the core group. */
export function apiVersionOf(kind: Kind, version: string = kind.versions[0]!): string {
  return kind.group === "" ? version : `${kind.group}/${version}`;
}
