import type { Problem } from "../../base/problem.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";

interface RuleWithFilters<Filter> {
  readonly filters?: readonly Filter[];
  readonly backendRefs?: readonly { readonly filters?: readonly Filter[] }[];
}

/** The filters of a rule with their places, and those of its backend if it has only one: then they come to the same. */
export function placedFilters<Filter>(
  route: KubernetesObject,
  { filters, backendRefs = [] }: RuleWithFilters<Filter>,
  path: string,
  problems: Problem[],
): readonly { readonly filter: Filter; readonly path: string }[] {
  const placed = (list: readonly Filter[] | undefined, at: string) =>
    (list ?? []).map((filter, index) => ({ filter, path: `${at}.filters[${index}]` }));
  const own = placed(filters, path);
  if (backendRefs.length === 1) return [...own, ...placed(backendRefs[0]!.filters, `${path}.backendRefs[0]`)];
  for (const [at, ref] of backendRefs.entries()) {
    if ((ref.filters ?? []).length === 0) continue;
    problems.push({
      code: "backend-filter-unsupported",
      severity: "error",
      object: refOf(route),
      path: `${path}.backendRefs[${at}].filters`,
      message:
        "Kong has filters for a rule, not for one of several backends; these are not applied. Move them to the rule, or give the backend a rule of its own",
    });
  }
  return own;
}
