import { type ExpressionError, RouterEngine } from "../router-engine.ts";

/** What each engine says, by regular expression. The same few stand in thousands of routes. */
const cache = new Map<string, ExpressionError | undefined>();
const CACHE_LIMIT = 10_000;

/** What the router's engine (Rust's dialect) says against a regular expression. */
export function routerRegexError(regex: string): ExpressionError | undefined {
  if (cache.has(regex)) return cache.get(regex);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  const error = RouterEngine.load().checkRegex(regex);
  cache.set(regex, error);
  return error;
}

/**
 * What PCRE says against a regular expression. There is no PCRE here, so it is inferred: what the router's engine takes, PCRE takes, but for rare
 * corners; what it refuses is tried as a regular expression of JavaScript, which knows look-around and back-references too, after what only PCRE knows
 * (possessive quantifiers, atomic groups, inline flags …) has been rewritten.
 */
export function pcreError(regex: string): string | undefined {
  if (routerRegexError(regex) === undefined) return undefined;
  try {
    new RegExp(withoutPcreOnly(regex));
    return undefined;
  } catch (error) {
    return `pcre2_compile() failed: ${pcreWords(String(error))} in "${regex}"`;
  }
}

function withoutPcreOnly(regex: string): string {
  return regex
    .replace(/\(\?P?<(?![=!])/g, "(?<")
    .replace(/\(\?P=(\w+)\)/g, "\\k<$1>")
    .replace(/\(\?>/g, "(?:")
    .replace(/\(\?[a-zA-Z^-]+\)/g, "")
    .replace(/\(\?[a-zA-Z^-]+:/g, "(?:")
    .replace(/\(\?#[^)]*\)/g, "")
    .replace(/\(\*[A-Z_]+\)/g, "")
    .replace(/\(\?(R|&\w+|[+-]?\d+)\)/g, "(?:)")
    .replace(/([*+?}])\+/g, "$1");
}

/** The reasons that people meet, in PCRE's words. */
function pcreWords(error: string): string {
  if (/character class/.test(error)) return "missing terminating ] for character class";
  if (/Unterminated group/.test(error)) return "missing closing parenthesis";
  if (/Unmatched '\)'/.test(error)) return "unmatched closing parenthesis";
  if (/Nothing to repeat/.test(error)) return "quantifier does not follow a repeatable item";
  if (/\\ at end/.test(error)) return "\\ at end of pattern";
  if (/out of order/.test(error)) return "numbers out of order in {} quantifier";
  return "invalid pattern";
}
