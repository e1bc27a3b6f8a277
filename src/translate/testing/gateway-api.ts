import type { JsonObject } from "../../base/json.ts";
import { type CompiledObjects, type CompileOptions, compile } from "./compile.ts";

/** Objects as text in YAML; documents are separated when they are put together. */
export const all = (...documents: readonly string[]) => documents.join("\n---\n");

export const CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong}
spec: {controllerName: konghq.com/kic-gateway-controller}`;

/** A listener in flow style, open to routes from everywhere unless `more` says else. */
export const listener = (name: string, more = "", allowed = "{namespaces: {from: All}}") =>
  `{name: ${name}, port: 80, protocol: HTTP, allowedRoutes: ${allowed}${more === "" ? "" : `, ${more}`}}`;

export const gateway = (name: string, ...listeners: readonly string[]) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: infra}
spec:
  gatewayClassName: kong
  listeners: [${listeners.join(", ")}]`;

/** A Gateway infra/edge with one HTTP listener for everything. */
export const EDGE = all(CLASS, gateway("edge", listener("http")));

/** A Service with one endpoint. */
export const service = (name: string, namespace = "shop", annotations = "{}") => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, annotations: ${annotations}}
spec: {ports: [{name: main, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: ${namespace}, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: main, port: 8080, protocol: TCP}]
endpoints: [{addresses: [10.0.0.1]}]`;

/** A route of any kind; `spec` is YAML in flow style without its braces. */
export const route = (
  kind: string,
  name: string,
  spec: string,
  { parents = "{name: edge, namespace: infra}", annotations = "{}", created = "2026-01-01T00:00:00Z" } = {},
) => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: shop, creationTimestamp: "${created}", annotations: ${annotations}}
spec: {parentRefs: [${parents}], ${spec}}`;

/** The rule of an HTTPRoute with one match by prefix and one backend. */
export const rule = (path: string, backend = "a", more = "") =>
  `{matches: [{path: {type: PathPrefix, value: ${path}}}], backendRefs: [{name: ${backend}, port: 80}]${more === "" ? "" : `, ${more}`}}`;

export interface CompiledRoutes extends CompiledObjects {
  /** Without tags, and without what is the same for all. */
  readonly routes: Readonly<Record<string, JsonObject>>;
  readonly services: Readonly<Record<string, JsonObject>>;
  readonly upstreams: Readonly<Record<string, JsonObject>>;
}

/** Compiles with KIC's default of services that are not combined, and sorts what comes out by name. */
export async function compileRoutes(yaml: string, options: CompileOptions = {}): Promise<CompiledRoutes> {
  const compiled = await compile(yaml, { ...options, settings: { combinedServices: false, ...options.settings } });
  const { document } = compiled;
  const services = document["services"] ?? [];
  const routes = services.flatMap(({ routes: of = [] }) => of as readonly JsonObject[]);
  return {
    ...compiled,
    routes: byName(routes.map(plain)),
    services: byName(services.map(({ routes: _, ...rest }) => plain(rest))),
    upstreams: byName(document["upstreams"] ?? []),
  };
}

const BORING = new Set(["tags", "https_redirect_status_code", "path_handling", "strip_path", "preserve_host"]);

function plain(entity: JsonObject): JsonObject {
  const plugins = entity["plugins"] as readonly JsonObject[] | undefined;
  const fields = Object.entries(entity).filter(([key]) => !BORING.has(key));
  const shown = Object.fromEntries(fields) as JsonObject;
  return plugins === undefined ? shown : { ...shown, plugins: plugins.map(({ tags: _, ...rest }) => rest) };
}

function byName(entities: readonly JsonObject[]): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(entities.map((entity) => [entity["name"] as string, entity]));
}

/** Codes and places of problems, without their texts. */
export function found(problems: readonly string[]): readonly string[] {
  return problems.map((line) => line.replace(/^(\w+): (.*?): .* \[([a-z-]+)\]$/s, "$1 $2 $3"));
}
