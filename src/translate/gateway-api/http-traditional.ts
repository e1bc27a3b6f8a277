import type { Problem } from "../../base/problem.ts";
import type { Route } from "../../kong/entities.ts";
import { refOf } from "../../resources/kind.ts";
import type { PathMatch } from "./filters/effect.ts";
import type { FilteredRoute } from "./filters/filters.ts";
import { trimSlash } from "./filters/url-rewrite.ts";
import type { PlainMatch, ValueMatch } from "./http-match.ts";
import type { HttpRouteContext, RouteSketch, RuleMatch } from "./http-sketch.ts";

/** The matches that become one Kong route of the traditional flavours. */
interface MatchGroup {
  readonly first: RuleMatch;
  readonly filtered: FilteredRoute;
  readonly paths: string[];
  /** Where each of those stands. */
  readonly places: Map<string, string>;
  readonly ruleNames: string[];
}

/** The Kong routes of one service (spec: gateway-api §5.3): matches that differ only in their paths share one. */
export function traditionalRoutes(
  context: HttpRouteContext,
  matches: readonly RuleMatch[],
  problems: Problem[],
): readonly RouteSketch[] {
  const groups = new Map<string, MatchGroup>();
  for (const one of matches) {
    const { match, rule, filtered } = one;
    if (!filtered.usable) continue;
    if (match.queries.length > 0) {
      problems.push({
        code: "query-match",
        severity: "error",
        object: refOf(context.route),
        path: `${one.path}.queryParams`,
        message:
          "Kong's traditional router does not look at query parameters; the match is left out. Kong does with router_flavor = expressions",
      });
      continue;
    }
    const key = JSON.stringify([one.filterKey, filtered.variant, match.method ?? "", headersKey(match.headers)]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { first: one, filtered, paths: [], places: new Map(), ruleNames: [] };
      groups.set(key, group);
    }
    const paths = kongPaths(match.path, filtered.capturesPrefix, context.preflight);
    group.paths.push(...paths);
    for (const path of paths) if (!group.places.has(path)) group.places.set(path, one.path);
    if (rule.rule.name !== undefined) group.ruleNames.push(rule.rule.name);
  }
  return [...groups.values()].map((group) => sketch(context, group));
}

function sketch(
  { prefix, hostnames, protocols }: HttpRouteContext,
  { first, filtered, paths, places, ruleNames }: MatchGroup,
): RouteSketch {
  const { match } = first;
  const fields: Omit<Route, "name"> = {
    ...(hostnames === undefined ? {} : { hosts: hostnames }),
    ...(paths.length > 0 ? { paths } : nothingElse(match, hostnames) ? { paths: ["/"] } : {}),
    ...(match.method === undefined ? {} : { methods: [match.method] }),
    ...(match.headers.length === 0 ? {} : { headers: headerField(match.headers) }),
    strip_path: false,
    preserve_host: true,
    ...(protocols === undefined ? {} : { protocols }),
  };
  return {
    name: `${prefix}.${first.rule.index}.${first.index}`,
    at: first.path,
    ...(new Set(places.values()).size < 2 ? {} : { places: Object.fromEntries(places) }),
    ruleNames,
    fields,
    filtered,
    order: undefined,
  };
}

/** Kong asks for at least one thing to match by. */
function nothingElse({ method, headers }: PlainMatch, hostnames: readonly string[] | undefined): boolean {
  return hostnames === undefined && method === undefined && headers.length === 0;
}

/** The paths of a match, as expressions where whole segments are meant. What is in the path is taken as it is, as KIC does. */
function kongPaths(path: PathMatch | undefined, capturesPrefix: boolean, preflight: boolean): readonly string[] {
  if (path === undefined) return [];
  const { type, value } = path;
  if (capturesPrefix) {
    const base = trimSlash(value);
    return base === "" ? ["~/$", "~/(.*)"] : [`~${base}$`, `~${base}(/.*)`];
  }
  switch (type) {
    case "Exact":
      return [`~${value}$`];
    case "PathPrefix":
      return [`~${value}$`, value.endsWith("/") ? value : `${value}/`];
    default:
      // Kong matches from the beginning by itself, and refuses a path that says so.
      return [`~${preflight && value.startsWith("^/") ? value.slice(1) : value}`];
  }
}

function headerField(headers: readonly ValueMatch[]): NonNullable<Route["headers"]> {
  return Object.fromEntries(headers.map(({ name, value, isRegex }) => [name, [isRegex ? `~*${value}` : value]]));
}

function headersKey(headers: readonly ValueMatch[]): string {
  return JSON.stringify(headers.map(({ name, value, isRegex }) => [name.toLowerCase(), value, isRegex]).sort());
}
