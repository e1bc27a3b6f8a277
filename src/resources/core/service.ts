import { DNS_LABEL, DNS_SUBDOMAIN } from "../dns.ts";
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
  rules,
  text,
  wholeObject,
} from "../schema.ts";
import { loadBalancerStatus } from "./load-balancer.ts";

const ServicePort = record(
  {
    name: optional(text({ maxLength: 63, pattern: `^$|^${DNS_LABEL}$` })),
    protocol: optional(text({ enum: ["TCP", "UDP", "SCTP"], default: "TCP" })),
    port: integer({ minimum: 1, maximum: 65535 }),
    /** The API server fills in the port. */
    targetPort: optional(intOrString()),
    nodePort: optional(integer()),
    appProtocol: optional(text()),
  },
  rules({
    // What is filled in from the port is not told once more.
    rule: "!has(self.targetPort) || self.targetPort == self.port || (type(self.targetPort) == string ? self.targetPort.matches('^[a-z0-9-]{1,15}$') && self.targetPort.matches('[a-z]') : self.targetPort >= 1 && self.targetPort <= 65535)",
    message:
      "targetPort must be a port from 1 to 65535, or the name of one: at most 15 small letters, digits and hyphens",
  }),
);

const SERVICE_RULES = rules(
  {
    rule: "!has(self.type) || self.type != 'ExternalName' || has(self.externalName)",
    message: "a Service of the type ExternalName needs an externalName",
  },
  {
    rule: `!has(self.type) || self.type != 'ExternalName' || !has(self.externalName) || self.externalName.matches('^${DNS_SUBDOMAIN.replaceAll("\\", "\\\\")}[.]?$')`,
    message: "externalName must be a DNS name",
  },
  {
    rule: "(has(self.type) && self.type == 'ExternalName') || (has(self.clusterIP) && self.clusterIP == 'None') || (has(self.ports) && size(self.ports) > 0)",
    message: "ports must be given",
  },
  {
    rule: "!has(self.ports) || size(self.ports) < 2 || self.ports.all(p, has(p.name) && p.name != '')",
    message: "of several ports each needs a name",
  },
  {
    rule: "!has(self.ports) || self.ports.all(a, !has(a.name) || self.ports.exists_one(b, has(b.name) && a.name == b.name))",
    message: "two ports have the same name",
  },
  {
    rule: "!has(self.ports) || self.ports.all(a, self.ports.exists_one(b, a.port == b.port && a.protocol == b.protocol))",
    message: "two ports have the same number and protocol",
  },
);

const schema = wholeObject(
  {
    spec: optional(
      record(
        {
          type: optional(
            text({ enum: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], default: "ClusterIP" }),
          ),
          externalName: optional(text()),
          clusterIP: optional(text()),
          clusterIPs: optional(list(text())),
          ports: optional(list(ServicePort)),
          selector: optional(map(text())),
          publishNotReadyAddresses: optional(flag()),
        },
        SERVICE_RULES,
      ),
    ),
    status: optional(record({ loadBalancer: optional(loadBalancerStatus) })),
  },
  rules({ rule: "has(self.spec)", message: "spec must be given" }),
);

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
