import { type CrdKind, KONG_GROUP } from "../crd-kind.ts";
import { flag, type ObjectOf, optional, record, wholeObject } from "../schema.ts";

const schema = wholeObject(
  {
    spec: optional(
      record(
        {
          serviceUpstream: optional(
            flag({
              description: "Sends requests to the cluster address of every Service and not to its Pods.",
              default: false,
            }),
          ),
          enableLegacyRegexDetection: optional(
            flag({
              description: "Takes paths with characters that plain paths lack for regular expressions, as Kong 2 did.",
              default: false,
            }),
          ),
        },
        { description: "The settings." },
      ),
    ),
  },
  { description: "Settings for all Ingresses of an IngressClass that names this object in `spec.parameters`." },
);

export type IngressClassParametersObject = ObjectOf<typeof schema>;

export const IngressClassParameters: CrdKind<IngressClassParametersObject> = {
  group: KONG_GROUP,
  versions: ["v1alpha1"],
  kind: "IngressClassParameters",
  plural: "ingressclassparameterses",
  namespaced: true,
  schema,
  crd: { status: false },
};
