import type { KindCheck } from "./kind-check.ts";
import { gatewayCheck } from "./kinds/gateway.ts";
import { httpRouteCheck } from "./kinds/http-route.ts";
import { ingressCheck } from "./kinds/ingress.ts";
import { kongClusterPluginCheck } from "./kinds/kong-cluster-plugin.ts";
import { kongConsumerCheck } from "./kinds/kong-consumer.ts";
import { kongConsumerGroupCheck } from "./kinds/kong-consumer-group.ts";
import { kongCustomEntityCheck } from "./kinds/kong-custom-entity.ts";
import { kongIngressCheck } from "./kinds/kong-ingress.ts";
import { kongPluginCheck } from "./kinds/kong-plugin.ts";
import { kongVaultCheck } from "./kinds/kong-vault.ts";
import { secretCheck } from "./kinds/secret.ts";
import { serviceCheck } from "./kinds/service.ts";

/** Every kind whose writes are checked (spec: admin-push §14). What is looked at stands in the file named. */
export const checks: readonly KindCheck[] = [
  gatewayCheck,
  httpRouteCheck,
  ingressCheck,
  serviceCheck,
  secretCheck,
  kongPluginCheck,
  kongClusterPluginCheck,
  kongConsumerCheck,
  kongConsumerGroupCheck,
  kongIngressCheck,
  kongVaultCheck,
  kongCustomEntityCheck,
];
