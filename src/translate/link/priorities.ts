import type { Claim, ClaimIn } from "../fragment.ts";
import type { Rule } from "./rule.ts";

/** The route claim made of a priority claim, so that a claim whose place has not changed gives the very same one, and nothing after it is ruled again. */
const made = new WeakMap<ClaimIn<"priority">, { readonly at: number; readonly claim: Claim }>();

/**
 * Routes of the flavour `expressions` that are equally specific: the order among them is told by their priorities too, since the gateway's own is not known. What is left out keeps its
 * place, so that nothing else moves.
 */
export const priorityRule: Rule<"priority"> = {
  table: "priority",
  rule(_key, claims) {
    return { claims: claims.flatMap((claim, at) => routeClaim(claim, at) ?? []) };
  },
};

function routeClaim(claim: ClaimIn<"priority">, at: number): Claim | undefined {
  const known = made.get(claim);
  if (known?.at === at) return known.claim;
  const { route, base, first, rank } = claim.value;
  if (route === undefined) return undefined;
  const priority = base + Math.max(0, first - at);
  const { path, blocked } = claim;
  const result: Claim = {
    table: "route",
    key: route.route.name,
    rank,
    origin: claim.origin,
    ...(path === undefined ? {} : { path }),
    value: { ...route, route: { ...route.route, priority } },
    ...(blocked === true ? { blocked } : {}),
  };
  made.set(claim, { at, claim: result });
  return result;
}
