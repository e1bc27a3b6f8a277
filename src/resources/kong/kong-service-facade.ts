import { waitingConditions } from "../condition.ts";
import { CONTROLLER_CATEGORY, type CrdKind, INCUBATOR_GROUP } from "../crd-kind.ts";
import { integer, type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";

const schema = wholeObject(
  {
    spec: record(
      {
        backendRef: record(
          {
            name: text({ description: "Name of a Service of this namespace." }),
            port: integer({ description: "Port of the Service.", format: "int32" }),
          },
          { description: "The Service that is used." },
        ),
      },
      { description: "What the facade stands for." },
    ),
    status: optional(
      record({ conditions: optional(waitingConditions) }, { description: "How far the facade has got." }),
    ),
  },
  {
    description:
      "A second face of a Service, with annotations of its own, that an Ingress can name as its backend (gate KongServiceFacade).",
  },
);

export type KongServiceFacadeObject = ObjectOf<typeof schema>;

export const KongServiceFacade: CrdKind<KongServiceFacadeObject> = {
  group: INCUBATOR_GROUP,
  versions: ["v1alpha1"],
  kind: "KongServiceFacade",
  plural: "kongservicefacades",
  namespaced: true,
  schema,
  crd: { categories: CONTROLLER_CATEGORY, status: true },
};
