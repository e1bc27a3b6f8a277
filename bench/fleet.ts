import type { KubernetesObject } from "../src/resources/kind.ts";

const PER_NAMESPACE = 100;
/** Where the Gateway is. */
const EDGE = "edge";

function meta(name: string, at: number, more: object = {}) {
  return {
    name,
    namespace: namespaceOf(at),
    uid: uidOf(name),
    creationTimestamp: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString().replace(".000", ""),
    generation: 1,
    ...more,
  };
}

function namespaceOf(at: number): string {
  return `team-${Math.floor(at / PER_NAMESPACE)}`;
}

function uidOf(name: string): string {
  const hex = Buffer.from(name.padStart(16, "0")).toString("hex").slice(-32).padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What a cluster of `count` applications holds: each a Service, an EndpointSlice with three endpoints and an Ingress with two paths; every tenth with a plugin. Those before `from` are left out. */
export function* fleet(count: number, from = 0): IterableIterator<KubernetesObject> {
  for (let at = from; at < count; at++) {
    yield service(at);
    yield slice(at, 0);
    yield ingress(at, "/");
    if (at % PER_NAMESPACE === 0) yield plugin(at);
  }
}

/** The same applications by HTTPRoutes of one Gateway. */
export function* routeFleet(count: number): IterableIterator<KubernetesObject> {
  yield {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "kong", annotations: { "konghq.com/gatewayclass-unmanaged": "true" } },
    ...{ spec: { controllerName: "konghq.com/kic-gateway-controller" } },
  };
  const listeners = [{ name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } }];
  yield {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { ...meta("edge", 0), namespace: EDGE },
    ...{ spec: { gatewayClassName: "kong", listeners } },
  };
  for (let at = 0; at < count; at++) {
    yield service(at);
    yield slice(at, 0);
    yield httpRoute(at, "/");
    if (at % PER_NAMESPACE === 0) yield plugin(at);
  }
}

/** `count` Ingresses of hosts of their own, and one Service behind all of them. */
export function* sharingFleet(count: number): IterableIterator<KubernetesObject> {
  yield service(0);
  yield slice(0, 0);
  const backend = { service: { name: "app-0", port: { number: 80 } } };
  for (let at = 0; at < count; at++) {
    const paths = [{ path: "/", pathType: "Prefix", backend }];
    yield {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...meta(`tenant-${at}`, at), namespace: namespaceOf(0) },
      ...{ spec: { ingressClassName: "kong", rules: [{ host: `tenant-${at}.example.com`, http: { paths } }] } },
    };
  }
}

export function service(at: number): KubernetesObject {
  const spec = {
    type: "ClusterIP",
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
  };
  return { apiVersion: "v1", kind: "Service", metadata: meta(`app-${at}`, at), ...{ spec } };
}

/** `turn` changes an address, as a restarted Pod does. */
export function slice(at: number, turn: number): KubernetesObject {
  const address = (n: number) => `10.${(at >> 12) & 255}.${(at >> 4) & 255}.${((at & 15) << 4) + n + 4 * (turn % 3)}`;
  const endpoints = [1, 2, 3].map((n) => ({
    addresses: [address(n)],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: "Pod", name: `app-${at}-${n}`, namespace: namespaceOf(at) },
  }));
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: meta(`app-${at}-x`, at, { labels: { "kubernetes.io/service-name": `app-${at}` } }),
    ...{ addressType: "IPv4", ports: [{ name: "http", protocol: "TCP", port: 8080 }], endpoints },
  };
}

/** `path` is the first of its two paths. */
export function ingress(at: number, path: string): KubernetesObject {
  const backend = { service: { name: `app-${at}`, port: { number: 80 } } };
  const paths = [
    { path, pathType: "Prefix", backend },
    { path: "/health", pathType: "Exact", backend },
  ];
  const annotations = at % 10 === 0 ? { "konghq.com/plugins": "limit" } : {};
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta(`app-${at}`, at, { annotations }),
    ...{ spec: { ingressClassName: "kong", rules: [{ host: `app-${at}.example.com`, http: { paths } }] } },
  };
}

/** What `ingress` says, as an HTTPRoute; with the defaults that an API server fills in. */
export function httpRoute(at: number, path: string): KubernetesObject {
  const matches = [{ path: { type: "PathPrefix", value: path } }, { path: { type: "Exact", value: "/health" } }];
  const annotations = at % 10 === 0 ? { "konghq.com/plugins": "limit" } : {};
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: meta(`app-${at}`, at, { annotations }),
    ...{
      spec: {
        parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge", namespace: EDGE }],
        hostnames: [`app-${at}.example.com`],
        rules: [{ matches, backendRefs: [{ group: "", kind: "Service", name: `app-${at}`, port: 80, weight: 1 }] }],
      },
    },
  };
}

function plugin(at: number): KubernetesObject {
  return {
    apiVersion: "configuration.konghq.com/v1",
    kind: "KongPlugin",
    metadata: meta("limit", at),
    ...{ plugin: "rate-limiting", config: { minute: 60, policy: "local" } },
  };
}
