import { intersection } from "./hostnames.ts";
import { fits, type ListenerFace, type OpenListener, type RouteKind } from "./listener.ts";
import { selects } from "./selector.ts";

/** What of a route decides whether a listener takes it. */
export interface RouteToMatch {
  readonly kind: RouteKind;
  readonly namespace: string;
  /** Of that namespace; asked for only when a selector needs them. */
  labels(): Readonly<Record<string, string>> | undefined;
  readonly hostnames: readonly string[];
}

/** Which of the listeners a parentRef means. */
export interface ParentSection {
  readonly sectionName?: string | undefined;
  readonly port?: number | undefined;
}

export type AcceptedReason = "Accepted" | "NoMatchingListenerHostname" | "NoMatchingParent" | "NotAllowedByListeners";

export interface ListenerMatch {
  readonly reason: AcceptedReason;
  /** Why no listener takes it; "" when one does. */
  readonly message: string;
  readonly listeners: readonly ListenerFace[];
}

/** The listeners that take a route, or why none does: the first test that a listener fails is what counts for it (spec: gateway-api §4.2). */
export function matchListeners(
  listeners: readonly OpenListener[],
  route: RouteToMatch,
  { sectionName = "", port }: ParentSection,
): ListenerMatch {
  const { kind, namespace, hostnames } = route;
  const allowed = listeners.filter(
    ({ admission }) => admission.kinds.includes(kind) && allowsNamespace(admission, route),
  );
  const ready = allowed.filter(({ programmed }) => programmed);
  const named = ready.filter(({ face }) => sectionName === "" || face.name === sectionName);
  const onPort = named.filter(({ face }) => port === undefined || face.port === port);
  const fitting = onPort.filter(({ face }) => fits(kind, face));
  const matched = fitting.filter(({ face }) => servesHost(face, hostnames)).map(({ face }) => face);
  if (matched.length > 0) return { reason: "Accepted", message: "", listeners: matched };
  const refuse = (reason: AcceptedReason, message: string): ListenerMatch => ({ reason, message, listeners: [] });
  if (fitting.length > 0) {
    return refuse(
      "NoMatchingListenerHostname",
      `none of its host names (${hostnames.join(", ")}) is one of a listener there; those are for ${hostsOf(fitting)}`,
    );
  }
  if (sectionName !== "" && named.length === 0) {
    const there = listeners.filter(({ face }) => face.name === sectionName);
    if (there.length === 0)
      return refuse("NoMatchingParent", `there is no listener ${sectionName}; there are ${namesOf(listeners)}`);
    const why = there.some((one) => allowed.includes(one))
      ? "is not ready: something is wrong with it"
      : refusedBy(kind, namespace);
    return refuse("NoMatchingParent", `the listener ${sectionName} ${why}`);
  }
  if (listeners.length === 0) return refuse("NotAllowedByListeners", "none of its listeners is used");
  if (allowed.length === 0) return refuse("NotAllowedByListeners", `each listener there ${refusedBy(kind, namespace)}`);
  if (ready.length === 0)
    return refuse("NotAllowedByListeners", "no listener that would take it is ready: something is wrong with them");
  if (onPort.length === 0) return refuse("NoMatchingParent", `no listener that would take it has port ${port}`);
  return refuse("NoMatchingParent", `no listener there has a protocol for routes of kind ${kind}`);
}

function refusedBy(kind: RouteKind, namespace: string): string {
  return `takes no ${kind} from namespace ${namespace} (its allowedRoutes say which it takes)`;
}

function namesOf(listeners: readonly OpenListener[]): string {
  return listeners.map(({ face }) => face.name).join(", ") || "none at all";
}

function hostsOf(listeners: readonly OpenListener[]): string {
  return listeners.map(({ face }) => face.hostname).join(", ");
}

function allowsNamespace(admission: OpenListener["admission"], route: RouteToMatch): boolean {
  switch (admission.from) {
    case undefined:
    case "All":
      return true;
    case "Same":
      return route.namespace === admission.namespace;
    case "Selector":
      return selects(admission.selector ?? {}, route.labels());
    default:
      return false;
  }
}

function servesHost(face: ListenerFace, hostnames: readonly string[]): boolean {
  return hostnames.length === 0 || hostnames.some((name) => intersection(name, face.hostname) !== undefined);
}
