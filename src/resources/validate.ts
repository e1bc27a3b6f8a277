import type { Problem } from "../base/problem.ts";
import { checkRules } from "./cel.ts";
import { asProblem, checkValues, roughRef } from "./check.ts";
import { withDefaults } from "./defaults.ts";
import { GATEWAY_GROUP } from "./gateway-api/names.ts";
import { type Kind, type KubernetesObject, refOf } from "./kind.ts";
import { kindOf } from "./kinds.ts";
import { findInMetadata } from "./metadata.ts";
import { findUnknownFields } from "./unknown-fields.ts";

/**
 * Why an API server would refuse an object that was admitted. With the object's former version the rules about changes are looked at too. References to other objects
 * are nobody's business here.
 */
export function validateObject(object: KubernetesObject, former?: KubernetesObject): readonly Problem[] {
  const kind = kindOf(object.apiVersion, object.kind);
  if (kind === undefined) return [];
  const full = withDefaults(object);
  const values = checkValues(kind, full);
  // Of kinds that have a CRD the API server looks at rules only if the rest is right: they take values and sizes for granted. Of its own kinds it tells everything.
  const rules = values.length === 0 || isBuiltIn(kind);
  return [
    ...findInMetadata(full).map((finding) => asProblem("value-not-allowed", refOf(object), finding)),
    ...values,
    ...(rules ? checkRules(kind, full, former === undefined ? undefined : withDefaults(former)) : []),
  ];
}

function isBuiltIn({ group }: Kind): boolean {
  return group === "" || (group.endsWith(".k8s.io") && group !== GATEWAY_GROUP);
}

/** The fields of a value that an object of its kind does not have: the API server drops them, with a warning each. */
export function findUnknown(kind: Kind, value: unknown): readonly Problem[] {
  return findUnknownFields(kind, value).map((finding) => ({
    ...asProblem("field-unknown", roughRef(kind, value), finding),
    severity: "warning",
  }));
}
