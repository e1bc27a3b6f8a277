import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { KongCustomEntity, type KongCustomEntityObject } from "../../../resources/kong/kong-custom-entity.ts";
import { annotation, annotationsOf, CLASS_ANNOTATION } from "../../../translate/annotations.ts";
import { assess } from "../../../translate/assess.ts";
import type { AdmissionContext } from "../context.ts";
import { at, type KindCheck, refuse } from "../kind-check.ts";
import { findingsOf } from "../plugin-faults.ts";
import { allow } from "../review.ts";

/** A KongCustomEntity of ours needs a type that the gateways have and fields that they take. */
export const kongCustomEntityCheck: KindCheck<KongCustomEntityObject> = {
  kind: KongCustomEntity,
  async check({ object }, context) {
    if (!isNamed(object, context)) return allow();
    const { objections } = await context.compute([object], (view) => assess(object, view));
    const own = objections.filter(({ severity }) => severity === "error");
    if (own.length > 0)
      return refuse(
        object,
        own.map(({ path, message }) => at(path, message)),
      );
    const { type, fields } = object.spec;
    if (!isJsonObject(fields)) return refuse(object, [at("spec.fields", "the fields of an entity are an object")]);
    const opinion = await context.kong.of(type, fields as JsonObject, false);
    const { faults, warnings } = findingsOf(opinion, `entity of type ${type}`);
    return faults.length > 0 ? refuse(object, faults) : allow(...warnings);
  },
};

/** By its field, or by annotation as other kinds. */
function isNamed(object: KongCustomEntityObject, { input }: AdmissionContext): boolean {
  const named = [object.spec.controllerName, annotation(annotationsOf(object), CLASS_ANNOTATION)];
  return named.includes(input.settings.ingressClass);
}
