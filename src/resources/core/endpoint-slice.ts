import type { Kind } from "../kind.ts";
import { flag, integer, list, type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";

/** The label that names the Service an EndpointSlice belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

const Endpoint = record({
  addresses: list(text()),
  conditions: optional(record({ ready: optional(flag()), serving: optional(flag()), terminating: optional(flag()) })),
  hostname: optional(text()),
  nodeName: optional(text()),
  zone: optional(text()),
  targetRef: optional(
    record({
      kind: optional(text()),
      name: optional(text()),
      namespace: optional(text()),
      uid: optional(text()),
    }),
  ),
});

const EndpointPort = record({
  name: optional(text({ default: "" })),
  protocol: optional(text({ default: "TCP" })),
  port: optional(integer()),
  appProtocol: optional(text()),
});

const schema = wholeObject({
  addressType: text({ enum: ["IPv4", "IPv6", "FQDN"] }),
  endpoints: optional(list(Endpoint)),
  ports: optional(list(EndpointPort)),
});

export type EndpointSliceObject = ObjectOf<typeof schema>;
export type Endpoint = ObjectOf<typeof Endpoint>;
export type EndpointPort = ObjectOf<typeof EndpointPort>;

export const EndpointSlice: Kind<EndpointSliceObject> = {
  group: "discovery.k8s.io",
  versions: ["v1"],
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
  schema,
};
