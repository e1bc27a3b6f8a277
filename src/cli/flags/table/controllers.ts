import { flag } from "../flag.ts";
import { bool } from "../scalars.ts";

export const controllerFlags = {
  "enable-controller-ingress-networkingv1": flag(bool, true, "Read Ingresses."),
  "enable-controller-ingress-class-networkingv1": flag(
    bool,
    true,
    "Read IngressClasses. Without them no class is ever the default one.",
  ),
  "enable-controller-ingress-class-parameters": flag(bool, true, "Read IngressClassParameters."),
  "enable-controller-udpingress": flag(bool, true, "Read UDPIngresses."),
  "enable-controller-tcpingress": flag(bool, true, "Read TCPIngresses."),
  "enable-controller-kongingress": flag(bool, true, "Read KongIngresses."),
  "enable-controller-kongclusterplugin": flag(bool, true, "Read KongClusterPlugins."),
  "enable-controller-kongplugin": flag(bool, true, "Read KongPlugins."),
  "enable-controller-kongconsumer": flag(bool, true, "Read KongConsumers and KongConsumerGroups."),
  "enable-controller-service": flag(bool, true, "Read Services and EndpointSlices."),
  "enable-controller-kong-upstream-policy": flag(bool, true, "Read KongUpstreamPolicies."),
  "enable-controller-kong-service-facade": flag(
    bool,
    true,
    "Read KongServiceFacades, if the feature gate KongServiceFacade is on.",
  ),
  "enable-controller-kong-vault": flag(bool, true, "Read KongVaults."),
  "enable-controller-kong-license": flag(bool, true, "Read KongLicenses, unless Konnect gives the licence."),
  "enable-controller-kong-custom-entity": flag(
    bool,
    true,
    "Read KongCustomEntities, if the feature gate KongCustomEntity is on.",
  ),
  "enable-controller-gwapi-gateway": flag(bool, true, "Read Gateways and GatewayClasses."),
  "enable-controller-gwapi-httproute": flag(bool, true, "Read HTTPRoutes."),
  "enable-controller-gwapi-grpcroute": flag(bool, true, "Read GRPCRoutes."),
  "enable-controller-gwapi-reference-grant": flag(bool, true, "Read ReferenceGrants."),
};
