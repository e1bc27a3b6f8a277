import type { Route } from "../../kong/entities.ts";
import {
  allOf,
  catchAll,
  header,
  headerRegex,
  type Part,
  pathExact,
  pathRegex,
  pathStartsWith,
  printExpression,
  test,
} from "../../kong/expression.ts";
import type { GrpcMatch } from "../../resources/gateway-api/grpc-route.ts";
import type { Annotations } from "../annotations.ts";
import { hostsPart, isWildcard, sniPart } from "./expression-parts.ts";
import type { ValueMatch } from "./http-match.ts";

/** A match of a GRPCRoute with its defaults filled in; without one, all of a rule's requests match. */
export interface PlainGrpcMatch {
  /** Undefined when the match says nothing of the method. */
  readonly method: { readonly isRegex: boolean; readonly service: string; readonly method: string } | undefined;
  readonly headers: readonly ValueMatch[];
}

const ANYTHING = ".+";
const KIND_GRPC_ROUTE = 1;

/** The first among equals. */
export const GRPC_ROUTE_FIRST = 255;

export function grpcMethod(given: GrpcMatch["method"]): PlainGrpcMatch["method"] {
  if (given === undefined) return undefined;
  return { isRegex: given.type === "RegularExpression", service: given.service ?? "", method: given.method ?? "" };
}

/** What a route of the traditional flavours matches by (spec: gateway-api §6). `match` undefined: the rule has none. */
export function grpcFields(
  match: PlainGrpcMatch | undefined,
  hostnames: readonly string[] | undefined,
): Partial<Route> {
  const hosts = hostnames === undefined ? {} : { hosts: hostnames };
  if (match === undefined) return hostnames === undefined ? { paths: ["/"] } : hosts;
  const { method, headers } = match;
  const paths =
    method === undefined ? (hostnames === undefined && headers.length === 0 ? ["/"] : []) : [`~${methodRegex(method)}`];
  return {
    ...hosts,
    ...(paths.length === 0 ? {} : { paths }),
    ...(headers.length === 0
      ? {}
      : {
          headers: Object.fromEntries(
            headers.map(({ name, value, isRegex }) => [name, [isRegex ? `~*${value}` : value]]),
          ),
        }),
  };
}

/** A method that is not named is none in particular: nothing after the slash is asked for. */
function methodRegex({ isRegex, service, method }: NonNullable<PlainGrpcMatch["method"]>): string {
  return `/${service || ANYTHING}/${method || (isRegex ? ANYTHING : "")}`;
}

/** The same for the flavour `expressions`. */
export function grpcExpression(
  match: PlainGrpcMatch | undefined,
  hostname: string,
  others: readonly string[],
  annotations: Annotations,
): string {
  const headers = [...(match?.headers ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts: readonly Part[] = [
    match === undefined ? undefined : methodPart(match.method),
    allOf(...headers.map(({ name, value, isRegex }) => (isRegex ? headerRegex(name, value) : header(name, value)))),
    ...hostsPart(hostname, others),
    sniPart(annotations),
  ];
  return printExpression(allOf(...parts) ?? catchAll);
}

function methodPart(asked: PlainGrpcMatch["method"]): Part {
  if (asked === undefined) return undefined;
  const { isRegex, service, method } = asked;
  if (service === "" && method === "") return pathStartsWith("/");
  if (isRegex) return pathRegex(methodRegex(asked));
  if (service === "") return test("http.path", "=^", `/${method}`);
  return method === "" ? pathStartsWith(`/${service}/`) : pathExact(`/${service}/${method}`);
}

/** A sum of bits of unlike weight, the more specific the greater; lengths are bytes. The last eight bits are left to break ties. */
export function grpcPriority(match: PlainGrpcMatch | undefined, hostname: string): number {
  const { service = "", method = "" } = match?.method ?? {};
  return (
    KIND_GRPC_ROUTE * 2 ** 44 +
    (hostname === "" || isWildcard(hostname) ? 0 : 2 ** 43) +
    Math.min(Buffer.byteLength(hostname), 255) * 2 ** 35 +
    Math.min(Buffer.byteLength(service), 2047) * 2 ** 24 +
    Math.min(Buffer.byteLength(method), 2047) * 2 ** 13 +
    Math.min(match?.headers.length ?? 0, 31) * 2 ** 8
  );
}
