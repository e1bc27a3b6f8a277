import type { Kind } from "../kind.ts";
import { integer, list, type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";
import { loadBalancerStatus } from "./load-balancer.ts";

const IngressBackend = record({
  service: optional(
    record({
      name: text(),
      port: optional(record({ name: optional(text()), number: optional(integer()) })),
    }),
  ),
  resource: optional(record({ apiGroup: optional(text()), kind: text(), name: text() })),
});

const IngressPath = record({
  path: optional(text()),
  /** The API server asks for it; older clients left it out, which means ImplementationSpecific. */
  pathType: optional(text({ enum: ["Exact", "Prefix", "ImplementationSpecific"], default: "ImplementationSpecific" })),
  backend: IngressBackend,
});

const IngressRule = record({
  host: optional(text()),
  http: optional(record({ paths: optional(list(IngressPath)) })),
});

const IngressTls = record({ hosts: optional(list(text())), secretName: optional(text()) });

const schema = wholeObject({
  spec: optional(
    record({
      ingressClassName: optional(text()),
      defaultBackend: optional(IngressBackend),
      tls: optional(list(IngressTls)),
      rules: optional(list(IngressRule)),
    }),
  ),
  status: optional(record({ loadBalancer: optional(loadBalancerStatus) })),
});

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
