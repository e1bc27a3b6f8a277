import type { KubernetesObject } from "../src/resources/kind.ts";

const PER_NAMESPACE = 100;

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

function plugin(at: number): KubernetesObject {
  return {
    apiVersion: "configuration.konghq.com/v1",
    kind: "KongPlugin",
    metadata: meta("limit", at),
    ...{ plugin: "rate-limiting", config: { minute: 60, policy: "local" } },
  };
}
