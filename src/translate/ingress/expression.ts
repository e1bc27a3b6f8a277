import {
  allOf,
  anyOf,
  header,
  headerRegex,
  host,
  method,
  type Part,
  pathExact,
  pathPrefix,
  pathRegex,
  pathStartsWith,
  printExpression,
  sni,
} from "../../kong/expression.ts";
import { type Annotations, csv, kong } from "../annotations.ts";
import { headerAnnotations, isHostAlias, isMethod, isSni, methodList } from "../route/annotations.ts";
import { DEFAULT_REGEX_PREFIX, type NormalPath, pathRegexOf, regexPrefixOf, trimSlashes } from "./paths.ts";

/** What a route of an Ingress matches, for the flavour `expressions` (spec: ingress §7, §8). */
export interface IngressMatch {
  readonly host: string;
  readonly paths: readonly NormalPath[];
  readonly annotations: Annotations;
}

export interface ExpressionFields {
  readonly expression: string;
  readonly priority: number;
}

const KIND_INGRESS = 3;

/** Routes of the flavour `expressions` have no fields to match on: all of it is in one expression, with a priority in which the more specific is the greater. */
export function ingressExpression(match: IngressMatch): ExpressionFields {
  const { annotations } = match;
  const regexPrefix = regexPrefixOf(annotations) || DEFAULT_REGEX_PREFIX;
  const aliases = csv(kong(annotations, "host-aliases"));
  const hosts = [...(match.host === "" ? [] : [match.host]), ...aliases];
  const headers = [...headerAnnotations(annotations)].sort(([a], [b]) => (a < b ? -1 : 1));
  const methods = methodList(annotations);
  const snis = csv(kong(annotations, "snis"));
  const parts: readonly Part[] = [
    anyOf(...hosts.filter((name) => name === match.host || isHostAlias(name)).map(host)),
    anyOf(...match.paths.map((path) => pathPart(path, regexPrefix))),
    allOf(...headers.map(([name, values]) => headerPart(name, values))),
    anyOf(...methods.filter(isMethod).map(method)),
    anyOf(...snis.filter(isSni).map(sni)),
  ];
  // What is wrong in a list counts here all the same, as KIC has it.
  const kinds = [match.paths, hosts, headers, methods, snis].filter((list) => list.length > 0).length;
  const whole = allOf(...parts);
  return {
    expression: whole === undefined ? "" : printExpression(whole),
    priority: priority({ kinds, headers: headers.length, hosts, paths: match.paths, regexPrefix }),
  };
}

function pathPart({ path, type }: NormalPath, regexPrefix: string): Part {
  switch (type) {
    case "Prefix":
      return pathPrefix(trimSlashes(path) === "" ? "/" : `/${trimSlashes(path)}`);
    case "Exact":
      return pathExact(`/${path.replace(/^\/+/, "")}`);
    case "ImplementationSpecific": {
      const regex = pathRegexOf({ path, type }, regexPrefix);
      return regex === undefined ? pathStartsWith(path) : pathRegex(regex);
    }
    default:
      return undefined;
  }
}

function headerPart(name: string, values: readonly string[]): Part {
  if (name.toLowerCase() === "host") return undefined;
  return anyOf(
    ...values.map((value) => (value.startsWith("~*") ? headerRegex(name, value.slice(2)) : header(name, value))),
  );
}

interface Specifics {
  readonly kinds: number;
  readonly headers: number;
  readonly hosts: readonly string[];
  readonly paths: readonly NormalPath[];
  readonly regexPrefix: string;
}

/** A sum of bits of unlike weight, up to bit 45: more than JavaScript's bit operators hold, less than a number holds exactly. */
function priority({ kinds, headers, hosts, paths, regexPrefix }: Specifics): number {
  const plainHost = hosts.length > 0 && hosts.every((name) => !name.startsWith("*"));
  const bounded = paths.some(({ path, type }) => type === "Exact" || type === "Prefix" || path.startsWith(regexPrefix));
  const longest = Math.max(0, ...paths.map((path) => pathLength(path, regexPrefix)));
  return (
    KIND_INGRESS * 2 ** 44 +
    kinds * 2 ** 41 +
    Math.min(headers, 255) * 2 ** 33 +
    (plainHost ? 2 ** 32 : 0) +
    (bounded ? 2 ** 16 : 0) +
    Math.min(longest, 65535)
  );
}

function pathLength({ path, type }: NormalPath, regexPrefix: string): number {
  switch (type) {
    case "Exact":
      return 1 + Buffer.byteLength(path.replace(/^\/+/, ""));
    case "Prefix": {
      const base = trimSlashes(path);
      return base === "" ? 1 : 2 + Buffer.byteLength(base);
    }
    default:
      return Buffer.byteLength(path.startsWith(regexPrefix) ? path.slice(regexPrefix.length) : path);
  }
}
