import type { Problem } from "../../base/problem.ts";
import type { IngressObject } from "../../resources/core/ingress.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import type { ObjectReads } from "../../store/object-store.ts";
import { tryOut } from "../../store/try-out.ts";
import { annotation, annotationsOf, CLASS_ANNOTATION } from "../../translate/annotations.ts";
import { isOurs } from "../../translate/ingress/class.ts";
import type { Input } from "../../translate/input.ts";

/** Kinds of which only objects of our class are configured; all but Ingresses name it in an annotation. */
const KINDS: ReadonlySet<string> = new Set([
  "Ingress",
  "TCPIngress",
  "UDPIngress",
  "KongConsumer",
  "KongConsumerGroup",
  "KongClusterPlugin",
  "KongServiceFacade",
  "KongVault",
]);

/** Objects that name no class at all, where ours is not the default one: nothing is made of them, which is easily overlooked. Those of other classes are other controllers'. */
export function withoutClass(
  objects: readonly KubernetesObject[],
  reads: ObjectReads,
  input: Input,
): readonly Problem[] {
  return objects
    .filter((object) => KINDS.has(object.kind) && !namesClass(object))
    .filter((object) => !tryOut(reads, input, (view) => isOurs(object, undefined, view)).value)
    .map((object): Problem => {
      const { ingressClass } = input.settings;
      const ingress = object.kind === "Ingress";
      const field = ingress ? "spec.ingressClassName" : `the annotation ${CLASS_ANNOTATION}`;
      return {
        code: "class-missing",
        severity: "warning",
        object: refOf(object),
        path: ingress ? "spec" : "metadata",
        message: `it names no ingress class, so that it has no effect unless the class ${ingressClass} is the cluster's default one; set ${field} to ${ingressClass}`,
      };
    });
}

function namesClass(object: KubernetesObject): boolean {
  if (annotation(annotationsOf(object), CLASS_ANNOTATION) !== undefined) return true;
  return object.kind === "Ingress" && (object as IngressObject).spec?.ingressClassName !== undefined;
}
