import type { LabelSelectorObject, ListenerObject } from "../../resources/gateway-api/listener.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";

/** The kinds of routes. */
export type RouteKind = "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "UDPRoute" | "TLSRoute";

/** What routes make use of in a listener: what is said here goes into their configuration. */
export interface ListenerFace {
  /** `Gateway/namespace/name` or `ListenerSet/namespace/name`. */
  readonly owner: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  /** "" for any. */
  readonly hostname: string;
  /** Undefined without `tls`. */
  readonly tlsMode: "Terminate" | "Passthrough" | undefined;
}

/** Which routes a listener takes. */
export interface ListenerAdmission {
  /** Undefined: from anywhere. */
  readonly from: "All" | "Selector" | "Same" | "None" | undefined;
  readonly selector: LabelSelectorObject | undefined;
  /** The namespace that "Same" means. */
  readonly namespace: string;
  readonly kinds: readonly RouteKind[];
}

/** A listener as routes see it. */
export interface OpenListener {
  readonly face: ListenerFace;
  readonly admission: ListenerAdmission;
  /** Nothing is wrong with it that keeps requests from reaching it. */
  readonly programmed: boolean;
}

const BY_PROTOCOL: ReadonlyMap<string, readonly RouteKind[]> = new Map<string, readonly RouteKind[]>([
  ["HTTP", ["HTTPRoute", "GRPCRoute"]],
  ["HTTPS", ["HTTPRoute", "GRPCRoute"]],
  ["TLS", ["TLSRoute"]],
  ["TCP", ["TCPRoute"]],
  ["UDP", ["UDPRoute"]],
]);

const ALL_KINDS: ReadonlySet<string> = new Set([...BY_PROTOCOL.values()].flat());

export function isKnownProtocol(protocol: string): boolean {
  return BY_PROTOCOL.has(protocol);
}

/** The kinds a listener takes, and those it names that there are not. */
export function supportedKinds(listener: ListenerObject): {
  readonly kinds: readonly RouteKind[];
  readonly unknown: readonly string[];
} {
  const named = listener.allowedRoutes?.kinds ?? [];
  if (named.length === 0) return { kinds: BY_PROTOCOL.get(listener.protocol) ?? [], unknown: [] };
  const isKnown = ({ group, kind }: (typeof named)[number]) =>
    (group ?? GATEWAY_GROUP) === GATEWAY_GROUP && ALL_KINDS.has(kind);
  return {
    kinds: [...new Set(named.filter(isKnown).map(({ kind }) => kind as RouteKind))],
    unknown: named.filter((one) => !isKnown(one)).map(({ group, kind }) => `${group ?? GATEWAY_GROUP}/${kind}`),
  };
}

export function tlsModeOf(listener: ListenerObject): ListenerFace["tlsMode"] {
  if (listener.tls === undefined) return undefined;
  return listener.tls.mode === "Passthrough" ? "Passthrough" : "Terminate";
}

/** Whether routes of a kind can be served behind a listener of this protocol and way of TLS (spec: gateway-api §4.2). */
export function fits(kind: RouteKind, { protocol, tlsMode }: ListenerFace): boolean {
  switch (kind) {
    case "HTTPRoute":
      return protocol === "HTTP" || protocol === "HTTPS" || (protocol === "TLS" && tlsMode === "Terminate");
    case "GRPCRoute":
      return protocol === "HTTP" || protocol === "HTTPS";
    case "TCPRoute":
      return protocol === "TCP" && tlsMode !== "Passthrough";
    case "UDPRoute":
      return protocol === "UDP" && tlsMode === undefined;
    case "TLSRoute":
      return protocol === "TLS" && tlsMode !== "Terminate";
  }
}
