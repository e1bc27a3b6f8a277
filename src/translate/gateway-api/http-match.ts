import type { Problem } from "../../base/problem.ts";
import type { HttpMatch } from "../../resources/gateway-api/http-route.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import type { PathMatch } from "./filters/effect.ts";

/** A header or a query parameter that is asked for. */
export interface ValueMatch {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
}

/** A match with its defaults filled in, and without what cannot count. */
export interface PlainMatch {
  readonly path: PathMatch | undefined;
  readonly headers: readonly ValueMatch[];
  readonly queries: readonly ValueMatch[];
  readonly method: string | undefined;
}

interface GivenValue {
  readonly type?: string;
  readonly name: string;
  readonly value: string;
}

const PATH_TYPES: ReadonlySet<string> = new Set(["Exact", "PathPrefix", "RegularExpression"]);

/** Reads a match; undefined with a problem when it asks for something that is not known. `at` is where it stands. */
export function plainMatch(
  route: KubernetesObject,
  match: HttpMatch,
  at: string,
  problems: Problem[],
): PlainMatch | undefined {
  const path =
    match.path === undefined ? undefined : { type: match.path.type ?? "PathPrefix", value: match.path.value ?? "/" };
  if (path !== undefined && !PATH_TYPES.has(path.type)) {
    problems.push(unknownType(route, `${at}.path.type`, path.type));
    return undefined;
  }
  const headers = valueMatches(route, match.headers ?? [], `${at}.headers`, problems, true);
  const queries = valueMatches(route, match.queryParams ?? [], `${at}.queryParams`, problems, false);
  if (headers === undefined || queries === undefined) return undefined;
  return { path, headers, queries, method: match.method };
}

/** Reads what is asked of headers or query parameters. Of equal names (headers: in either case) the first counts, as the Gateway API has it. */
export function valueMatches(
  route: KubernetesObject,
  given: readonly GivenValue[],
  path: string,
  problems: Problem[],
  ignoreCase: boolean,
): readonly ValueMatch[] | undefined {
  const found = new Map<string, ValueMatch>();
  for (const [at, { type = "Exact", name, value }] of given.entries()) {
    if (type !== "Exact" && type !== "RegularExpression") {
      problems.push(unknownType(route, `${path}[${at}].type`, type));
      return undefined;
    }
    const key = ignoreCase ? name.toLowerCase() : name;
    if (found.has(key)) {
      const message = `${name} is named before in the same match, and only the first counts; put both into one regular expression`;
      problems.push({
        code: "match-name-twice",
        severity: "warning",
        object: refOf(route),
        path: `${path}[${at}].name`,
        message,
      });
    } else found.set(key, { name, value, isRegex: type === "RegularExpression" });
  }
  return [...found.values()];
}

function unknownType(route: KubernetesObject, path: string, type: string): Problem {
  const message = `there is no type of match ${type}; the match is left out`;
  return { code: "match-type-unknown", severity: "error", object: refOf(route), path, message };
}
