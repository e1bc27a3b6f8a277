import type { Problem } from "../../base/problem.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { isExpressions, type View } from "../input.ts";
import type { Attachment } from "./attachment.ts";

/** Says that requests which belong to other listeners reach a route: where Kong cannot keep them from it, or where they are all that it asks for. */
export function isolationProblems(
  route: KubernetesObject,
  { othersHostnames, strayHostnames }: Attachment,
  view: View,
): readonly Problem[] {
  const say = (path: string, message: string): Problem => ({
    code: "listener-not-isolated",
    severity: "warning",
    object: refOf(route),
    path,
    message,
  });
  const names = (list: readonly string[]) => list.join(", ");
  const problems: Problem[] = [];
  if (strayHostnames.length > 0) {
    const advice = "attach it to those as well, or take the names out";
    problems.push(
      say(
        "spec.hostnames",
        `requests for ${names(strayHostnames)} belong to more specific listeners, to which it is not attached, and reach it all the same; ${advice}`,
      ),
    );
  }
  if (othersHostnames.length > 0 && !isExpressions(view.input.profile)) {
    const why =
      "but Kong's traditional router cannot keep them from it: they reach it where nothing more specific matches";
    problems.push(
      say(
        "spec.parentRefs",
        `requests for ${names(othersHostnames)} belong to listeners that it is not attached to, ${why}. Kong can with router_flavor = expressions`,
      ),
    );
  }
  return problems;
}
