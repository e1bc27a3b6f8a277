import type { Problem } from "../../base/problem.ts";
import type { Plugin } from "../../kong/entities.ts";
import type { IngressObject } from "../../resources/core/ingress.ts";
import { refOf } from "../../resources/kind.ts";
import { annotationPath, annotationsOf, kong, PREFIX } from "../annotations.ts";
import type { PluginUse } from "../fragment.ts";
import { isExpressions, type View } from "../input.ts";
import { pluginUses } from "../kong/plugin.ts";
import { HEADER_NAME, headerAnnotations } from "../route/annotations.ts";
import { tagsOf } from "../tags.ts";
import { parseRewrite } from "./rewrite.ts";

/** What all routes of the rules of an Ingress have in common. */
export interface SharedFields {
  readonly tags: readonly string[];
  readonly uses: readonly PluginUse[];
  readonly plugins: readonly Plugin[];
}

/** Undefined when no route of a rule can be made. */
export function sharedFields(ingress: IngressObject, view: View, problems: Problem[]): SharedFields | undefined {
  const found = pluginUses(ingress, view);
  problems.push(...found.problems);
  const unfit = unfitHeaders(ingress, view);
  problems.push(...unfit);
  if (unfit.length > 0) return undefined;
  const rewrite = kong(annotationsOf(ingress), "rewrite");
  const tags = tagsOf(ingress);
  if (rewrite === undefined) return { tags, uses: found.uses, plugins: [] };
  if (!hasPaths(ingress)) {
    problems.push({
      code: "annotation-ignored",
      severity: "warning",
      object: refOf(ingress),
      path: annotationPath(`${PREFIX}rewrite`),
      message: "it rewrites the paths of rules, and this Ingress has none; requests for a default backend keep theirs",
    });
    return undefined;
  }
  const complain = (code: string, message: string) =>
    void problems.push({
      code,
      severity: "error",
      object: refOf(ingress),
      path: annotationPath(`${PREFIX}rewrite`),
      message,
    });
  if (!view.input.settings.rewriteUris) {
    complain(
      "rewrite-off",
      "rewriting is switched off; start Silverback with --feature-gates=RewriteURIs=true, or take the annotation away. Until then the rules of this Ingress are left out",
    );
    return undefined;
  }
  const parsed = parseRewrite(rewrite);
  if ("error" in parsed) {
    complain(
      "invalid-rewrite",
      `it cannot be read: ${parsed.error}. Write $1, $2 … for captures of the path and \\$ for a dollar sign. Until then the rules of this Ingress are left out`,
    );
    return undefined;
  }
  return {
    tags,
    uses: found.uses,
    plugins: [{ name: "request-transformer", config: { replace: { uri: parsed.uri } } }],
  };
}

function hasPaths(ingress: IngressObject): boolean {
  return (ingress.spec?.rules ?? []).some((rule) => (rule.http?.paths ?? []).length > 0);
}

/** Headers that cannot stand in an expression: nobody could take them out of it later, and without them a route would match more. */
function unfitHeaders(ingress: IngressObject, { input }: View): readonly Problem[] {
  if (!isExpressions(input.profile) || !input.settings.preflight || !hasPaths(ingress)) return [];
  const names = [...headerAnnotations(annotationsOf(ingress)).keys()].filter((name) => !HEADER_NAME.test(name));
  return names.map((name) => ({
    code: "kong-refuses",
    severity: "error",
    object: refOf(ingress),
    path: annotationPath(`${PREFIX}headers.${name}`),
    message: `Kong would refuse the header "${name}": its name may have letters, digits, - and _ only; the rules of this Ingress are left out`,
  }));
}
