import { compareStrings } from "../../base/problem.ts";
import type { RouterEngine } from "../../kong/router-engine.ts";
import type { ClientRequest } from "../proxy/parse-request.ts";
import type { RouteEntity } from "../runtime/types.ts";
import { LinearRegexes } from "./linear-regex.ts";
import { type PathPattern, pathPattern } from "./path-pattern.ts";
import { compareTraditional, compatiblePriority, type Weight, weightOf } from "./priority.ts";
import { translateRegex } from "./regex.ts";
import { type Found, fieldName, isStreamRoute, NO_CAPTURES, type Router, splitHostPort } from "./router.ts";

/** A route as it is tried: routes whose paths differ in kind or length are tried once for each sort of path. */
export interface Candidate {
  readonly route: RouteEntity;
  readonly weight: Weight;
  readonly priority: bigint;
  match(request: MatchInput): Found | undefined;
}

/** A request as conditions see it, worked out once. */
export interface MatchInput {
  readonly request: ClientRequest;
  readonly host: string | undefined;
  readonly port: number;
  /** Values in lower case by header name with underscores. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** The router of the flavour `traditional_compatible` with the engine that decides there about regular expressions, of `traditional` without. */
export function traditionalRouter(routes: readonly RouteEntity[], engine: RouterEngine | undefined): Router {
  const regexes = engine === undefined ? undefined : new LinearRegexes(engine);
  const candidates = routes.filter((route) => !isStreamRoute(route)).flatMap((route) => candidatesOf(route, regexes));
  candidates.sort(regexes === undefined ? compareByAge : compareCompatible);
  return {
    free: () => regexes?.free(),
    find(request) {
      const input = matchInput(request);
      for (const candidate of candidates) {
        const found = candidate.match(input);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Highest priority first; of equal ones the highest id. */
export function compareCompatible(a: Candidate, b: Candidate): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1;
  return compareStrings(b.route.id, a.route.id);
}

function compareByAge(a: Candidate, b: Candidate): number {
  return (
    compareTraditional(a.weight, b.weight) ||
    (a.route.created_at ?? 0) - (b.route.created_at ?? 0) ||
    compareStrings(b.route.id, a.route.id)
  );
}

export function matchInput(request: ClientRequest): MatchInput {
  const { host, port } = splitHostPort(request.hostHeader);
  const headers = new Map<string, string[]>();
  for (const [name, value] of request.headers.lines()) {
    const field = fieldName(name);
    const values = headers.get(field);
    if (values === undefined) headers.set(field, [value.toLowerCase()]);
    else values.push(value.toLowerCase());
  }
  return { request, host: request.hostHeader === "" ? undefined : host, port: port ?? request.port, headers };
}

/** The candidates of a route that is written in matching fields. */
export function candidatesOf(route: RouteEntity, regexes: LinearRegexes | undefined): readonly Candidate[] {
  const patterns = (route.paths ?? []).map((path) => pathPattern(path, regexes));
  const groups = new Map<string, PathPattern[]>();
  for (const pattern of patterns) {
    const sort = pattern.isRegex ? "regex" : String(pattern.length);
    groups.set(sort, [...(groups.get(sort) ?? []), pattern]);
  }
  const others = conditionsOf(route, regexes);
  const make = (group: readonly PathPattern[]): Candidate => {
    const weight = weightOf(route, group[0]?.isRegex ?? false, group[0]?.length ?? 0);
    return {
      route,
      weight,
      priority: compatiblePriority(weight),
      match(input) {
        for (const holds of others) if (!holds(input)) return undefined;
        if (group.length === 0) return { route, prefix: undefined, captures: NO_CAPTURES };
        for (const pattern of group) {
          const found = pattern.match(input.request.path);
          if (found !== undefined) return { route, ...found };
        }
        return undefined;
      },
    };
  };
  return groups.size === 0 ? [make([])] : [...groups.values()].map(make);
}

type Condition = (input: MatchInput) => boolean;

/** All but the paths, the cheapest first. */
function conditionsOf(route: RouteEntity, regexes: LinearRegexes | undefined): readonly Condition[] {
  const compatible = regexes !== undefined;
  const out: Condition[] = [];
  if (route.methods != null && route.methods.length > 0) {
    const methods = new Set(route.methods);
    out.push(({ request }) => methods.has(request.method));
  }
  if (route.hosts != null && route.hosts.length > 0) {
    const hosts = route.hosts.map((host) => hostCondition(host, compatible));
    out.push((input) => hosts.some((holds) => holds(input)));
  }
  if (route.snis != null && route.snis.length > 0) {
    const snis = route.snis.map(nameCondition);
    // Names in TLS are not asked for where there is no TLS.
    out.push(({ request }) => request.scheme !== "https" || snis.some((holds) => holds(request.sni)));
  }
  for (const [name, values] of Object.entries(route.headers ?? {})) {
    const holds = headerCondition(values, regexes);
    const field = fieldName(name);
    out.push(({ headers }) => (headers.get(field) ?? []).some(holds));
  }
  return out;
}

function hostCondition(pattern: string, compatible: boolean): Condition {
  const { host, port } = splitHostPort(pattern);
  const matches = wildcard(host, compatible ? 0 : 1);
  return (input) => {
    if (input.host === undefined || !matches(input.host)) return false;
    if (port === undefined) return true;
    if (compatible) return input.port === port;
    return splitHostPort(input.request.hostHeader).port === port;
  };
}

function nameCondition(pattern: string): (name: string) => boolean {
  return wildcard(pattern.length > 1 ? pattern.replace(/\.$/, "") : pattern, 0);
}

/** A star at one end stands for any characters; at the beginning for at least `least`. */
function wildcard(pattern: string, least: number): (text: string) => boolean {
  if (pattern.startsWith("*")) {
    const end = pattern.slice(1);
    return (text) => text.length >= end.length + least && text.endsWith(end);
  }
  if (pattern.endsWith("*")) {
    const start = pattern.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  return (text) => text === pattern;
}

/** Values are compared in lower case; behind `~*` stands an expression, which Kong turns to lower case as well. */
function headerCondition(values: readonly string[], regexes: LinearRegexes | undefined): (value: string) => boolean {
  const tests = values.map((value) => {
    const lower = value.toLowerCase();
    if (!lower.startsWith("~*")) return (given: string) => given === lower;
    const pattern = lower.slice(2);
    const regex = translateRegex(pattern);
    return regexes?.compile(pattern) ?? ((given: string) => regex?.test(given) === true);
  });
  return (given) => tests.some((test) => test(given));
}
