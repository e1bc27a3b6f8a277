import type { Kind } from "../kind.ts";
import {
  flag,
  integer,
  intOrString,
  list,
  map,
  type ObjectOf,
  optional,
  record,
  text,
  wholeObject,
} from "../schema.ts";
import { loadBalancerStatus } from "./load-balancer.ts";

const ServicePort = record({
  name: optional(text()),
  protocol: optional(text({ enum: ["TCP", "UDP", "SCTP"], default: "TCP" })),
  port: integer({ minimum: 1, maximum: 65535 }),
  /** The API server fills in the port. */
  targetPort: optional(intOrString()),
  nodePort: optional(integer()),
  appProtocol: optional(text()),
});

const schema = wholeObject({
  spec: optional(
    record({
      type: optional(text({ enum: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], default: "ClusterIP" })),
      externalName: optional(text()),
      clusterIP: optional(text()),
      clusterIPs: optional(list(text())),
      ports: optional(list(ServicePort)),
      selector: optional(map(text())),
      publishNotReadyAddresses: optional(flag()),
    }),
  ),
  status: optional(record({ loadBalancer: optional(loadBalancerStatus) })),
});

export type ServiceObject = ObjectOf<typeof schema>;
export type ServicePort = ObjectOf<typeof ServicePort>;

export const Service: Kind<ServiceObject> = {
  group: "",
  versions: ["v1"],
  kind: "Service",
  plural: "services",
  namespaced: true,
  schema,
};
