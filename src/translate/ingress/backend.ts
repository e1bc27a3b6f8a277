import type { Problem } from "../../base/problem.ts";
import type { IngressBackend, IngressObject } from "../../resources/core/ingress.ts";
import { refOf } from "../../resources/kind.ts";
import { KongServiceFacade } from "../../resources/kong/kong-service-facade.ts";
import type { View } from "../input.ts";
import type { Backend } from "../service/kong-service.ts";
import { formatPort, type PortRef } from "../service/port.ts";
import { isOurs } from "./class.ts";

/** A backend of an Ingress and the names that follow from it (spec: ingress §4). */
export interface IngressBackendRef {
  readonly backend: Backend;
  /** Name of the Kong service. */
  readonly service: string;
  /** Name of the upstream. */
  readonly host: string;
  /** The name of the route before stars are replaced. `ingress` is `namespace.name`. */
  routeKey(ingress: string, host: string): string;
}

const FACADE_GROUP = "incubator.ingress-controller.konghq.com";

/** Reads a backend; undefined with a problem when it names nothing that can be used. */
export function readBackend(
  ingress: IngressObject,
  backend: IngressBackend,
  path: string,
  view: View,
  problems: Problem[],
): IngressBackendRef | undefined {
  const namespace = ingress.metadata.namespace ?? "";
  const fail = (code: string, message: string) => {
    problems.push({ code, severity: "error", object: refOf(ingress), path, message });
    return undefined;
  };
  if (backend.service !== undefined) {
    const { name, port } = backend.service;
    const ref = portRef(port);
    const text = formatPort(ref);
    return {
      backend: { namespace, name, port: ref },
      service: `${namespace}.${name}.${text}`,
      host: `${name}.${namespace}.${text}.svc`,
      routeKey: (owner, host) => `${owner}.${name}.${host}.${text}`,
    };
  }
  const { resource } = backend;
  if (resource === undefined)
    return fail("backend-missing", "it names neither a Service nor a resource; this backend is left out");
  if (resource.kind !== "KongServiceFacade" || resource.apiGroup !== FACADE_GROUP) {
    const named = `${resource.apiGroup ?? ""}/${resource.kind}`;
    return fail(
      "backend-kind",
      `${named} is no kind that requests can be sent to; name a Service or a KongServiceFacade. This backend is left out`,
    );
  }
  if (!view.input.settings.serviceFacade) {
    return fail(
      "facade-off",
      "KongServiceFacade is switched off; start Silverback with --feature-gates=KongServiceFacade=true, or name a Service. This backend is left out",
    );
  }
  const facade = view.get(KongServiceFacade, namespace, resource.name);
  if (facade === undefined)
    return fail(
      "facade-missing",
      `the KongServiceFacade ${namespace}/${resource.name} does not exist; this backend is left out`,
    );
  if (!isOurs(facade, undefined, view))
    return fail(
      "facade-missing",
      `the KongServiceFacade ${namespace}/${resource.name} is not of the ingress class ${view.input.settings.ingressClass}; this backend is left out`,
    );
  const { name, port } = facade.spec.backendRef;
  const service = `${namespace}.${resource.name}.svc.facade`;
  return {
    backend: { namespace, name, port: { mode: "number", number: port }, facade },
    service,
    host: service,
    routeKey: (owner, host) => `${owner}.${host}.${resource.name}.svc.facade`,
  };
}

function portRef(port: { readonly name?: string; readonly number?: number } | undefined): PortRef {
  if (port?.number !== undefined && port.number !== 0) return { mode: "number", number: port.number };
  if (port?.name !== undefined && port.name !== "") return { mode: "name", name: port.name };
  return { mode: "implicit" };
}
