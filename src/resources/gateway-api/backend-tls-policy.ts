import { readConditions } from "../condition.ts";
import type { Kind } from "../kind.ts";
import { LIST_ATOMIC, list, map, type ObjectOf, optional, record, rules, text, wholeObject, word } from "../schema.ts";
import { GATEWAY_GROUP, group, hostname, kindName, objectName, preciseHostname, sectionName } from "./names.ts";
import { ParentRef } from "./route.ts";
import { CA_RULES, SAN_RULES, TARGET_RULES } from "./rules.ts";

const schema = wholeObject({
  spec: record({
    targetRefs: list(
      record({ group: group(), kind: kindName(), name: objectName(), sectionName: optional(sectionName()) }),
      { minItems: 1, maxItems: 16, ...LIST_ATOMIC, ...rules(...TARGET_RULES) },
    ),
    validation: record(
      {
        caCertificateRefs: optional(
          list(record({ group: group(), kind: kindName(), name: objectName() }), { maxItems: 8, ...LIST_ATOMIC }),
        ),
        wellKnownCACertificates: optional(text({ minLength: 1, maxLength: 253 })),
        hostname: preciseHostname(),
        subjectAltNames: optional(
          list(
            record(
              {
                type: word(["Hostname", "URI"]),
                hostname: optional(hostname()),
                uri: optional(text({ minLength: 1, maxLength: 253 })),
              },
              rules(...SAN_RULES),
            ),
            { maxItems: 5, ...LIST_ATOMIC },
          ),
        ),
      },
      rules(...CA_RULES),
    ),
    options: optional(map(text({ maxLength: 4096 }), { maxProperties: 16 })),
  }),
  status: optional(
    record({
      ancestors: optional(
        list(record({ ancestorRef: ParentRef, controllerName: text(), conditions: optional(readConditions) })),
      ),
    }),
  ),
});

export type BackendTLSPolicyObject = ObjectOf<typeof schema>;

export const BackendTLSPolicy: Kind<BackendTLSPolicyObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1alpha3"],
  kind: "BackendTLSPolicy",
  plural: "backendtlspolicies",
  namespaced: true,
  schema,
};
