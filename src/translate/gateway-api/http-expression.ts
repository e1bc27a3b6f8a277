import {
  allOf,
  anyOf,
  catchAll,
  header,
  headerRegex,
  method,
  type Part,
  pathExact,
  pathPrefix,
  pathRegex,
  printExpression,
  query,
  queryRegex,
} from "../../kong/expression.ts";
import { annotationsOf } from "../annotations.ts";
import { hostsPart, isWildcard, placeText, sniPart } from "./expression-parts.ts";
import type { PathMatch } from "./filters/effect.ts";
import { trimSlash } from "./filters/url-rewrite.ts";
import type { PlainMatch } from "./http-match.ts";
import type { HttpRouteContext, RouteSketch, RuleMatch } from "./http-sketch.ts";

const KIND_HTTP_ROUTE = 2;

/** The Kong routes of the flavour `expressions` (spec: gateway-api §5.4): one for each host name and match. */
export function expressionRoutes(context: HttpRouteContext, matches: readonly RuleMatch[]): readonly RouteSketch[] {
  const hostnames = context.hostnames ?? [""];
  return hostnames.flatMap((hostname, hostAt) =>
    matches.map((one): RouteSketch => {
      const { rule, index, match, filtered } = one;
      const { protocols } = context;
      return {
        name: `${context.prefix}.${hostname.replaceAll("*", "_") || "_"}.${rule.index}.${index}`,
        at: one.path,
        ruleNames: rule.rule.name === undefined ? [] : [rule.rule.name],
        fields: {
          expression: expressionOf(hostname, context, match, filtered.capturesPrefix),
          strip_path: false,
          preserve_host: true,
          ...(protocols === undefined ? {} : { protocols }),
        },
        filtered,
        // The later host name of a match comes first, as KIC has it.
        order: { base: priorityOf(hostname, match), place: placeText(rule.index, index, hostnames.length - hostAt) },
      };
    }),
  );
}

function expressionOf(hostname: string, context: HttpRouteContext, match: PlainMatch, capturesPrefix: boolean): string {
  const asked = allOf(
    pathPart(match.path, capturesPrefix),
    allOf(
      ...byName(match.headers).map(({ name, value, isRegex }) =>
        isRegex ? headerRegex(name, value) : header(name, value),
      ),
    ),
    allOf(
      ...byName(match.queries).map(({ name, value, isRegex }) =>
        isRegex ? queryRegex(name, value) : query(name, value),
      ),
    ),
    match.method === undefined ? undefined : method(match.method),
  );
  const hosts = hostsPart(hostname, context.othersHostnames);
  return printExpression(allOf(...hosts, sniPart(annotationsOf(context.route)), asked) ?? catchAll);
}

function byName<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function pathPart(path: PathMatch | undefined, capturesPrefix: boolean): Part {
  if (path === undefined) return undefined;
  const { type, value } = path;
  const base = trimSlash(value);
  if (capturesPrefix)
    return base === "" ? anyOf(pathExact("/"), pathRegex("/(.*)")) : anyOf(pathExact(base), pathRegex(`${base}(/.*)`));
  switch (type) {
    case "Exact":
      return pathExact(value);
    case "PathPrefix":
      return pathPrefix(base);
    default:
      return pathRegex(value);
  }
}

/** A sum of bits of unlike weight, the more specific the greater; lengths are bytes. The last twelve bits are left to break ties. */
function priorityOf(hostname: string, { path, headers, queries, method: asked }: PlainMatch): number {
  const length = path === undefined ? 0 : Buffer.byteLength(path.value) - 1;
  return (
    KIND_HTTP_ROUTE * 2 ** 44 +
    (hostname === "" || isWildcard(hostname) ? 0 : 2 ** 43) +
    Math.min(Buffer.byteLength(hostname), 255) * 2 ** 35 +
    (path?.type === "Exact" ? 2 ** 34 : 0) +
    (path?.type === "RegularExpression" ? 2 ** 33 : 0) +
    Math.min(Math.max(length, 0), 1023) * 2 ** 23 +
    (asked === undefined ? 0 : 2 ** 22) +
    Math.min(headers.length, 31) * 2 ** 17 +
    Math.min(queries.length, 31) * 2 ** 12
  );
}

/** The first among equals. */
export const HTTP_ROUTE_FIRST = 4095;
