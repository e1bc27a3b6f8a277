import { backendTlsPolicyUnit } from "./gateway-api/backend-tls-policy.ts";
import { gatewayUnit, listenerSetUnit } from "./gateway-api/gateway-unit.ts";
import { grpcRouteUnit } from "./gateway-api/grpc-route.ts";
import { httpRouteUnit } from "./gateway-api/http-route.ts";
import { tcpRouteUnit } from "./gateway-api/tcp-route.ts";
import { tlsRouteUnit } from "./gateway-api/tls-route.ts";
import { udpRouteUnit } from "./gateway-api/udp-route.ts";
import { ingressUnit } from "./ingress/ingress.ts";
import { tcpIngressUnit } from "./ingress/tcp-ingress.ts";
import { udpIngressUnit } from "./ingress/udp-ingress.ts";
import { caConfigMapUnit, caSecretUnit } from "./kong/ca-certificate.ts";
import { kongConsumerUnit } from "./kong/consumer.ts";
import { kongConsumerGroupUnit } from "./kong/consumer-group.ts";
import { kongCustomEntityUnit } from "./kong/custom-entity.ts";
import { kongLicenseUnit } from "./kong/license.ts";
import { kongClusterPluginUnit, kongPluginUnit } from "./kong/plugin.ts";
import { kongVaultUnit } from "./kong/vault.ts";
import type { Unit } from "./unit.ts";

/** Every kind that yields configuration of its own. What a kind's objects become stands in the file named. */
export const units: readonly Unit[] = [
  ingressUnit,
  tcpIngressUnit,
  udpIngressUnit,
  gatewayUnit,
  listenerSetUnit,
  httpRouteUnit,
  grpcRouteUnit,
  tcpRouteUnit,
  udpRouteUnit,
  tlsRouteUnit,
  backendTlsPolicyUnit,
  kongPluginUnit,
  kongClusterPluginUnit,
  kongConsumerUnit,
  kongConsumerGroupUnit,
  kongVaultUnit,
  kongLicenseUnit,
  kongCustomEntityUnit,
  caSecretUnit,
  caConfigMapUnit,
];
