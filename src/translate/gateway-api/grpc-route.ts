import type { Problem } from "../../base/problem.ts";
import { GRPCRoute, type GRPCRouteObject, type GrpcRule } from "../../resources/gateway-api/grpc-route.ts";
import { annotationsOf } from "../annotations.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import { isExpressions, type View } from "../input.ts";
import { type PlannedService, planService } from "../service/kong-service.ts";
import type { Unit } from "../unit.ts";
import { type Attachment, attach, listenerProtocols } from "./attachment.ts";
import { usableBackends } from "./backend-refs.ts";
import { placeText } from "./expression-parts.ts";
import { applyFilters, type FilteredRoute } from "./filters/filters.ts";
import {
  GRPC_ROUTE_FIRST,
  grpcExpression,
  grpcFields,
  grpcMethod,
  grpcPriority,
  type PlainGrpcMatch,
} from "./grpc-match.ts";
import { HEADERS, valueMatches } from "./http-match.ts";
import { isolationProblems } from "./isolation.ts";
import { claimRoutes, type DraftRoute } from "./route-claims.ts";
import { placedFilters } from "./rule-filters.ts";
import { serviceFields, stickySessions } from "./service-fields.ts";
import { serviceSettings } from "./service-settings.ts";

const PROTOCOLS = { HTTP: "grpc", HTTPS: "grpcs" };

/** GRPCRoute → routes, services, upstreams (spec: gateway-api §6). */
export const grpcRouteUnit: Unit<GRPCRouteObject> = {
  kind: GRPCRoute,
  compile(route, view): Fragment {
    const { attachment, problems: doubts } = attach(route, view);
    const problems = [...doubts];
    if (!attachment.accepted) return { claims: [], problems };
    problems.push(...isolationProblems(route, attachment, view));
    const claims = (route.spec?.rules ?? []).flatMap((rule, index) =>
      ruleClaims({ route, attachment, rule, index }, view, problems),
    );
    return { claims, problems };
  },
};

interface PlacedGrpcRule {
  readonly route: GRPCRouteObject;
  readonly attachment: Attachment;
  readonly rule: GrpcRule;
  readonly index: number;
}

/** A match with its place; `match` undefined: the rule has none. */
interface GrpcRuleMatch {
  readonly index: number;
  readonly path: string;
  readonly match: PlainGrpcMatch | undefined;
}

function ruleClaims(placed: PlacedGrpcRule, view: View, problems: Problem[]): readonly Claim[] {
  const { route, rule, index, attachment } = placed;
  const path = `spec.rules[${index}]`;
  const filters = placedFilters(route, rule, path, problems);
  const filtered = applyFilters(route, filters, { profile: view.input.profile, path: undefined, protocols: undefined });
  problems.push(...filtered.problems);
  const matches = ruleMatches(placed, path, view, problems);
  if (matches.length === 0) return [];
  // The flavour `expressions` has one Kong service for each host name, as KIC has it.
  const names = isExpressions(view.input.profile) ? (attachment.hostnames ?? [""]) : [undefined];
  return names.flatMap((hostname, at) => {
    const service = serviceName(placed, hostname);
    const planned = filtered.usable ? planRule(placed, service, path, view, problems) : undefined;
    const host = hostname === undefined ? undefined : { hostname, place: names.length - at };
    const drafts = matches.map((one) => ({
      ...draft(placed, one, service, filtered, host),
      isHeld: planned?.usable !== true,
    }));
    const claimed = claimRoutes(route, drafts, view);
    problems.push(...claimed.problems);
    return [...(planned?.claims ?? []), ...claimed.claims];
  });
}

function serviceName({ route, index }: PlacedGrpcRule, hostname: string | undefined): string {
  const { namespace = "", name } = route.metadata;
  const host = hostname === undefined ? "" : `.${hostname.replaceAll("*", "_") || "_"}`;
  return `grpcroute.${namespace}.${name}${host}.${index}`;
}

function planRule(
  { route, rule, attachment }: PlacedGrpcRule,
  service: string,
  path: string,
  view: View,
  problems: Problem[],
): PlannedService {
  const refs = rule.backendRefs ?? [];
  const found = usableBackends(route, refs, path, view);
  const { settings, problems: doubts } = serviceSettings(route, rule, path, view.input.profile);
  const isPlain = attachment.listeners.some(({ protocol }) => protocol === "HTTP");
  const planned = planService(
    {
      name: service,
      host: service,
      fields: serviceFields(isPlain ? "grpc" : "grpcs", settings, refs.length > 0 && found.backends.length === 0),
      ...(settings.cookie === undefined ? {} : { upstream: stickySessions(settings.cookie, service) }),
      backends: found.backends,
      isExclusive: true,
      parent: route,
      rank: rankOf(route),
      path: `${path}.backendRefs`,
    },
    view,
  );
  problems.push(...found.problems, ...doubts, ...planned.problems);
  return planned;
}

function ruleMatches(
  { route, rule }: PlacedGrpcRule,
  path: string,
  view: View,
  problems: Problem[],
): readonly GrpcRuleMatch[] {
  const given = rule.matches ?? [];
  if (given.length === 0) return [{ index: 0, path, match: undefined }];
  return given.flatMap(({ method, headers = [] }, index) => {
    const at = `${path}.matches[${index}]`;
    const plain = valueMatches(route, headers, `${at}.headers`, HEADERS, view.input, problems);
    return plain === undefined ? [] : [{ index, path: at, match: { method: grpcMethod(method), headers: plain } }];
  });
}

/** `at`: the host name of the flavour `expressions`, and its place among the route's. */
function draft(
  { route, attachment, index }: PlacedGrpcRule,
  { index: matchIndex, path, match }: GrpcRuleMatch,
  service: string,
  filtered: FilteredRoute,
  at: { readonly hostname: string; readonly place: number } | undefined,
): DraftRoute {
  // All rules' names on each route, as KIC has it.
  const ruleNames = (route.spec?.rules ?? []).flatMap((rule) => rule.name ?? []);
  const common = { name: `${service}.${matchIndex}`, service, path, ruleNames, filtered };
  if (at === undefined)
    return { ...common, fields: { ...grpcFields(match, attachment.hostnames), protocols: ["grpc", "grpcs"] } };
  const protocols = listenerProtocols(attachment, PROTOCOLS);
  return {
    ...common,
    fields: {
      expression: grpcExpression(match, at.hostname, attachment.othersHostnames, annotationsOf(route)),
      preserve_host: true,
      ...(protocols === undefined ? {} : { protocols }),
    },
    priority: {
      base: grpcPriority(match, at.hostname),
      first: GRPC_ROUTE_FIRST,
      place: placeText(index, matchIndex, at.place),
    },
  };
}
