import type { KubernetesObject } from "../../resources/kind.ts";
import { annotationPath, annotationsOf, PREFIX } from "../../translate/annotations.ts";
import { assess } from "../../translate/assess.ts";
import { unknownProtocols } from "../../translate/route/annotations.ts";
import type { AdmissionContext } from "./context.ts";
import { at, refuse } from "./kind-check.ts";
import { allow, type Verdict } from "./review.ts";

/** Refuses an object that yields routes for what the compiler would leave out of it, if that is of its own making; what it would only doubt is a warning. */
export async function checkCompiled(object: KubernetesObject, context: AdmissionContext): Promise<Verdict> {
  const { ours, objections } = await context.compute([object], (view) => assess(object, view));
  if (!ours) return allow();
  const unknown = unknownProtocols(annotationsOf(object));
  if (unknown.length > 0) {
    const quoted = unknown.map((protocol) => `"${protocol}"`).join(", ");
    const verb = unknown.length === 1 ? "is no protocol" : "are no protocols";
    return refuse(object, [
      at(
        annotationPath(`${PREFIX}protocols`),
        `${quoted} ${verb} of a route in Kong; use http, https, grpc, grpcs, tcp or tls`,
      ),
    ]);
  }
  const errors = objections.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    return refuse(
      object,
      errors.map(({ path, message }) => at(path, message)),
    );
  return allow(...objections.map(({ path, message }) => at(path, message)));
}
