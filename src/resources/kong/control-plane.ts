import { list, optional, record, rules, text, word } from "../schema.ts";

/** A rule that holds only while `type` is this one. */
function whenType(type: string, field: string, set: boolean) {
  return {
    rule: `(has(self.type) && self.type == '${type}') ? ${set ? "" : "!"}has(self.${field}) : true`,
    message: `when type is ${type}, ${field} must ${set ? "" : "not "}be set`,
  };
}

function whenUnset(field: string) {
  return {
    rule: `!has(self.type) ? !has(self.${field}) : true`,
    message: `when type is unset, ${field} must not be set`,
  };
}

/** Which control plane an object belongs to. Only operators for Konnect read it. */
export const controlPlaneRef = record(
  {
    type: optional(
      word(["konnectID", "konnectNamespacedRef", "kic"], {
        description: "What kind of control plane is meant; `kic` is this controller.",
        default: "kic",
      }),
    ),
    konnectID: optional(
      text({
        description: "The id of a control plane in Konnect.",
        pattern: "^[0-9a-f]{8}(?:\\-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      }),
    ),
    konnectNamespacedRef: optional(
      record(
        {
          name: text({ description: "Name of the object." }),
          namespace: optional(text({ description: "Its namespace; only for cluster-wide kinds." })),
        },
        { description: "An object in the cluster that stands for a control plane in Konnect." },
      ),
    ),
  },
  {
    description: "Which control plane this object belongs to. Ingress controllers do not read it.",
    ...rules(
      { rule: "self.type != 'konnectID'", message: "'konnectID' type is not supported" },
      whenType("konnectNamespacedRef", "konnectNamespacedRef", true),
      whenType("konnectNamespacedRef", "konnectID", false),
      whenType("konnectID", "konnectID", true),
      whenType("konnectID", "konnectNamespacedRef", false),
      whenType("kic", "konnectID", false),
      whenType("kic", "konnectNamespacedRef", false),
      whenUnset("konnectID"),
      whenUnset("konnectNamespacedRef"),
    ),
  },
);

/** Tags that only operators for Konnect read. */
export const konnectTags = list(text(), {
  description: "Tags in Konnect. For tags in Kong use the annotation `konghq.com/tags`.",
  maxItems: 20,
  ...rules({
    rule: "self.all(tag, size(tag) >= 1 && size(tag) <= 128)",
    message: "tags entries must not be longer than 128 characters",
  }),
});

/** What an operator for Konnect writes down. */
export const konnectStatus = record(
  {
    controlPlaneID: optional(text({ description: "The control plane." })),
    id: optional(text({ description: "The entity's id there." })),
    organizationID: optional(text({ description: "The organisation." })),
    serverURL: optional(text({ description: "The address of the API." })),
  },
  { description: "Where this object stands in Konnect. Ingress controllers do not write it." },
);

export const REF_NEEDED_ONCE_SET = "controlPlaneRef is required once set";
export const REF_IMMUTABLE = "spec.controlPlaneRef is immutable when an entity is already Programmed";

/** The rules of namespaced kinds whose `spec` may be missing. */
export const NAMESPACED_REF_RULES = [
  {
    rule: "(!has(oldSelf.spec) || !has(oldSelf.spec.controlPlaneRef)) || has(self.spec.controlPlaneRef)",
    message: REF_NEEDED_ONCE_SET,
  },
  {
    rule: "(!has(self.spec) || !has(self.spec.controlPlaneRef) || !has(self.spec.controlPlaneRef.konnectNamespacedRef)) ? true : !has(self.spec.controlPlaneRef.konnectNamespacedRef.__namespace__)",
    message: "spec.controlPlaneRef cannot specify namespace for namespaced resource",
  },
] as const;
