import type { Problem } from "../../base/problem.ts";
import { TLSRoute, type TLSRouteObject } from "../../resources/gateway-api/tls-route.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import type { Unit } from "../unit.ts";
import type { Attachment } from "./attachment.ts";
import { compileL4, type L4Match } from "./l4-route.ts";

/** TLSRoute → routes by server name (spec: gateway-api §7). */
export const tlsRouteUnit: Unit<TLSRouteObject> = {
  kind: TLSRoute,
  compile: (route, view) => compileL4(route, { prefix: "tlsroute", protocol: "tcp", match: sniMatch }, view),
};

function sniMatch(
  route: KubernetesObject,
  { hostnames, listeners }: Attachment,
  problems: Problem[],
): L4Match | undefined {
  if (hostnames === undefined) {
    const message =
      "neither it nor its listener names a host, and Kong tells TLS connections apart by host name only; add hostnames";
    problems.push({
      code: "route-without-hostnames",
      severity: "error",
      object: refOf(route),
      path: "spec.hostnames",
      message,
    });
    return undefined;
  }
  const passes = listeners.some(({ tlsMode }) => tlsMode === "Passthrough");
  return { protocols: [passes ? "tls_passthrough" : "tls"], snis: hostnames };
}
