import { Service, type ServiceObject } from "../../resources/core/service.ts";
import type { GatewayObject } from "../../resources/gateway-api/gateway.ts";
import { GatewayClass } from "../../resources/gateway-api/gateway-class.ts";
import { annotationsOf, csv, kong } from "../annotations.ts";
import type { View } from "../input.ts";
import { splitKey } from "./object-name.ts";

/** Which Services stand in front of Kong for a Gateway, and what they offer (spec: gateway-api §3.1, §3.2). */
export interface Published {
  /** `namespace/name`; undefined when none is configured. */
  readonly services: readonly string[] | undefined;
  /** Why the Gateway cannot be served; undefined when it can. */
  readonly refused: string | undefined;
  /** `TCP 443`; undefined when they are not known, or somebody else sees to them. */
  readonly ports: ReadonlySet<string> | undefined;
}

const UNKNOWN: Published = { services: undefined, refused: undefined, ports: undefined };

/** Whether another operator looks after the Gateways of a class: then it makes the gateways, and writes their status. */
export function isManaged(gateway: GatewayObject, view: View): boolean {
  const found = view.look(GatewayClass, "", gateway.spec.gatewayClassName ?? "");
  return found !== undefined && (kong(annotationsOf(found), "gatewayclass-unmanaged") ?? "") === "";
}

/** The Services of a Gateway that is ours to look after: those its annotation names, which have to be configured ones, else all that are. */
export function publishedFor(gateway: GatewayObject, view: View): Published {
  const configured = view.input.settings.publishServices;
  if (configured.length === 0 || isManaged(gateway, view)) return UNKNOWN;
  const named = csv(kong(annotationsOf(gateway), "publish-service"));
  const unknown = named.find((name) => !configured.includes(name));
  if (unknown !== undefined) {
    const refused = `its annotation konghq.com/publish-service names ${unknown}, and this controller serves ${configured.join(" and ")}; take the annotation away, or put one of these there`;
    return { services: named, refused, ports: undefined };
  }
  const services = named.length === 0 ? configured : named;
  const objects = services.map((name) => view.look(Service, ...splitKey(name)));
  return { services, refused: undefined, ports: objects.every(isThere) ? portsOf(objects) : undefined };
}

function isThere(object: ServiceObject | undefined): object is ServiceObject {
  return object !== undefined;
}

function portsOf(services: readonly ServiceObject[]): ReadonlySet<string> {
  return new Set(services.flatMap(({ spec }) => (spec?.ports ?? []).map((p) => `${p.protocol ?? "TCP"} ${p.port}`)));
}

/** Why nothing outside can reach a listener; undefined when it can, as far as is known. Which protocol Kong itself speaks on a port is Kong's to say. */
export function unreachable(
  protocol: string,
  port: number,
  ports: Published["ports"],
): "UnsupportedProtocol" | "PortUnavailable" | undefined {
  if (ports === undefined) return undefined;
  const transport = protocol === "UDP" ? "UDP" : "TCP";
  if (ports.has(`${transport} ${port}`)) return undefined;
  return [...ports].some((one) => one.startsWith(`${transport} `)) ? "PortUnavailable" : "UnsupportedProtocol";
}
