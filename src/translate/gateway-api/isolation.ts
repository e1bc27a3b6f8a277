import type { Problem } from "../../base/problem.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { isExpressions, type View } from "../input.ts";
import type { Attachment } from "./attachment.ts";

/** Says that requests which belong to other listeners reach a route, where Kong cannot keep them from it. */
export function isolationProblems(
  route: KubernetesObject,
  { othersHostnames }: Attachment,
  view: View,
): readonly Problem[] {
  if (othersHostnames.length === 0 || isExpressions(view.input.profile)) return [];
  const message = `requests for ${othersHostnames.join(", ")} belong to listeners that it is not attached to, but Kong's traditional router cannot keep them from it: they reach it where nothing more specific matches. Kong can with router_flavor = expressions`;
  return [
    { code: "listener-not-isolated", severity: "warning", object: refOf(route), path: "spec.parentRefs", message },
  ];
}
