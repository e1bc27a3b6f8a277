import { describe, expect, test } from "vitest";
import type { ApiObject } from "../../kubernetes/api-object.ts";
import { admit } from "../../resources/check.ts";
import { EndpointSlice } from "../../resources/core/endpoint-slice.ts";
import { Service } from "../../resources/core/service.ts";
import type { Kind } from "../../resources/kind.ts";
import { slimmer } from "./slim.ts";

function slim(object: object): unknown {
  const slimmed = slimmer((object as ApiObject).kind)!(object as ApiObject);
  // Absent fields may be there as undefined.
  return JSON.parse(JSON.stringify(slimmed));
}

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "a", namespace: "n", uid: "u", annotations: { "konghq.com/path": "/x" }, labels: { app: "a" } },
  spec: {
    type: "ClusterIP",
    clusterIP: "10.96.0.1",
    clusterIPs: ["10.96.0.1"],
    ipFamilies: ["IPv4"],
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080, nodePort: 30080 }],
    selector: { app: "a" },
    sessionAffinity: "None",
  },
  status: { loadBalancer: {} },
};

const slice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: "a-x",
    namespace: "n",
    uid: "u",
    resourceVersion: "7",
    labels: { "kubernetes.io/service-name": "a", other: "x" },
    annotations: { "endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:00Z" },
  },
  addressType: "IPv4",
  ports: [{ name: "http", protocol: "TCP", port: 8080, appProtocol: "http" }],
  endpoints: [
    {
      addresses: ["10.0.0.1", "10.0.0.2"],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: "node-1",
      targetRef: { kind: "Pod", name: "a-1" },
    },
  ],
};

describe("what is read stays, the rest goes", () => {
  test("Service", () => {
    const { labels: _, ...metadata } = service.metadata;
    expect(slim(service)).toEqual({
      ...service,
      metadata,
      spec: {
        type: "ClusterIP",
        clusterIP: "10.96.0.1",
        ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
      },
    });
  });
  test("Service of two families, or by a name", () => {
    const spec = { ...service.spec, clusterIPs: ["10.96.0.1", "fd00::1"], externalName: "x.example" };
    expect(slim({ ...service, spec })).toMatchObject({
      spec: { clusterIPs: ["10.96.0.1", "fd00::1"], externalName: "x.example" },
    });
  });
  test("EndpointSlice", () => {
    const labels = { "kubernetes.io/service-name": "a" };
    expect(slim(slice)).toEqual({
      ...slice,
      metadata: { name: "a-x", namespace: "n", resourceVersion: "7", labels },
      ports: [{ name: "http", protocol: "TCP", port: 8080 }],
      endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true, serving: true, terminating: false } }],
    });
  });
  test("an EndpointSlice of no Service, without endpoints", () => {
    const bare = { ...slice, metadata: { name: "x" }, endpoints: null, ports: null };
    expect(slim(bare)).toEqual(bare);
  });
  test("Ingress", () => {
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
    const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "i" }, spec: {}, status };
    expect(slim({ ...ingress, metadata: { name: "i", labels: { a: "b" } } })).toEqual(ingress);
  });
  test("other kinds are kept whole", () => expect(slimmer("KongPlugin")).toBeUndefined());
});

test("what many have in common is held once", () => {
  const one = slimmer("EndpointSlice")!;
  const [a, b] = [1, 2].map(() => one(structuredClone(slice) as unknown as ApiObject) as unknown as typeof slice);
  expect(b!.ports).toBe(a!.ports);
  expect(b!.endpoints[0]!.conditions).toBe(a!.endpoints[0]!.conditions);
});

test.each<[Kind, object]>([
  [Service, { ...service, spec: "text" }],
  [Service, { ...service, spec: { ...service.spec, ports: { http: 80 } } }],
  [Service, { ...service, spec: { ...service.spec, ports: ["http", { port: "80" }] } }],
  [Service, { ...service, status: "text" }],
  [EndpointSlice, { ...slice, endpoints: [7, { addresses: "10.0.0.1", conditions: "ready" }] }],
  [EndpointSlice, { ...slice, endpoints: {} }],
  [EndpointSlice, { ...slice, addressType: undefined }],
])("what is of a wrong shape is refused as it would be without: %#", (kind, object) => {
  expect(admit(kind, slim(object)).problems).toEqual(admit(kind, object).problems);
  expect(admit(kind, object).problems).not.toBeUndefined();
});
