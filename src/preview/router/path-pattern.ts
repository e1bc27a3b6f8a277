import { fromBytes, toBytes } from "../proxy/uri.ts";
import type { LinearRegexes } from "./linear-regex.ts";
import { translateRegex } from "./regex.ts";
import { type Captures, NO_CAPTURES } from "./router.ts";

/** What a pattern matched of a path. */
export interface PathMatch {
  /** Bytes. */
  readonly prefix: string;
  readonly captures: Captures;
}

/** One entry of a route's `paths`: a prefix, or with `~` before it a regular expression bound to the beginning. */
export interface PathPattern {
  readonly isRegex: boolean;
  /** Bytes of the prefix. */
  readonly length: number;
  match(path: string): PathMatch | undefined;
}

/** Never throws. `regexes` decide where there are some; without, and for what they do not take, JavaScript does. */
export function pathPattern(path: string, regexes?: LinearRegexes): PathPattern {
  if (!path.startsWith("~")) {
    const prefix = toBytes(path);
    return {
      isRegex: false,
      length: prefix.length,
      match: (candidate) => (candidate.startsWith(prefix) ? { prefix, captures: NO_CAPTURES } : undefined),
    };
  }
  const pattern = `^${path.slice(1)}`;
  const holds = regexes?.compile(pattern);
  const regex = translateRegex(pattern);
  return {
    isRegex: true,
    length: 0,
    match(candidate) {
      if (holds !== undefined && !holds(fromBytes(candidate))) return undefined;
      const found = regexMatch(regex, candidate);
      // A match whose extent JavaScript cannot tell strips nothing.
      return found ?? (holds === undefined ? undefined : { prefix: "", captures: NO_CAPTURES });
    },
  };
}

/** Matches bytes against an expression over text. */
export function regexMatch(regex: RegExp | undefined, path: string): PathMatch | undefined {
  const found = regex?.exec(fromBytes(path));
  if (found === undefined || found === null) return undefined;
  return {
    prefix: toBytes(found[0]),
    captures: { unnamed: found.slice(1).map((text) => text ?? ""), named: { ...found.groups } },
  };
}
