import { fromBytes, toBytes } from "../proxy/uri.ts";
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

/** Never throws: an expression that JavaScript cannot run matches nothing. */
export function pathPattern(path: string): PathPattern {
  if (!path.startsWith("~")) {
    const prefix = toBytes(path);
    return {
      isRegex: false,
      length: prefix.length,
      match: (candidate) => (candidate.startsWith(prefix) ? { prefix, captures: NO_CAPTURES } : undefined),
    };
  }
  const regex = translateRegex(`^${path.slice(1)}`);
  return { isRegex: true, length: 0, match: (candidate) => regexMatch(regex, candidate) };
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
