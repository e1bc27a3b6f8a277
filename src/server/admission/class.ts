import type { KubernetesObject } from "../../resources/kind.ts";
import { annotation, annotationsOf, CLASS_ANNOTATION } from "../../translate/annotations.ts";
import { isOurs } from "../../translate/ingress/class.ts";
import type { AdmissionContext } from "./context.ts";

/** Whether an object that names its class by annotation is of ours, or names none and ours is the default. */
export function isManaged(object: KubernetesObject, context: AdmissionContext): boolean {
  return context.glance([], (view) => isOurs(object, undefined, view));
}

/** Whether an object names another class than ours. */
export function isForeign(object: KubernetesObject, { input }: AdmissionContext): boolean {
  const named = annotation(annotationsOf(object), CLASS_ANNOTATION) ?? "";
  return named !== "" && named !== input.settings.ingressClass;
}
