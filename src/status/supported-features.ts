import { isExpressions, type Profile } from "../translate/input.ts";

/** Features of the Gateway API (its conformance suite's names) that we have whatever the gateway is. */
const ALWAYS = [
  "BackendTLSPolicy",
  "GRPCRoute",
  "GRPCRouteNamedRouteRule",
  "Gateway",
  "GatewayPort8080",
  "HTTPRoute",
  "HTTPRoute303RedirectStatusCode",
  "HTTPRoute307RedirectStatusCode",
  "HTTPRoute308RedirectStatusCode",
  "HTTPRouteBackendProtocolWebSocket",
  "HTTPRouteBackendTimeout",
  "HTTPRouteCORS",
  "HTTPRouteHostRewrite",
  "HTTPRouteMethodMatching",
  "HTTPRouteNamedRouteRule",
  "HTTPRouteParentRefPort",
  "HTTPRoutePathRedirect",
  "HTTPRoutePathRewrite",
  "HTTPRoutePortRedirect",
  "HTTPRouteResponseHeaderModification",
  "HTTPRouteSchemeRedirect",
  "ListenerSet",
  "ReferenceGrant",
  "TLSRoute",
];
const WITH_ALPHA = ["TCPRoute", "UDPRoute"];
/** Kong's other routers cannot see query parameters. */
const WITH_EXPRESSIONS = ["HTTPRouteQueryParamMatching"];

/** What stands in a GatewayClass's `supportedFeatures`, sorted as the API asks for. */
export function supportedFeatures(profile: Profile, gatewayAlpha: boolean): readonly string[] {
  return [...ALWAYS, ...(gatewayAlpha ? WITH_ALPHA : []), ...(isExpressions(profile) ? WITH_EXPRESSIONS : [])].sort();
}
