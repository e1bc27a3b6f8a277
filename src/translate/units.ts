import type { Unit } from "./compiler.ts";
import { ingressUnit } from "./ingress/ingress.ts";
import { kongConsumerUnit } from "./kong/consumer.ts";
import { kongConsumerGroupUnit } from "./kong/consumer-group.ts";
import { kongClusterPluginUnit, kongPluginUnit } from "./kong/plugin.ts";

/** Every kind that yields configuration of its own. What a kind's objects become stands in the file named. */
export const units: readonly Unit[] = [
  ingressUnit,
  kongPluginUnit,
  kongClusterPluginUnit,
  kongConsumerUnit,
  kongConsumerGroupUnit,
];
