import { IngressClass } from "../../resources/core/ingress-class.ts";
import type { KubernetesObject } from "../../resources/kind.ts";
import { annotation, annotationsOf, CLASS_ANNOTATION, DEFAULT_CLASS_ANNOTATION } from "../annotations.ts";
import type { View } from "../input.ts";

/**
 * Whether an object belongs to our class (spec: annotations §2). `named` is the class in its spec, for kinds that have one. An empty annotation takes an object out of the default
 * class, and says nothing beside a class in the spec.
 */
export function isOurs(object: KubernetesObject, named: string | undefined, view: View): boolean {
  const { ingressClass } = view.input.settings;
  const annotated = annotation(annotationsOf(object), CLASS_ANNOTATION);
  const given = annotated !== undefined && annotated !== "" ? annotated : named;
  if (given === undefined) return annotated === undefined && isDefaultClass(view);
  if (given !== ingressClass) return false;
  view.name(IngressClass, "", ingressClass);
  return true;
}

/** Whether our class takes objects that name none. */
function isDefaultClass(view: View): boolean {
  const { ingressClass, watchIngressClasses } = view.input.settings;
  if (!watchIngressClasses) return false;
  const found = view.get(IngressClass, "", ingressClass);
  return found !== undefined && annotation(annotationsOf(found), DEFAULT_CLASS_ANNOTATION) === "true";
}
