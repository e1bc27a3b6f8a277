import { waitingConditions } from "../condition.ts";
import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP, PROGRAMMED } from "../crd-kind.ts";
import { freeForm, type ObjectOf, optional, record, rules, text, wholeObject, word } from "../schema.ts";

/** Collections that have kinds of their own. */
export const OWN_COLLECTIONS = [
  "services",
  "routes",
  "upstreams",
  "targets",
  "plugins",
  "consumers",
  "consumer_groups",
] as const;

const schema = wholeObject(
  {
    spec: record(
      {
        type: text({
          description: "The collection in Kong, such as `degraphql_routes`. Cannot be changed later.",
        }),
        controllerName: text({ description: "The ingress class whose controller takes this object." }),
        fields: freeForm({ description: "The entity's fields, a JSON object." }),
        parentRef: optional(
          record(
            {
              group: optional(text({ description: "API group of the plugin." })),
              kind: optional(word(["KongPlugin", "KongClusterPlugin"], { description: "Kind of the plugin." })),
              namespace: optional(
                text({ description: "Namespace of the plugin; a ReferenceGrant there must allow it." }),
              ),
              name: text({ description: "Name of the plugin." }),
            },
            { description: "A plugin to whose services, routes and consumers the entity is tied." },
          ),
        ),
      },
      {
        description: "The entity.",
        ...rules({
          rule: `!(self.type in [${OWN_COLLECTIONS.map((name) => `'${name}'`).join(", ")}])`,
          message: "The type field cannot be one of the known Kong entity types",
        }),
      },
    ),
    status: optional(record({ conditions: waitingConditions }, { description: "How far the entity has got." })),
  },
  {
    description: "An entity of Kong that has no kind of its own, such as those that plugins bring.",
    ...rules({ rule: "self.spec.type == oldSelf.spec.type", message: "The spec.type field is immutable" }),
  },
);

export type KongCustomEntityObject = ObjectOf<typeof schema>;

export const KongCustomEntity: CrdKind<KongCustomEntityObject> = {
  group: KONG_GROUP,
  versions: ["v1alpha1"],
  kind: "KongCustomEntity",
  plural: "kongcustomentities",
  namespaced: true,
  schema,
  crd: {
    shortNames: ["kce"],
    categories: KONG_CATEGORIES,
    columns: [{ name: "Entity Type", type: "string", jsonPath: ".spec.type" }, AGE, PROGRAMMED],
    status: true,
  },
};
