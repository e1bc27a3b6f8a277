import type { Index } from "../store/object-store.ts";
import { httpRoutesByService } from "./gateway-api/backend-refs.ts";
import { tlsPoliciesByService } from "./gateway-api/backend-tls-policy.ts";
import { gatewayClasses, listenerSetsByGateway } from "./gateway-api/gateway.ts";
import { grantsByNamespace } from "./grant.ts";
import { clusterPluginsByCaCertificate, pluginsByCaCertificate } from "./kong/ca-certificate.ts";
import { enabledLicenses, facadesByUpstreamPolicy, servicesByUpstreamPolicy } from "./reports/kong-reporters.ts";
import { slicesOfService } from "./service/targets.ts";

/** Every index that translators look things up in; the store is made with these. */
export const indexes: readonly Index[] = [
  slicesOfService,
  grantsByNamespace,
  gatewayClasses,
  listenerSetsByGateway,
  httpRoutesByService,
  tlsPoliciesByService,
  pluginsByCaCertificate,
  clusterPluginsByCaCertificate,
  servicesByUpstreamPolicy,
  facadesByUpstreamPolicy,
  enabledLicenses,
];
