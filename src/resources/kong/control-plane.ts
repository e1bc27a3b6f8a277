import { type CelRule, list, optional, record, rules, text, word } from "../schema.ts";

/** While `type` is this one, `field` is given, or is not. */
function whenType(type: string, field: string, given: boolean): CelRule {
  return {
    rule: `!has(self.type) || self.type != '${type}' || ${given ? "" : "!"}has(self.${field})`,
    message: `when type is ${type}, ${field} must ${given ? "" : "not "}be set`,
  };
}

function whenUnset(field: string): CelRule {
  return { rule: `has(self.type) || !has(self.${field})`, message: `when type is unset, ${field} must not be set` };
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

/** Whether an object names a control plane. */
function namesPlane(object: "self" | "oldSelf"): string {
  return `has(${object}.spec) && has(${object}.spec.controlPlaneRef)`;
}

/** Once given, a control plane stays given. */
export const REF_STAYS: CelRule = {
  rule: `!(${namesPlane("oldSelf")}) || has(self.spec.controlPlaneRef)`,
  message: "controlPlaneRef is required once set",
};

/** Objects of a namespace name only what is in theirs. */
export const REF_IS_LOCAL: CelRule = {
  rule: `!(${namesPlane("self")} && has(self.spec.controlPlaneRef.konnectNamespacedRef)) || !has(self.spec.controlPlaneRef.konnectNamespacedRef.__namespace__)`,
  message: "spec.controlPlaneRef cannot specify namespace for namespaced resource",
};

/** The control plane that an object names (`holder`: in its new or in its old version) cannot change once the object is programmed. */
export function refIsFixed(holder: "self" | "oldSelf"): CelRule {
  const programmed =
    "has(self.status) && self.status.conditions.exists(c, c.type == 'Programmed' && c.status == 'True')";
  return {
    rule: `!(${namesPlane(holder)} && ${programmed}) || oldSelf.spec.controlPlaneRef == self.spec.controlPlaneRef`,
    message: "spec.controlPlaneRef is immutable when an entity is already Programmed",
  };
}
