import type { Problem } from "../../base/problem.ts";
import { HTTPRoute, type HTTPRouteObject } from "../../resources/gateway-api/http-route.ts";
import { refOf } from "../../resources/kind.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import { isExpressions, type View } from "../input.ts";
import { planService } from "../service/kong-service.ts";
import type { Unit } from "../unit.ts";
import { attach, listenerProtocols } from "./attachment.ts";
import { usableBackends } from "./backend-refs.ts";
import { canonicalSet } from "./canonical.ts";
import { applyFilters } from "./filters/filters.ts";
import { expressionRoutes, HTTP_ROUTE_FIRST } from "./http-expression.ts";
import { plainMatch } from "./http-match.ts";
import { type PlacedRule, type ServiceGroup, serviceGroups } from "./http-rules.ts";
import type { HttpRouteContext, RouteSketch, RuleMatch } from "./http-sketch.ts";
import { traditionalRoutes } from "./http-traditional.ts";
import { isolationProblems } from "./isolation.ts";
import { claimRoutes } from "./route-claims.ts";
import { placedFilters } from "./rule-filters.ts";
import { serviceFields, stickySessions } from "./service-fields.ts";

const PROTOCOLS = { HTTP: "http", HTTPS: "https" };
/** What a rule without matches matches, by the API's default. */
const ANY_PATH = [{ path: { type: "PathPrefix", value: "/" } }] as const;

/** HTTPRoute → routes, services, upstreams (spec: gateway-api §5). */
export const httpRouteUnit: Unit<HTTPRouteObject> = {
  kind: HTTPRoute,
  compile(route, view): Fragment {
    const { attachment, problems: doubts } = attach(route, view);
    const problems = [...doubts];
    if (!attachment.accepted) return { claims: [], problems };
    if ((route.spec.rules ?? []).length === 0) {
      problems.push({
        code: "route-without-rules",
        severity: "error",
        object: refOf(route),
        path: "spec.rules",
        message: "it has no rules; nothing is configured for it",
      });
    }
    const { namespace = "", name } = route.metadata;
    const context: HttpRouteContext = {
      route,
      prefix: `httproute.${namespace}.${name}`,
      hostnames: attachment.hostnames,
      othersHostnames: attachment.othersHostnames,
      protocols: listenerProtocols(attachment, PROTOCOLS),
      preflight: view.input.settings.preflight,
    };
    problems.push(...isolationProblems(route, attachment, view));
    const { groups, problems: more } = serviceGroups(route, view.input);
    problems.push(...more);
    return { claims: groups.flatMap((group) => groupClaims(group, context, view, problems)), problems };
  },
};

function groupClaims(
  group: ServiceGroup,
  context: HttpRouteContext,
  view: View,
  problems: Problem[],
): readonly Claim[] {
  const { route } = context;
  const matches = group.rules.flatMap((rule) => ruleMatches(rule, context, view, problems));
  const sketches = isExpressions(view.input.profile)
    ? expressionRoutes(context, matches)
    : traditionalRoutes(context, matches, problems);
  if (!sketches.some(({ filtered }) => filtered.usable))
    return claimSketches(sketches, group, context, view, problems, false);
  const first = group.rules[0]!;
  const refs = first.rule.backendRefs ?? [];
  const found = usableBackends(route, refs, first.path, view);
  problems.push(...found.problems);
  const planned = planService(
    {
      name: group.name,
      host: group.name,
      fields: serviceFields("http", group.settings, refs.length > 0 && found.backends.length === 0),
      ...(group.settings.cookie === undefined ? {} : { upstream: stickySessions(group.settings.cookie, group.name) }),
      backends: found.backends,
      parent: route,
      rank: serviceRank(first, context, view),
      path: `${first.path}.backendRefs`,
    },
    view,
  );
  problems.push(...planned.problems);
  return [...planned.claims, ...claimSketches(sketches, group, context, view, problems, planned.usable)];
}

function claimSketches(
  sketches: readonly RouteSketch[],
  group: ServiceGroup,
  { route }: HttpRouteContext,
  view: View,
  problems: Problem[],
  isUsable: boolean,
): readonly Claim[] {
  const drafts = sketches.map(({ at, order, ...sketch }) => ({
    ...sketch,
    service: group.name,
    path: at,
    isHeld: !isUsable || !sketch.filtered.usable,
    ...(order === undefined ? {} : { priority: { ...order, first: HTTP_ROUTE_FIRST } }),
  }));
  const claimed = claimRoutes(route, drafts, view);
  problems.push(...claimed.problems);
  return claimed.claims;
}

/** The matches of a rule, with what its filters do to each. */
function ruleMatches(
  rule: PlacedRule,
  context: HttpRouteContext,
  view: View,
  problems: Problem[],
): readonly RuleMatch[] {
  const { route, protocols } = context;
  const filters = placedFilters(route, rule.rule, rule.path, problems);
  const filterKey = canonicalSet(filters.map(({ filter }) => filter));
  const given = rule.rule.matches ?? [];
  return (given.length === 0 ? ANY_PATH : given).flatMap((one, index): readonly RuleMatch[] => {
    const path = `${rule.path}.matches[${index}]`;
    const match = plainMatch(route, one, path, view.input, problems);
    if (match === undefined) return [];
    const filtered = applyFilters(route, filters, { profile: view.input.profile, path: match.path, protocols });
    problems.push(...filtered.problems);
    return [{ rule, index, path, match, filterKey, filtered }];
  });
}

/** Who defines a service that several HTTPRoutes share: the first by name, as KIC has it. */
function serviceRank(first: PlacedRule, { route }: HttpRouteContext, view: View): string {
  const rank = rankOf(route);
  if (!view.input.settings.combinedServices) return rank;
  const { namespace = "", name } = route.metadata;
  return `${rank.slice(0, 2)}  ${namespace}/${name}.${first.index}`;
}
