import { DNS_SUBDOMAIN } from "../dns.ts";
import type { Kind } from "../kind.ts";
import { type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";

const Parameters = record(
  {
    apiGroup: optional(text()),
    kind: text({ minLength: 1 }),
    name: text({ minLength: 1 }),
    namespace: optional(text()),
    scope: optional(text({ enum: ["Cluster", "Namespace"], default: "Cluster" })),
  },
  rules({
    rule: "has(self.__namespace__) == (self.scope == 'Namespace')",
    message: "namespace must be given with the scope Namespace, and with no other",
  }),
);

const schema = wholeObject(
  {
    spec: optional(
      record({
        controller: optional(text({ maxLength: 250, pattern: `^${DNS_SUBDOMAIN}/[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+$` })),
        parameters: optional(Parameters),
      }),
    ),
  },
  rules({ rule: "has(self.spec) && has(self.spec.controller)", message: "spec.controller must be given" }),
);

export type IngressClassObject = ObjectOf<typeof schema>;

export const IngressClass: Kind<IngressClassObject> = {
  group: "networking.k8s.io",
  versions: ["v1"],
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  schema,
};
