import type { RouteEntity } from "../runtime/types.ts";

/** What a route's rank is made of; routes with paths of several kinds are ranked once for each kind. */
export interface Weight {
  readonly attributes: number;
  /** Which attributes: of as many the traditional router prefers hosts, then headers, paths, methods, names in TLS. */
  readonly kinds: number;
  readonly plainHostsOnly: boolean;
  readonly headers: number;
  readonly regex: boolean;
  readonly regexPriority: number;
  readonly pathLength: number;
}

const MAX_HEADERS = 255;
const PLAIN_HOSTS_BIT = 1n << 60n;
const REGEX_BIT = 1n << 51n;

/**
 * The priority under `traditional_compatible`, as an unsigned number of 64 bits. Kong means to put the count of attributes at bit 61 and that of headers
 * at bit 52, but shifts numbers of 32 bits: they land at bits 29 and 20, and a count of four turns negative, which then outranks everything
 * (facts: routing.md, surprise 1).
 */
export function compatiblePriority(weight: Weight): bigint {
  return (
    shift32(weight.attributes, 61) |
    shift32(Math.min(weight.headers, MAX_HEADERS), 52) |
    (weight.plainHostsOnly ? PLAIN_HOSTS_BIT : 0n) |
    (weight.regex ? REGEX_BIT | shift32(weight.regexPriority, 19) : 0n) |
    BigInt(weight.pathLength & 0x7ffff)
  );
}

/** LuaJIT's shift of a plain number: 32 bits, the distance modulo 32, then widened with its sign. */
function shift32(value: number, distance: number): bigint {
  return BigInt.asUintN(64, BigInt((value << (distance & 31)) | 0));
}

/** Ranks as the documentation of Kong's traditional router says; negative when `a` comes first. */
export function compareTraditional(a: Weight, b: Weight): number {
  return (
    b.attributes - a.attributes ||
    b.kinds - a.kinds ||
    b.headers - a.headers ||
    Number(b.plainHostsOnly) - Number(a.plainHostsOnly) ||
    Number(b.regex) - Number(a.regex) ||
    (a.regex && b.regex ? b.regexPriority - a.regexPriority : 0) ||
    b.pathLength - a.pathLength
  );
}

/** The weight of a route for paths of one kind: all expressions, or prefixes of `pathLength` bytes. */
export function weightOf(route: RouteEntity, regex: boolean, pathLength: number): Weight {
  const headers = Object.keys(route.headers ?? {}).length;
  const hosts = route.hosts ?? [];
  const has = [hosts.length, headers, route.paths?.length, route.methods?.length, route.snis?.length].map(
    (count) => (count ?? 0) > 0,
  );
  return {
    attributes: has.filter((one) => one).length,
    kinds: has.reduce((bits, one) => bits * 2 + (one ? 1 : 0), 0),
    plainHostsOnly: hosts.length > 0 && hosts.every((host) => !host.includes("*")),
    headers,
    regex,
    regexPriority: route.regex_priority ?? 0,
    pathLength,
  };
}
