import type { ObjectRef, Problem } from "../../base/problem.ts";
import { Namespace } from "../../resources/core/namespace.ts";
import { Gateway, type GatewayObject } from "../../resources/gateway-api/gateway.ts";
import { GatewayClass, type GatewayClassObject } from "../../resources/gateway-api/gateway-class.ts";
import type { ListenerObject } from "../../resources/gateway-api/listener.ts";
import { ListenerSet, type ListenerSetObject } from "../../resources/gateway-api/listener-set.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import { refOf } from "../../resources/kind.ts";
import type { Index } from "../../store/object-store.ts";
import type { Derivation } from "../../store/view.ts";
import { annotationPath, PREFIX } from "../annotations.ts";
import { rankOf } from "../fragment.ts";
import type { Input, View } from "../input.ts";
import type { OpenListener } from "./listener.ts";
import { type ListenerReport, type OwnedListener, ownerKey, reportListeners } from "./listener-report.ts";
import { splitKey } from "./object-name.ts";
import { type Published, publishedFor } from "./published.ts";
import { selects } from "./selector.ts";

/** All GatewayClasses, under "". */
export const gatewayClasses: Index<GatewayClassObject> = {
  name: "gateway-classes",
  kind: GatewayClass,
  keys: () => [""],
};

/** The ListenerSets that want to add listeners to a Gateway: `namespace/name` of the Gateway. */
export const listenerSetsByGateway: Index<ListenerSetObject> = {
  name: "listener-sets-by-gateway",
  kind: ListenerSet,
  keys(set) {
    const gateway = gatewayOf(set);
    return gateway === undefined ? [] : [gateway];
  },
};

/** `namespace/name` of the Gateway that a ListenerSet names; undefined when it names something else. */
export function gatewayOf(set: ListenerSetObject): string | undefined {
  const {
    group = GATEWAY_GROUP,
    kind = "Gateway",
    namespace = set.metadata.namespace ?? "",
    name,
  } = set.spec.parentRef;
  return group === GATEWAY_GROUP && kind === "Gateway" ? `${namespace}/${name}` : undefined;
}

/**
 * Whose a Gateway is. `foreign`: another controller's, or not to be looked at; `missing`: there is none of that name; `assumed`: it is not among the objects given, and taken to exist
 * and to fit (offline).
 */
export type GatewayState = "ours" | "foreign" | "missing" | "assumed";

/** A Gateway with all that its status says, ListenerSets included. */
export interface GatewayReport {
  readonly state: GatewayState;
  readonly listeners: readonly ListenerReport[];
  /** The ListenerSets that are allowed to add listeners: `namespace/name`, in their order of precedence. */
  readonly listenerSets: readonly string[];
  /** What stands in front of Kong for it. */
  readonly published: Pick<Published, "services" | "refused">;
}

/** What a Gateway comes to. Key: `namespace/name`. */
export const gatewayReport: Derivation<Input, GatewayReport> = {
  name: "gateway-report",
  compute(view, key) {
    const [namespace, name] = splitKey(key);
    const { settings } = view.input;
    if (settings.gatewayToReconcile !== undefined && settings.gatewayToReconcile !== key) return nobody("foreign");
    const gateway = view.get(Gateway, namespace, name);
    if (gateway === undefined && !settings.assumeExisting) return nobody("missing");
    if (gateway !== undefined && !isOurs(gateway, view)) return nobody("foreign");
    const sets = [...view.find(listenerSetsByGateway, key)]
      .filter((set) => gateway === undefined || allowsSet(gateway, set, view))
      .sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
    const listeners = [gateway, ...sets].flatMap((owner) => (owner === undefined ? [] : listenersOf(owner)));
    const published = gateway === undefined ? NOT_PUBLISHED : publishedFor(gateway, view);
    return {
      state: gateway === undefined ? "assumed" : "ours",
      listeners: reportListeners(listeners, published, view),
      listenerSets: sets.map((set) => `${set.metadata.namespace ?? ""}/${set.metadata.name}`),
      published: { services: published.services, refused: published.refused },
    };
  },
};

const NOT_PUBLISHED: Published = { services: undefined, refused: undefined, ports: undefined };

function nobody(state: GatewayState): GatewayReport {
  return { state, listeners: [], listenerSets: [], published: NOT_PUBLISHED };
}

/** Whether we are the controller of a Gateway's class; offline also when no class is given at all. */
function isOurs(gateway: GatewayObject, view: View): boolean {
  const { settings } = view.input;
  const found = view.get(GatewayClass, "", gateway.spec.gatewayClassName ?? "");
  if (found !== undefined) return found.spec.controllerName === settings.controllerName;
  return settings.assumeExisting && view.survey(gatewayClasses, "").length === 0;
}

function allowsSet(gateway: GatewayObject, set: ListenerSetObject, view: View): boolean {
  const { from = "None", selector } = gateway.spec.allowedListeners?.namespaces ?? {};
  const namespace = set.metadata.namespace ?? "";
  switch (from) {
    case "All":
      return true;
    case "Same":
      return namespace === (gateway.metadata.namespace ?? "");
    case "Selector":
      return selects(selector ?? {}, namespaceLabels(namespace, view));
    default:
      return false;
  }
}

/** The labels of a namespace, for selectors; none when it is not there. */
export function namespaceLabels(namespace: string, view: View): Readonly<Record<string, string>> | undefined {
  return view.look(Namespace, "", namespace)?.metadata.labels;
}

function listenersOf(owner: GatewayObject | ListenerSetObject): readonly OwnedListener[] {
  const ref: ObjectRef = refOf(owner);
  const listeners: readonly ListenerObject[] = owner.spec.listeners ?? [];
  return listeners.map((listener, at) => ({ listener, owner: ref, path: `spec.listeners[${at}]` }));
}

/** A Gateway as routes see it: it changes only when routes may have to. */
export interface GatewayForRoutes {
  readonly state: GatewayState;
  readonly listeners: readonly OpenListener[];
}

/** Key: `namespace/name`. */
export const gatewayForRoutes: Derivation<Input, GatewayForRoutes> = {
  name: "gateway",
  compute(view, key) {
    const { state, listeners } = view.derive(gatewayReport, key);
    return { state, listeners: listeners.map(({ open }) => open) };
  },
};

/** What is wrong with a Gateway, or with the listeners of one owner. */
export function problemsOf(report: GatewayReport, owner: ObjectRef): readonly Problem[] {
  const { refused } = report.published;
  const own: readonly Problem[] =
    refused === undefined || owner.kind !== "Gateway"
      ? []
      : [
          {
            code: "publish-service-mismatch",
            severity: "error",
            object: owner,
            path: annotationPath(`${PREFIX}publish-service`),
            message: refused,
          },
        ];
  const listeners = report.listeners.filter((listener) => ownerKey(listener.owner) === ownerKey(owner));
  return [...own, ...listeners.flatMap(({ problems }) => problems)];
}
