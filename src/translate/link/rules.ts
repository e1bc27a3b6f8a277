import type { TableName } from "../fragment.ts";
import { caCertificateRule, certificateRule, sniRule } from "./certificates.ts";
import { consumerGroupRule, consumerRule, credentialRule, customIdRule, usernameRule } from "./consumers.ts";
import { customEntityRule } from "./custom-entities.ts";
import { boundPluginRule, globalPluginRule, instanceNameRule, pluginRule } from "./plugins.ts";
import { priorityRule } from "./priorities.ts";
import type { Rule } from "./rule.ts";
import { defaultBackendRule, routeRule, serviceRule, upstreamRule } from "./services.ts";
import { licenseRule, vaultRule } from "./singles.ts";

/** All tables in the order of ruling. A rule may claim only in tables below its own. */
export const rules: readonly Rule<TableName>[] = [
  credentialRule,
  consumerRule,
  usernameRule,
  customIdRule,
  consumerGroupRule,
  defaultBackendRule,
  sniRule,
  certificateRule,
  caCertificateRule,
  priorityRule,
  routeRule,
  serviceRule,
  upstreamRule,
  pluginRule,
  boundPluginRule,
  customEntityRule,
  globalPluginRule,
  instanceNameRule,
  vaultRule,
  licenseRule,
];
