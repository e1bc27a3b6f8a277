import { flag, toCome } from "../flag.ts";
import { bool } from "../scalars.ts";

export const controllerFlags = {
  "enable-controller-ingress-networkingv1": flag(bool, true, "Read Ingresses."),
  "enable-controller-ingress-class-networkingv1": flag(
    bool,
    true,
    "Read IngressClasses. Without them no class is ever the default one.",
  ),
  "enable-controller-ingress-class-parameters": flag(bool, true, "Read IngressClassParameters."),
  "enable-controller-udpingress": toCome(bool, true, "Read UDPIngresses."),
  "enable-controller-tcpingress": toCome(bool, true, "Read TCPIngresses."),
  "enable-controller-kongingress": toCome(bool, true, "Read KongIngresses."),
  "enable-controller-kongclusterplugin": flag(bool, true, "Read KongClusterPlugins."),
  "enable-controller-kongplugin": flag(bool, true, "Read KongPlugins."),
  "enable-controller-kongconsumer": flag(bool, true, "Read KongConsumers and KongConsumerGroups."),
  "enable-controller-service": flag(bool, true, "Read Services and EndpointSlices."),
  "enable-controller-kong-upstream-policy": toCome(bool, true, "Read KongUpstreamPolicies."),
  "enable-controller-kong-service-facade": toCome(
    bool,
    true,
    "Read KongServiceFacades, if the feature gate KongServiceFacade is on.",
  ),
  "enable-controller-kong-vault": toCome(bool, true, "Read KongVaults."),
  "enable-controller-kong-license": toCome(bool, true, "Read KongLicenses, unless Konnect gives the licence."),
  "enable-controller-kong-custom-entity": toCome(
    bool,
    true,
    "Read KongCustomEntities, if the feature gate KongCustomEntity is on.",
  ),
  "enable-controller-gwapi-gateway": toCome(bool, true, "Read Gateways and GatewayClasses."),
  "enable-controller-gwapi-httproute": toCome(bool, true, "Read HTTPRoutes."),
  "enable-controller-gwapi-grpcroute": toCome(bool, true, "Read GRPCRoutes."),
  "enable-controller-gwapi-reference-grant": toCome(bool, true, "Read ReferenceGrants."),
};
