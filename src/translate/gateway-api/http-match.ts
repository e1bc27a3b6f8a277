import type { Problem } from "../../base/problem.ts";
import type { HttpMatch } from "../../resources/gateway-api/http-route.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { type Input, isExpressions } from "../input.ts";
import { HEADER_NAME } from "../route/annotations.ts";
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

/** What `http.queries.<name>` of an expression takes. */
const QUERY_NAME = /^\w+$/;

/** What tells headers and query parameters apart. */
interface NamedValues {
  readonly what: string;
  /** Names are equal in either case. */
  readonly ignoreCase: boolean;
  readonly name: RegExp;
  /** Completes "Kong knows them by …". */
  readonly letters: string;
}

/** Headers of a match. */
export const HEADERS: NamedValues = {
  what: "header",
  ignoreCase: true,
  name: HEADER_NAME,
  letters: "letters, digits, - and _",
};

const QUERIES: NamedValues = {
  what: "query parameter",
  ignoreCase: false,
  name: QUERY_NAME,
  letters: "letters, digits and _",
};

const PATH_TYPES: ReadonlySet<string> = new Set(["Exact", "PathPrefix", "RegularExpression"]);

/** Reads a match; undefined with a problem when it asks for something that is not known. `at` is where it stands. */
export function plainMatch(
  route: KubernetesObject,
  match: HttpMatch,
  at: string,
  input: Input,
  problems: Problem[],
): PlainMatch | undefined {
  const path =
    match.path === undefined ? undefined : { type: match.path.type ?? "PathPrefix", value: match.path.value ?? "/" };
  if (path !== undefined && !PATH_TYPES.has(path.type)) {
    problems.push(unknownType(route, `${at}.path.type`, path.type));
    return undefined;
  }
  const headers = valueMatches(route, match.headers ?? [], `${at}.headers`, HEADERS, input, problems);
  const queries = valueMatches(route, match.queryParams ?? [], `${at}.queryParams`, QUERIES, input, problems);
  if (headers === undefined || queries === undefined) return undefined;
  return { path, headers, queries, method: match.method };
}

/**
 * Reads what is asked of headers or query parameters; undefined with a problem when Kong cannot be asked for it. Of equal names (headers: in either case) the first counts, as the
 * Gateway API has it.
 */
export function valueMatches(
  route: KubernetesObject,
  given: readonly GivenValue[],
  path: string,
  { what, ignoreCase, name: allowed, letters }: NamedValues,
  { settings, profile }: Input,
  problems: Problem[],
): readonly ValueMatch[] | undefined {
  // The traditional flavours match no query parameters at all, which is said elsewhere.
  const isNameChecked = settings.preflight && (ignoreCase || isExpressions(profile));
  const found = new Map<string, ValueMatch>();
  for (const [at, { type = "Exact", name, value }] of given.entries()) {
    if (type !== "Exact" && type !== "RegularExpression") {
      problems.push(unknownType(route, `${path}[${at}].type`, type));
      return undefined;
    }
    if (isNameChecked && !allowed.test(name)) {
      const message = `Kong can match a ${what} by a name of ${letters} only, and "${name}" has something else; the match is left out`;
      const place = `${path}[${at}].name`;
      problems.push({ code: "match-name-unfit", severity: "error", object: refOf(route), path: place, message });
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
