import type { Problem } from "../../base/problem.ts";
import { Service } from "../../resources/core/service.ts";
import { GRPCRoute } from "../../resources/gateway-api/grpc-route.ts";
import { HTTPRoute, type HTTPRouteObject } from "../../resources/gateway-api/http-route.ts";
import { TCPRoute } from "../../resources/gateway-api/tcp-route.ts";
import { TLSRoute } from "../../resources/gateway-api/tls-route.ts";
import { UDPRoute } from "../../resources/gateway-api/udp-route.ts";
import { type Kind, type KubernetesObject, refOf } from "../../resources/kind.ts";
import type { Index } from "../../store/object-store.ts";
import type { Derivation } from "../../store/view.ts";
import { isGranted } from "../grant.ts";
import type { Input, View } from "../input.ts";
import type { Backend } from "../service/kong-service.ts";
import { splitKey } from "./object-name.ts";

/** A backend as every kind of route names it. */
export interface BackendRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly port?: number;
  readonly weight?: number;
}

interface RouteWithBackends extends KubernetesObject {
  readonly spec?: { readonly rules?: readonly { readonly backendRefs?: readonly BackendRef[] }[] };
}

export type UnresolvedReason = "InvalidKind" | "BackendNotFound" | "RefNotPermitted";

type Resolution =
  | { readonly backend: Backend }
  | { readonly reason: UnresolvedReason; readonly code: string; readonly message: string };

/** Whether a backend can be used (spec: gateway-api §5.2). Its Service is only looked at here: who sends requests to it uses it. */
function resolve(route: KubernetesObject, ref: BackendRef, view: View): Resolution {
  const own = route.metadata.namespace ?? "";
  const { group = "", kind, namespace = own, name, port, weight } = ref;
  if ((group !== "" && group !== "core") || kind !== "Service") {
    const what =
      kind === undefined
        ? "it names no kind"
        : `${group === "" ? "" : `${group}/`}${kind} is no kind that requests can be sent to`;
    return { reason: "InvalidKind", code: "backend-kind", message: `${what}; name a Service` };
  }
  if (view.look(Service, namespace, name) === undefined) {
    return {
      reason: "BackendNotFound",
      code: "service-missing",
      message: `the Service ${namespace}/${name} does not exist`,
    };
  }
  if (namespace !== own && !isGranted(refOf(route), { group, kind, namespace, name }, view)) {
    const message = `no ReferenceGrant in namespace ${namespace} lets objects of kind ${route.kind} in namespace ${own} use the Service ${name}; add one there`;
    return { reason: "RefNotPermitted", code: "backend-not-granted", message };
  }
  return {
    backend: {
      namespace,
      name,
      port: port === undefined ? { mode: "implicit" } : { mode: "number", number: port },
      ...(weight === undefined ? {} : { weight }),
    },
  };
}

/** The backends of one rule that can be used, and what is wrong with the others. */
export function usableBackends(
  route: KubernetesObject,
  refs: readonly BackendRef[],
  path: string,
  view: View,
): { readonly backends: readonly Backend[]; readonly problems: readonly Problem[] } {
  const backends: Backend[] = [];
  const problems: Problem[] = [];
  refs.forEach((ref, at) => {
    const found = resolve(route, ref, view);
    if ("backend" in found) backends.push(found.backend);
    else
      problems.push({
        code: found.code,
        severity: "error",
        object: refOf(route),
        path: `${path}.backendRefs[${at}]`,
        message: found.message,
      });
  });
  const rest =
    backends.length > 0
      ? "its share of the requests goes to the other ones"
      : "requests are answered with an error until it is put right";
  return { backends, problems: problems.map((problem) => ({ ...problem, message: `${problem.message}; ${rest}` })) };
}

/** What the condition ResolvedRefs of a route says. */
export interface ResolvedRefs {
  readonly reason: "ResolvedRefs" | UnresolvedReason;
  readonly message: string;
}

const KINDS: Readonly<Record<string, Kind<RouteWithBackends>>> = { HTTPRoute, GRPCRoute, TCPRoute, UDPRoute, TLSRoute };

/** Whether all backends of a route can be used; the first one that cannot counts (spec: gateway-api §4.4). Key: `Kind/namespace/name`. */
export const resolvedRefs: Derivation<Input, ResolvedRefs> = {
  name: "resolved-refs",
  compute(view, key) {
    const slash = key.indexOf("/");
    const route = view.get(KINDS[key.slice(0, slash)]!, ...splitKey(key.slice(slash + 1)));
    for (const { backendRefs = [] } of route?.spec?.rules ?? []) {
      for (const ref of backendRefs) {
        const found = resolve(route!, ref, view);
        if ("reason" in found) return { reason: found.reason, message: found.message };
      }
    }
    return { reason: "ResolvedRefs", message: "" };
  },
};

/** The HTTPRoutes that send requests to a Service: `namespace/name`. */
export const httpRoutesByService: Index<HTTPRouteObject> = {
  name: "http-routes-by-service",
  kind: HTTPRoute,
  keys(route) {
    const own = route.metadata.namespace ?? "";
    const refs = (route.spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs);
    return [...new Set(refs.map(({ namespace, name }) => `${namespace ?? own}/${name}`))];
  },
};
