import { expect, it } from "vitest";
import { withDefaults } from "./defaults.ts";
import type { KubernetesObject } from "./kind.ts";
import { apiVersionOf, entryOf } from "./kinds.ts";

function filledIn(kind: string, body: object): object {
  const apiVersion = apiVersionOf(entryOf(kind)!.kind);
  const {
    apiVersion: _a,
    kind: _k,
    metadata: _m,
    ...rest
  } = withDefaults({
    apiVersion,
    kind,
    metadata: { name: "x" },
    ...body,
  } as KubernetesObject);
  return rest;
}

const ROOT = { path: { type: "PathPrefix", value: "/" } };

it.each<[string, string, object, object]>([
  [
    "a backend's group, kind and weight, a parent's group and kind, the match of every path",
    "HTTPRoute",
    { spec: { parentRefs: [{ name: "g" }], rules: [{ backendRefs: [{ name: "s", port: 80 }] }] } },
    {
      spec: {
        parentRefs: [{ name: "g", group: "gateway.networking.k8s.io", kind: "Gateway" }],
        rules: [{ matches: [ROOT], backendRefs: [{ name: "s", port: 80, group: "", kind: "Service", weight: 1 }] }],
      },
    },
  ],
  ["the rule of an HTTPRoute without rules", "HTTPRoute", { spec: {} }, { spec: { rules: [{ matches: [ROOT] }] } }],
  [
    "the path and the types of a match, and of a half-given path",
    "HTTPRoute",
    { spec: { rules: [{ matches: [{ headers: [{ name: "a", value: "b" }] }, { path: { value: "/x" } }] }] } },
    {
      spec: {
        rules: [
          {
            matches: [
              { ...ROOT, headers: [{ name: "a", value: "b", type: "Exact" }] },
              { path: { value: "/x", type: "PathPrefix" } },
            ],
          },
        ],
      },
    },
  ],
  [
    "the filters' own",
    "HTTPRoute",
    {
      spec: {
        rules: [
          {
            matches: [ROOT],
            filters: [
              { type: "RequestRedirect", requestRedirect: {} },
              { type: "CORS", cors: {} },
            ],
            sessionPersistence: { cookieConfig: {} },
          },
        ],
      },
    },
    {
      spec: {
        rules: [
          {
            matches: [ROOT],
            filters: [
              { type: "RequestRedirect", requestRedirect: { statusCode: 302 } },
              { type: "CORS", cors: { maxAge: 5 } },
            ],
            sessionPersistence: { type: "Cookie", cookieConfig: { lifetimeType: "Session" } },
          },
        ],
      },
    },
  ],
  [
    "the types of a GRPC match, but no match",
    "GRPCRoute",
    { spec: { rules: [{ matches: [{ method: { service: "s" } }] }, {}] } },
    { spec: { rules: [{ matches: [{ method: { service: "s", type: "Exact" } }] }, {}] } },
  ],
  [
    "who may attach to a listener, and its TLS mode",
    "Gateway",
    {
      spec: {
        listeners: [
          { name: "a", port: 1, protocol: "HTTP" },
          {
            name: "b",
            port: 2,
            protocol: "HTTPS",
            tls: { certificateRefs: [{ name: "c" }] },
            allowedRoutes: { kinds: [{ kind: "HTTPRoute" }] },
          },
        ],
      },
    },
    {
      spec: {
        listeners: [
          { name: "a", port: 1, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } },
          {
            name: "b",
            port: 2,
            protocol: "HTTPS",
            tls: { mode: "Terminate", certificateRefs: [{ name: "c", group: "", kind: "Secret" }] },
            allowedRoutes: {
              kinds: [{ kind: "HTTPRoute", group: "gateway.networking.k8s.io" }],
              namespaces: { from: "Same" },
            },
          },
        ],
      },
    },
  ],
  [
    "a Service's type, protocols and target ports",
    "Service",
    { spec: { ports: [{ port: 80 }, { port: 53, protocol: "UDP", targetPort: "dns" }, { port: 1, targetPort: 0 }] } },
    {
      spec: {
        type: "ClusterIP",
        ports: [
          { port: 80, targetPort: 80, protocol: "TCP" },
          { port: 53, targetPort: "dns", protocol: "UDP" },
          { port: 1, targetPort: 1, protocol: "TCP" },
        ],
      },
    },
  ],
  [
    "the name and protocol of an endpoint port",
    "EndpointSlice",
    { addressType: "IPv4", ports: [{ port: 80 }], endpoints: [{ addresses: ["10.0.0.1"] }] },
    { addressType: "IPv4", ports: [{ port: 80, name: "", protocol: "TCP" }], endpoints: [{ addresses: ["10.0.0.1"] }] },
  ],
  [
    "plain text in a Secret, over its data",
    "Secret",
    { data: { a: "b2xk", b: "Yg==" }, stringData: { a: "néw", __proto__x: "" } },
    { type: "Opaque", data: { a: "bsOpdw==", b: "Yg==", __proto__x: "" } },
  ],
  [
    "the scope of class parameters",
    "IngressClass",
    { spec: { parameters: { kind: "K", name: "n" } } },
    { spec: { parameters: { kind: "K", name: "n", scope: "Cluster" } } },
  ],
  ["a licence is enabled", "KongLicense", { rawLicenseString: "{}" }, { rawLicenseString: "{}", enabled: true }],
  [
    "the path of a sticky cookie",
    "KongUpstreamPolicy",
    { spec: { stickySessions: { cookie: "c" } } },
    { spec: { stickySessions: { cookie: "c", cookiePath: "/" } } },
  ],
  [
    "the flags of class parameters",
    "IngressClassParameters",
    { spec: {} },
    { spec: { serviceUpstream: false, enableLegacyRegexDetection: false } },
  ],
  [
    "but no status",
    "KongConsumer",
    { username: "u", spec: { controlPlaneRef: {} } },
    { username: "u", spec: { controlPlaneRef: { type: "kic" } } },
  ],
  [
    "and not inside of a given status",
    "KongVault",
    { spec: { backend: "env", prefix: "e" }, status: {} },
    { spec: { backend: "env", prefix: "e" }, status: {} },
  ],
])("fills in %s", (_, kind, body, full) => {
  expect(filledIn(kind, body)).toEqual(full);
});

it("gives no namespace, and leaves alone what has everything and what it does not know", () => {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "x" } };
  expect(withDefaults(service)).toBe(service);
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "x" } };
  expect(withDefaults(pod)).toBe(pod);
});
