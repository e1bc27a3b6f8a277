import { waitingConditions } from "../condition.ts";
import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP } from "../crd-kind.ts";
import { group, kindName, namespaceName, objectName } from "../gateway-api/names.ts";
import { flag, list, listMap, type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";

const ControllerStatus = record(
  {
    controllerName: text({ description: "Which controller: a name that tells it from all others." }),
    controllerRef: optional(
      record(
        {
          group: optional(group({ description: "API group of the object." })),
          kind: optional(kindName({ description: "Its kind." })),
          namespace: optional(namespaceName({ description: "Its namespace." })),
          name: objectName({ description: "Its name." }),
        },
        { description: "The object that stands for the controller, if there is one." },
      ),
    ),
    conditions: optional(waitingConditions),
  },
  { description: "What one controller has made of the licence." },
);

const schema = wholeObject(
  {
    rawLicenseString: text({ description: "The licence itself, JSON text, exactly as Kong sent it." }),
    enabled: optional(flag({ description: "Whether controllers may use it.", default: true })),
    status: optional(
      record(
        {
          controllers: optional(
            list(ControllerStatus, { description: "One entry a controller.", ...listMap("controllerName") }),
          ),
        },
        { description: "Which controllers use the licence." },
      ),
    ),
  },
  { description: "A licence of Kong Enterprise. Of several the newest is used." },
);

export type KongLicenseObject = ObjectOf<typeof schema>;

export const KongLicense: CrdKind<KongLicenseObject> = {
  group: KONG_GROUP,
  versions: ["v1alpha1"],
  kind: "KongLicense",
  plural: "konglicenses",
  namespaced: false,
  schema,
  crd: {
    shortNames: ["kl"],
    categories: KONG_CATEGORIES,
    columns: [AGE, { name: "Enabled", type: "boolean", jsonPath: ".enabled" }],
    status: true,
  },
};
