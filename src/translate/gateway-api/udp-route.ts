import { UDPRoute, type UDPRouteObject } from "../../resources/gateway-api/udp-route.ts";
import type { Unit } from "../unit.ts";
import { compileL4, portMatch } from "./l4-route.ts";

/** UDPRoute → routes by port (spec: gateway-api §7). */
export const udpRouteUnit: Unit<UDPRouteObject> = {
  kind: UDPRoute,
  compile: (route, view) =>
    compileL4(
      route,
      {
        prefix: "udproute",
        protocol: "udp",
        match: (object, attachment, problems) => portMatch(object, attachment, "udp", problems),
      },
      view,
    ),
};
