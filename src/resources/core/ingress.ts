import { DNS_1035_LABEL, DNS_SUBDOMAIN, DNS_WILDCARD } from "../dns.ts";
import type { Kind } from "../kind.ts";
import { integer, list, type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";
import { BACKEND_RULES, CLASS_RULES, HOST_RULES, PATH_RULES } from "./ingress-rules.ts";
import { loadBalancerStatus } from "./load-balancer.ts";

const IngressBackend = record(
  {
    service: optional(
      record({
        name: text({ maxLength: 63, pattern: `^${DNS_1035_LABEL}$` }),
        port: optional(
          record({
            name: optional(text({ maxLength: 15, pattern: "^[a-z0-9-]*$" })),
            number: optional(integer({ minimum: 0, maximum: 65535 })),
          }),
        ),
      }),
    ),
    resource: optional(record({ apiGroup: optional(text()), kind: text(), name: text() })),
  },
  rules(...BACKEND_RULES),
);

const IngressPath = record(
  {
    path: optional(text()),
    /** The API server asks for it; without one it means ImplementationSpecific. */
    pathType: optional(text({ enum: ["Exact", "Prefix", "ImplementationSpecific"] })),
    backend: IngressBackend,
  },
  rules(...PATH_RULES),
);

const IngressRule = record(
  {
    host: optional(text({ maxLength: 253, pattern: `^$|^${DNS_WILDCARD}$` })),
    http: optional(
      record(
        { paths: optional(list(IngressPath, { minItems: 1 })) },
        rules({ rule: "has(self.paths)", message: "paths must be given" }),
      ),
    ),
  },
  rules(...HOST_RULES),
);

const IngressTls = record({
  hosts: optional(list(text({ maxLength: 253, pattern: `^${DNS_WILDCARD}$` }))),
  secretName: optional(text({ maxLength: 253, pattern: `^$|^${DNS_SUBDOMAIN}$` })),
});

const schema = wholeObject(
  {
    spec: optional(
      record({
        ingressClassName: optional(text({ maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$` })),
        defaultBackend: optional(IngressBackend),
        tls: optional(list(IngressTls)),
        rules: optional(list(IngressRule)),
      }),
    ),
    status: optional(record({ loadBalancer: optional(loadBalancerStatus) })),
  },
  rules(...CLASS_RULES),
);

export type IngressObject = ObjectOf<typeof schema>;
export type IngressRule = ObjectOf<typeof IngressRule>;
export type IngressPath = ObjectOf<typeof IngressPath>;
export type IngressBackend = ObjectOf<typeof IngressBackend>;
export type IngressTls = ObjectOf<typeof IngressTls>;

export const Ingress: Kind<IngressObject> = {
  group: "networking.k8s.io",
  versions: ["v1"],
  kind: "Ingress",
  plural: "ingresses",
  namespaced: true,
  schema,
};
