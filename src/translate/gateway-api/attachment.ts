import type { Problem } from "../../base/problem.ts";
import { GRPCRoute } from "../../resources/gateway-api/grpc-route.ts";
import { HTTPRoute, type ParentRef } from "../../resources/gateway-api/http-route.ts";
import { ListenerSet } from "../../resources/gateway-api/listener-set.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import { TCPRoute } from "../../resources/gateway-api/tcp-route.ts";
import { TLSRoute } from "../../resources/gateway-api/tls-route.ts";
import { UDPRoute } from "../../resources/gateway-api/udp-route.ts";
import { type Kind, type KubernetesObject, keyOf, refOf } from "../../resources/kind.ts";
import type { Derivation } from "../../store/view.ts";
import type { Input, View } from "../input.ts";
import { type GatewayForRoutes, type GatewayState, gatewayForRoutes, gatewayOf, namespaceLabels } from "./gateway.ts";
import { covers, intersection, othersHostnames, servedHostnames } from "./hostnames.ts";
import type { ListenerFace, RouteKind } from "./listener.ts";
import { type AcceptedReason, matchListeners, type RouteToMatch } from "./listener-match.ts";
import { splitKey } from "./object-name.ts";

/** What all kinds of routes have in common. */
export interface AnyRoute extends KubernetesObject {
  readonly spec?: { readonly parentRefs?: readonly ParentRef[]; readonly hostnames?: readonly string[] };
}

const KINDS: Readonly<Record<RouteKind, Kind<AnyRoute>>> = { HTTPRoute, GRPCRoute, TCPRoute, UDPRoute, TLSRoute };
const WITH_HOSTNAMES: ReadonlySet<string> = new Set(["HTTPRoute", "GRPCRoute", "TLSRoute"]);

/** A parent of a route, with what becomes of the route there. */
export interface ParentReport {
  /** With its defaults filled in. */
  readonly ref: Required<Pick<ParentRef, "group" | "kind" | "namespace" | "name">> &
    Pick<ParentRef, "sectionName" | "port">;
  /** `unsupported`: neither a Gateway nor a ListenerSet. Only for `ours` and `assumed` is there anything to say in the route's status. */
  readonly state: GatewayState | "unsupported";
  /** `namespace/name` of the Gateway, where there is one. */
  readonly gateway: string | undefined;
  readonly accepted: boolean;
  readonly reason: AcceptedReason;
  readonly message: string;
  /** Empty for an assumed Gateway. */
  readonly listeners: readonly ListenerFace[];
}

/** Where a route is attached, and what follows from it. */
export interface Attachment {
  readonly parents: readonly ParentReport[];
  /** A parent takes it, and a host name is left to serve. */
  readonly accepted: boolean;
  /** A parent is assumed, so that nothing is known of its listeners. */
  readonly assumed: boolean;
  /** The listeners of all parents, each once. */
  readonly listeners: readonly ListenerFace[];
  /** Under which it is served; undefined for any. */
  readonly hostnames: readonly string[] | undefined;
  /** Names within those that belong to more specific listeners, to which it is not attached. */
  readonly othersHostnames: readonly string[];
  /** Those of its host names that altogether belong to such listeners. */
  readonly strayHostnames: readonly string[];
}

/** How a route is attached (spec: gateway-api §4). Key: `Kind/namespace/name`. */
export const attachment: Derivation<Input, Attachment> = {
  name: "attachment",
  compute(view, key) {
    const slash = key.indexOf("/");
    const kind = key.slice(0, slash) as RouteKind;
    const [namespace, name] = splitKey(key.slice(slash + 1));
    const route = view.get(KINDS[kind], namespace, name);
    const hostnames = WITH_HOSTNAMES.has(kind) ? (route?.spec?.hostnames ?? []) : [];
    const facts: RouteToMatch = { kind, namespace, hostnames, labels: () => namespaceLabels(namespace, view) };
    const found = (route?.spec?.parentRefs ?? []).map((ref) => parentOf(ref, facts, view));
    const parents = found.map(({ report }) => report);
    const listeners = distinct(parents.flatMap((parent) => parent.listeners));
    const assumed = parents.some(
      (parent) => parent.state === "assumed" && parent.accepted && parent.listeners.length === 0,
    );
    const faces = listeners.map(({ hostname }) => hostname);
    const served = assumed ? (hostnames.length === 0 ? undefined : hostnames) : servedHostnames(hostnames, faces);
    const others = WITH_HOSTNAMES.has(kind) && !assumed ? othersOf(found) : [];
    return {
      parents,
      accepted: parents.some((parent) => parent.accepted) && served?.length !== 0,
      assumed,
      listeners,
      hostnames: served,
      othersHostnames: others.filter((name) => (served ?? [""]).some((own) => own !== name && covers(own, name))),
      strayHostnames: (served ?? []).filter((own) => others.some((name) => covers(name, own))),
    };
  },
};

/** The host names that listeners to which a route is not attached keep for themselves, on each Gateway for itself. */
function othersOf(found: readonly FoundParent[]): readonly string[] {
  const names = [...Map.groupBy(found, ({ report }) => report.gateway)].flatMap(([gateway, parents]) => {
    const attached = parents.flatMap(({ report }) => report.listeners);
    const taken = new Set(attached.map(listenerId));
    const rest = parents.flatMap(({ siblings }) => siblings).filter((one) => !taken.has(listenerId(one)));
    const elsewhere = found.flatMap(({ report }) => (report.gateway === gateway ? [] : report.listeners));
    return othersHostnames(attached, rest).filter((name) => !elsewhere.some((one) => covers(one.hostname, name)));
  });
  return [...new Set(names)].sort();
}

