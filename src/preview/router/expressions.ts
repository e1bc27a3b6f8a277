import { compareStrings } from "../../base/problem.ts";
import type { Context, Matcher, RequestFields, RouterEngine } from "../../kong/router-engine.ts";
import type { ClientRequest } from "../proxy/parse-request.ts";
import { fromBytes } from "../proxy/uri.ts";
import type { RouteEntity } from "../runtime/types.ts";
import { LinearRegexes } from "./linear-regex.ts";
import { pathTests } from "./path-tests.ts";
import { type Found, fieldName, isStreamRoute, NO_CAPTURES, type Router } from "./router.ts";
import { candidatesOf, compareCompatible, matchInput } from "./traditional.ts";

interface ExpressionRoute {
  readonly route: RouteEntity;
  readonly matcher: Matcher;
  readonly pathPart: (path: string) => Omit<Found, "route"> | undefined;
}

/** The router of the flavour `expressions`: routes with an expression by priority, then those in matching fields. */
export function expressionsRouter(routes: readonly RouteEntity[], engine: RouterEngine): Router {
  const http = routes.filter((route) => !isStreamRoute(route));
  const written = http.filter((route) => typeof route.expression === "string").sort(byPriority);
  const compiled = written.map((route): ExpressionRoute => {
    const expression = route.expression as string;
    return { route, matcher: engine.matcher(expression, "http"), pathPart: pathTests(expression) };
  });
  const regexes = new LinearRegexes(engine);
  const others = http.filter((route) => typeof route.expression !== "string").flatMap((r) => candidatesOf(r, regexes));
  others.sort(compareCompatible);
  const segments = [...new Set(written.flatMap((route) => segmentFields(route.expression as string)))];
  return {
    find(request) {
      const input = matchInput(request);
      if (compiled.length > 0) {
        const context = engine.context("http", fieldsOf(request, input.host, input.port, segments));
        try {
          const found = firstOf(compiled, context, request);
          if (found !== undefined) return found;
        } finally {
          context.free();
        }
      }
      for (const candidate of others) {
        const found = candidate.match(input);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    free() {
      for (const { matcher } of compiled) matcher.free();
      regexes.free();
    },
  };
}

function byPriority(a: RouteEntity, b: RouteEntity): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || compareStrings(b.id, a.id);
}

function firstOf(routes: readonly ExpressionRoute[], context: Context, request: ClientRequest): Found | undefined {
  const hit = routes.find(({ matcher }) => matcher.matches(context));
  if (hit === undefined) return undefined;
  return { route: hit.route, ...(hit.pathPart(request.path) ?? { prefix: undefined, captures: NO_CAPTURES }) };
}

function fieldsOf(
  request: ClientRequest,
  host: string | undefined,
  port: number,
  segments: readonly string[],
): RequestFields {
  const fields: Record<string, string | number | string[] | undefined> = {
    "net.protocol": request.scheme,
    "net.src.ip": request.clientIp,
    "net.src.port": request.clientPort,
    "net.dst.ip": request.message.socket.localAddress?.replace(/^::ffff:/, ""),
    "net.dst.port": port,
    "tls.sni": request.sni === "" ? undefined : request.sni,
    "http.method": request.method,
    "http.host": host,
    "http.path": fromBytes(request.path),
  };
  for (const [name, value] of request.headers.lines()) append(fields, `http.headers.${fieldName(name)}`, value);
  for (const [name, value] of new URLSearchParams(request.query ?? "")) append(fields, `http.queries.${name}`, value);
  const parts = fromBytes(request.path).slice(1).split("/");
  for (const field of segments) {
    const [first = "", last] = field.slice("http.path.segments.".length).split("_");
    if (first === "len") fields[field] = parts.length;
    else {
      const end = Number(last ?? first) + 1;
      if (end <= parts.length) fields[field] = parts.slice(Number(first), end).join("/");
    }
  }
  return fields;
}

function append(fields: Record<string, string | number | string[] | undefined>, field: string, value: string): void {
  const present = fields[field];
  if (Array.isArray(present)) present.push(value);
  else fields[field] = [value];
}

function segmentFields(expression: string): readonly string[] {
  return expression.match(/http\.path\.segments\.(?:len|\d+(?:_\d+)?)/g) ?? [];
}
