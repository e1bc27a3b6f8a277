import type { Unit } from "./compiler.ts";
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

/** Every kind that yields configuration of its own. What a kind's objects become stands in the file named. */
export const units: readonly Unit[] = [
  ingressUnit,
  tcpIngressUnit,
  udpIngressUnit,
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
