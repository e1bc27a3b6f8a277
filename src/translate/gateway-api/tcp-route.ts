import { TCPRoute, type TCPRouteObject } from "../../resources/gateway-api/tcp-route.ts";
import type { Unit } from "../unit.ts";
import { compileL4, portMatch } from "./l4-route.ts";

/** TCPRoute → routes by port (spec: gateway-api §7). */
export const tcpRouteUnit: Unit<TCPRouteObject> = {
  kind: TCPRoute,
  compile: (route, view) =>
    compileL4(
      route,
      {
        prefix: "tcproute",
        protocol: "tcp",
        match: (object, attachment, problems) => portMatch(object, attachment, "tcp", problems),
      },
      view,
    ),
};
