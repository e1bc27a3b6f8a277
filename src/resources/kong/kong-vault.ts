import { waitingConditions } from "../condition.ts";
import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP, PROGRAMMED } from "../crd-kind.ts";
import { freeForm, type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";
import { controlPlaneRef, konnectStatus, konnectTags, REF_STAYS, refIsFixed } from "./control-plane.ts";

const schema = wholeObject(
  {
    spec: record(
      {
        backend: text({
          description: "What keeps the secrets, such as `env`, `hcv`, `aws`, `gcp` or `azure`.",
          minLength: 1,
        }),
        prefix: text({
          description: "The name in references, as in `{vault://prefix/…}`. Cannot be changed later.",
          minLength: 1,
        }),
        description: optional(text({ description: "A note for people." })),
        config: optional(freeForm({ description: "The configuration of the backend." })),
        tags: optional(konnectTags),
        controlPlaneRef: optional(controlPlaneRef),
      },
      { description: "What the vault is." },
    ),
    status: optional(
      record(
        { conditions: waitingConditions, konnect: optional(konnectStatus) },
        { description: "How far the vault has got." },
      ),
    ),
  },
  {
    description: "A place outside of Kong that plugins can take secrets from.",
    ...rules(
      { rule: "self.spec.prefix == oldSelf.spec.prefix", message: "The spec.prefix field is immutable" },
      REF_STAYS,
      refIsFixed("self"),
    ),
  },
);

export type KongVaultObject = ObjectOf<typeof schema>;

export const KongVault: CrdKind<KongVaultObject> = {
  group: KONG_GROUP,
  versions: ["v1alpha1"],
  kind: "KongVault",
  plural: "kongvaults",
  namespaced: false,
  schema,
  crd: {
    shortNames: ["kv"],
    categories: KONG_CATEGORIES,
    columns: [
      { name: "Backend Type", type: "string", jsonPath: ".spec.backend" },
      { name: "Prefix", type: "string", jsonPath: ".spec.prefix" },
      AGE,
      { name: "Description", type: "string", jsonPath: ".spec.description", priority: 1 },
      PROGRAMMED,
    ],
    status: true,
  },
};
