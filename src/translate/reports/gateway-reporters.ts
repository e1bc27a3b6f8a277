import { BackendTLSPolicy } from "../../resources/gateway-api/backend-tls-policy.ts";
import { Gateway, type GatewayObject } from "../../resources/gateway-api/gateway.ts";
import { GatewayClass, type GatewayClassObject } from "../../resources/gateway-api/gateway-class.ts";
import { GRPCRoute } from "../../resources/gateway-api/grpc-route.ts";
import { HTTPRoute } from "../../resources/gateway-api/http-route.ts";
import { ListenerSet, type ListenerSetObject } from "../../resources/gateway-api/listener-set.ts";
import { TCPRoute } from "../../resources/gateway-api/tcp-route.ts";
import { TLSRoute } from "../../resources/gateway-api/tls-route.ts";
import { UDPRoute } from "../../resources/gateway-api/udp-route.ts";
import { type Kind, type KubernetesObject, keyOf, type ObjectKey } from "../../resources/kind.ts";
import { attachment, type ParentReport } from "../gateway-api/attachment.ts";
import { resolvedRefs } from "../gateway-api/backend-refs.ts";
import { tlsPolicyReport } from "../gateway-api/backend-tls-policy.ts";
import { type GatewayReport, gatewayOf, gatewayReport } from "../gateway-api/gateway.ts";
import type { ListenerFace } from "../gateway-api/listener.ts";
import { ownerKey } from "../gateway-api/listener-report.ts";
import { splitKey } from "../gateway-api/object-name.ts";
import { isManaged } from "../gateway-api/published.ts";
import type { View } from "../input.ts";
import type { ListenerStatusReport, RouteParentReport } from "./report.ts";
import type { Reporter } from "./reports.ts";

const gatewayClass: Reporter<GatewayClassObject> = {
  kind: GatewayClass,
  report: ({ spec }, { input }) =>
    spec.controllerName === input.settings.controllerName ? { type: "gateway-class" } : undefined,
};

const gateway: Reporter<GatewayObject> = {
  kind: Gateway,
  report(object, view) {
    const found = view.glance(gatewayReport, `${object.metadata.namespace ?? ""}/${object.metadata.name}`);
    if (found.state !== "ours") return undefined;
    return {
      type: "gateway",
      managed: isManaged(object, view),
      refused: found.published.refused,
      listeners: listenersOf(found, keyOf(object)),
      listenerSets: found.listenerSets.length,
      services: found.published.services,
    };
  },
};

const listenerSet: Reporter<ListenerSetObject> = {
  kind: ListenerSet,
  report(set, view) {
    const key = gatewayOf(set);
    const found = key === undefined ? undefined : view.glance(gatewayReport, key);
    if (key === undefined || found?.state !== "ours") return undefined;
    const parent = view.look(Gateway, ...splitKey(key));
    return {
      type: "listener-set",
      gateway: key,
      managed: parent !== undefined && isManaged(parent, view),
      allowed: found.listenerSets.includes(`${set.metadata.namespace ?? ""}/${set.metadata.name}`),
      listeners: listenersOf(found, keyOf(set)),
    };
  },
};

/** Those of a Gateway that one owner has. */
function listenersOf({ listeners }: GatewayReport, owner: ObjectKey): readonly ListenerStatusReport[] {
  return listeners
    .filter((listener) => ownerKey(listener.owner) === owner)
    .map(({ open, supportedKinds, conditions }) => ({ name: open.face.name, supportedKinds, conditions }));
}

/** One listener among all: `Kind/namespace/name#listener`. */
export function listenerId({ owner, name }: Pick<ListenerFace, "owner" | "name">): string {
  return `${owner}#${name}`;
}

function route<T extends KubernetesObject>(kind: Kind<T>): Reporter<T> {
  return {
    kind,
    report(object, view) {
      const parents = view.glance(attachment, keyOf(object)).parents.flatMap((parent) => parentOf(parent));
      return { type: "route", parents, resolvedRefs: view.glance(resolvedRefs, keyOf(object)) };
    },
  };
}

function parentOf({ ref, state, accepted, reason, message, listeners }: ParentReport): readonly RouteParentReport[] {
  if (state !== "ours") return [];
  return [{ ref, accepted, reason, message, listeners: listeners.map(listenerId) }];
}

const tlsPolicy: Reporter = {
  kind: BackendTLSPolicy,
  report({ metadata }, view: View) {
    const { accepted, reason, message, gateways } = view.glance(
      tlsPolicyReport,
      `${metadata.namespace ?? ""}/${metadata.name}`,
    );
    return { type: "tls-policy", accepted, reason, message, gateways };
  },
};

/** The kinds of the Gateway API. */
export const gatewayReporters: readonly Reporter[] = [
  gatewayClass,
  gateway,
  listenerSet,
  route(HTTPRoute),
  route(GRPCRoute),
  route(TCPRoute),
  route(UDPRoute),
  route(TLSRoute),
  tlsPolicy,
];