interface FoundParent {
  readonly report: ParentReport;
  /** All listeners of its Gateway that work. */
  readonly siblings: readonly ListenerFace[];
}

function parentOf(given: ParentRef, route: RouteToMatch, view: View): FoundParent {
  const { group = GATEWAY_GROUP, kind = "Gateway", namespace = route.namespace, name, sectionName, port } = given;
  const ref = {
    group,
    kind,
    namespace,
    name,
    ...(sectionName === undefined ? {} : { sectionName }),
    ...(port === undefined ? {} : { port }),
  };
  const without = (state: ParentReport["state"]): FoundParent => ({
    report: {
      ref,
      state,
      gateway: undefined,
      accepted: state === "assumed",
      reason: state === "assumed" ? "Accepted" : "NoMatchingParent",
      message: "",
      listeners: [],
    },
    siblings: [],
  });
  if (group !== GATEWAY_GROUP || (kind !== "Gateway" && kind !== "ListenerSet")) return without("unsupported");
  const set = kind === "ListenerSet" ? view.get(ListenerSet, namespace, name) : undefined;
  if (kind === "ListenerSet" && set === undefined)
    return without(view.input.settings.assumeExisting ? "assumed" : "missing");
  const gateway = set === undefined ? `${namespace}/${name}` : gatewayOf(set);
  if (gateway === undefined) return without("unsupported");
  const found = view.derive(gatewayForRoutes, gateway);
  if (found.state === "foreign" || found.state === "missing" || (found.state === "assumed" && set === undefined))
    return without(found.state);
  const owner = `${kind}/${namespace}/${name}`;
  // A route attached to a Gateway is not attached to the listeners that ListenerSets add to it.
  const listeners = found.listeners.filter(({ face }) => face.owner === owner);
  const match = matchListeners(listeners, route, given);
  const report = { ref, state: found.state, gateway, accepted: match.reason === "Accepted", ...match };
  return { report, siblings: working(found) };
}

function working(gateway: GatewayForRoutes): readonly ListenerFace[] {
  return gateway.listeners.filter(({ programmed }) => programmed).map(({ face }) => face);
}

function listenerId({ owner, name }: ListenerFace): string {
  return `${owner}#${name}`;
}

function distinct(faces: readonly ListenerFace[]): readonly ListenerFace[] {
  return [...new Map(faces.map((face) => [listenerId(face), face])).values()];
}

/** The attachment of a route, and what is to be said about it. */
export function attach(
  route: AnyRoute,
  view: View,
): { readonly attachment: Attachment; readonly problems: readonly Problem[] } {
  const found = view.derive(attachment, keyOf(route));
  const problems = found.parents.flatMap((parent, at) => parentProblem(route, parent, at) ?? []);
  return { attachment: found, problems: [...problems, ...hostnameProblems(route, found)] };
}

/** Host names that no listener has are left out, as the Gateway API has it; a person may have mistyped them. */
function hostnameProblems(route: AnyRoute, { accepted, assumed, listeners }: Attachment): readonly Problem[] {
  if (!accepted || assumed) return [];
  return (route.spec?.hostnames ?? []).flatMap((name, at): readonly Problem[] => {
    if (listeners.some(({ hostname }) => intersection(name, hostname) !== undefined)) return [];
    const theirs = [...new Set(listeners.map(({ hostname }) => hostname))].join(", ");
    const message = `no listener that takes the route has the host name ${name}, so that requests for it do not reach the route; there are ${theirs}. Take it out, or give the Gateway a listener for it`;
    const path = `spec.hostnames[${at}]`;
    return [{ code: "hostname-unserved", severity: "warning", object: refOf(route), path, message }];
  });
}

function parentProblem(route: AnyRoute, parent: ParentReport, at: number): Problem | undefined {
  const { ref, state } = parent;
  const say = (severity: Problem["severity"], code: string, message: string): Problem => ({
    code,
    severity,
    object: refOf(route),
    path: `spec.parentRefs[${at}]`,
    message,
  });
  if (state === "unsupported") {
    return say(
      "warning",
      "parent-kind",
      `routes are attached to Gateways and ListenerSets, and this is a ${ref.group === "" ? "" : `${ref.group}/`}${ref.kind}; this parent is ignored`,
    );
  }
  if (state === "missing")
    return say(
      "warning",
      "parent-missing",
      `there is no ${ref.kind} ${ref.namespace}/${ref.name}; the route is not attached to it`,
    );
  if (state === "foreign" || parent.accepted) return undefined;
  return say(
    "error",
    "route-not-attached",
    `${ref.kind} ${ref.namespace}/${ref.name} does not take it: ${parent.message}`,
  );
}

/** Kong's protocols that the listeners of a route speak, sorted; undefined when nothing is known of them (spec: gateway-api §5.3). */
export function listenerProtocols(
  { listeners }: Attachment,
  names: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const found = new Set(listeners.flatMap(({ protocol }) => (Object.hasOwn(names, protocol) ? names[protocol]! : [])));
  return found.size === 0 ? undefined : [...found].sort();
}
