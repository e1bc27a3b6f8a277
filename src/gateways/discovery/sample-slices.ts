import type { Endpoint, EndpointSliceObject } from "../../resources/core/endpoint-slice.ts";

/** For tests: EndpointSlices of a Service kong/kong-admin. */

export function pod(name: string, address: string, more: Partial<Endpoint> = {}): Endpoint {
  return { addresses: [address], targetRef: { kind: "Pod", namespace: "kong", name, uid: `uid-${name}` }, ...more };
}

export function slice(endpoints: readonly Endpoint[], more: Partial<EndpointSliceObject> = {}): EndpointSliceObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "kong-admin-1", namespace: "kong" },
    addressType: "IPv4",
    ports: [{ name: "admin-tls", port: 8444 }],
    endpoints: [...endpoints],
    ...more,
  };
}
