import { type Json, type JsonObject, own } from "../../base/json.ts";
import { RouterEngine, type Subsystem } from "../router-engine.ts";
import { routerRegexError } from "./regexes.ts";

const MATCHING = ["snis", "sources", "destinations", "methods", "hosts", "paths", "headers"];
const FAILED = "Router Expression failed validation: ";
const TOGETHER = "with 'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations' simultaneously";

/** Which fields the expression of a route may use: the first of its protocols decides. */
export function subsystemOf(protocols: Json | undefined): Subsystem {
  const first = Array.isArray(protocols) ? (protocols as readonly Json[])[0] : protocols;
  return first === "tcp" || first === "tls" || first === "udp" || first === "tls_passthrough" ? "stream" : "http";
}

/** What the router says against a completed route: against its expression, or against the regular expressions that would stand in one. */
export function checkRouterExpression(route: JsonObject): string | undefined {
  const expression = own(route, "expression");
  const matches = MATCHING.some((name) => isFilled(own(route, name)));
  if (typeof expression !== "string") return matches ? (checkPriority(route) ?? checkRegexes(route)) : undefined;
  if (matches) return `${FAILED}cannot set 'expression' ${TOGETHER}`;
  if (isNumber(own(route, "regex_priority")))
    return `${FAILED}cannot set 'regex_priority' with 'expression' simultaneously`;
  const error = RouterEngine.load().check(expression, subsystemOf(own(route, "protocols")));
  return error === undefined ? undefined : `${FAILED}${error.text}`;
}

function checkPriority(route: JsonObject): string | undefined {
  return isNumber(own(route, "priority")) ? `${FAILED}cannot set 'priority' ${TOGETHER}` : undefined;
}

/**
 * Kong writes an expression out of the matching fields and has the router check that. Of what other checks have let through, only regular expressions can
 * be refused there: in paths, and in values of headers that begin with `~*`.
 */
function checkRegexes(route: JsonObject): string | undefined {
  for (const path of texts(own(route, "paths"))) {
    const error = path.startsWith("~") ? routerRegexError(`^${path.slice(1)}`) : undefined;
    if (error !== undefined) return `${FAILED}${asPath(error.text)}`;
  }
  const headers = own(route, "headers");
  for (const values of Object.values((headers ?? {}) as JsonObject))
    for (const value of texts(values)) {
      const error = value.startsWith("~*") ? routerRegexError(value.slice(2).toLowerCase()) : undefined;
      if (error !== undefined) return `${FAILED}${error.text}`;
    }
  return undefined;
}

/** Kong's expression has the predicate in parentheses: everything stands one column further to the right. */
function asPath(text: string): string {
  return text
    .replace(/^( *--> \d+:)(\d+)/, (_, head: string, column: string) => head + (Number(column) + 1))
    .replace(/^(\d+ \| )(.*)$/m, "$1($2)")
    .replace(/^( +\| )( *\^)/m, "$1 $2");
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((one) => typeof one === "string") : [];
}

function isFilled(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** Set to anything but the 0 that means unset. */
function isNumber(value: Json | undefined): boolean {
  return typeof value === "number" && value !== 0;
}
