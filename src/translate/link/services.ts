import { own } from "../../base/json.ts";
import type { ObjectRef } from "../../base/problem.ts";
import { compareStrings } from "../../base/problem.ts";
import type { Route } from "../../kong/entities.ts";
import { serviceId } from "../../kong/ids.ts";
import type { Claim, ClaimIn, RouteClaim } from "../fragment.ts";
import type { Input } from "../input.ts";
import { admit, type Where } from "./admit.ts";
import { losers } from "./first.ts";
import { bindings, nestedClaims } from "./plugins.ts";
import { firstCurrent, type Rule, type Ruling, standing, winner } from "./rule.ts";

export const defaultBackendRule: Rule<"defaultBackend"> = {
  table: "defaultBackend",
  rule(_key, claims) {
    const first = winner(claims);
    const { claims: own = [] } = first?.value ?? {};
    return {
      claims: first?.standsIn === true ? own.map((claim) => ({ ...claim, standsIn: true })) : own,
      problems: losers(claims, "second-default-backend", "the default backend", "warning"),
    };
  },
};

export const routeRule: Rule<"route"> = {
  table: "route",
  rule(name, claims, { input }) {
    const keep = new Set(input.settings.preflight ? [winner(claims)] : standing(claims));
    const problems = [...losers(claims, "duplicate-route", `the route name ${name}`)];
    const out: Claim[] = [];
    for (const claim of claims) {
      const { rank, origin, value, path } = claim;
      const where = whereOf(value, path);
      const admitted = keep.has(claim) ? admit("routes", value.route, origin, input, where) : undefined;
      problems.push(...(admitted?.problems ?? []));
      const { service, plugins } = value;
      const route = { type: "route", route: admitted?.entity ?? value.route, service, plugins } as const;
      const blocked = admitted?.entity === undefined ? { blocked: true } : {};
      out.push({ table: "service", key: service, rank, origin, value: route, ...blocked });
    }
    return { claims: out, problems };
  },
};

/** The matches of an HTTPRoute that come to one route have places of their own. */
function whereOf({ places }: RouteClaim, path: string | undefined): Where | undefined {
  if (places === undefined) return path;
  return (entity, field) => {
    const [list, at] = field.split(".");
    const { paths = [] } = entity as Route;
    const one = list === "paths" ? paths[Number(at) - 1] : undefined;
    return (one === undefined ? undefined : own(places, one)) ?? path;
  };
}

/** One Kong service: the definition of whoever is first, the routes of all. */
export const serviceRule: Rule<"service"> = {
  table: "service",
  rule(name, claims, { input }) {
    const rulings = bySubsystem(name, claims).map(([own, group]) => ruleService(own, group, input));
    return {
      entities: rulings.flatMap((ruling) => ruling.entities ?? []),
      claims: rulings.flatMap((ruling) => ruling.claims ?? []),
      problems: rulings.flatMap((ruling) => ruling.problems ?? []),
    };
  },
};

const STREAM: ReadonlySet<string> = new Set(["tcp", "tls", "tls_passthrough", "udp"]);

function isStream({ value }: ClaimIn<"service">): boolean {
  if (value.type === "client-certificate") return false;
  const protocol = value.type === "service" ? value.service.protocol : value.route.protocols?.[0];
  return protocol !== undefined && STREAM.has(protocol);
}

/** An Ingress and a TCPIngress may ask for one name, but a Kong service carries either requests or streams: whoever comes later gets one of its own. */
function bySubsystem(
  name: string,
  claims: readonly ClaimIn<"service">[],
): readonly (readonly [string, readonly ClaimIn<"service">[]])[] {
  const definitions = claims.filter(({ value }) => value.type === "service");
  const [first] = definitions;
  if (first === undefined || definitions.every((claim) => isStream(claim) === isStream(first))) return [[name, claims]];
  const other = `${name}.${isStream(first) ? "http" : "tcp"}`;
  const isFirst = (claim: ClaimIn<"service">) =>
    claim.value.type === "client-certificate" || isStream(claim) === isStream(first);
  return [
    [name, claims.filter(isFirst)],
    [other, claims.filter((claim) => !isFirst(claim))],
  ];
}

/** What belongs to whoever defines an exclusive service, and what came to the same name by chance: requests must not go to somebody else's backends. */
function byOwner(claims: readonly ClaimIn<"service">[]): {
  readonly own: readonly ClaimIn<"service">[];
  readonly strangers: readonly ClaimIn<"service">[];
} {
  const first = claims.find(({ value }) => value.type === "service");
  if (first?.value.type !== "service" || first.value.isExclusive !== true) return { own: claims, strangers: [] };
  const isOwn = ({ rank, value }: ClaimIn<"service">) => rank === first.rank || value.type === "client-certificate";
  return { own: claims.filter(isOwn), strangers: claims.filter((claim) => !isOwn(claim)) };
}

function strangerProblems(name: string, own: readonly ClaimIn<"service">[], strangers: readonly ClaimIn<"service">[]) {
  const [first] = own.filter(({ value }) => value.type === "route");
  const late = strangers.filter(({ value, blocked }) => value.type === "route" && blocked !== true);
  return first === undefined ? [] : losers([first, ...late], "duplicate-route", `the service name ${name}`);
}

function ruleService(name: string, all: readonly ClaimIn<"service">[], input: Input): Ruling {
  const { own, strangers } = byOwner(all);
  const ruling = ruleOwn(name, own, input);
  if (strangers.length === 0) return ruling;
  return {
    ...ruling,
    claims: [...(ruling.claims ?? []), ...bound(name, strangers, true)],
    problems: [...(ruling.problems ?? []), ...strangerProblems(name, own, strangers)],
  };
}

function ruleOwn(name: string, claims: readonly ClaimIn<"service">[], input: Input): Ruling {
  const definition = firstCurrent(standing(claims).filter((claim) => claim.value.type === "service"));
  if (definition?.value.type !== "service") return { claims: bound(name, claims, true) };
  const { service } = definition.value;
  const id = service.id === undefined ? {} : { id: serviceId(name, input.profile.workspace) };
  const named = service.name === name ? service : { ...service, ...id, name };
  const admitted = admit("services", named, definition.origin, input);
  if (admitted.entity === undefined) {
    const related = claims.flatMap(({ value, origin }) => (value.type === "route" ? origin : []));
    return {
      problems: admitted.problems.map((problem) => ({ ...problem, related })),
      claims: bound(name, claims, true),
    };
  }
  const routes: Route[] = [];
  const nested = [...nestedClaims(admitted.entity.plugins, { service: name }, definition.origin)];
  const parts: { type: string; name: string; origins: readonly ObjectRef[] }[] = [];
  let clientCertificate = service.client_certificate;
  for (const { value, origin } of standing(claims)) {
    if (value.type === "client-certificate") clientCertificate = value.id;
    if (value.type !== "route") continue;
    routes.push(value.route);
    nested.push(...nestedClaims(value.route.plugins, { route: value.route.name }, origin));
    parts.push({ type: "route", name: value.route.name, origins: [origin] });
  }
  const value = {
    ...admitted.entity,
    ...(clientCertificate === undefined ? {} : { client_certificate: clientCertificate }),
    ...(routes.length === 0 ? {} : { routes: routes.toSorted((a, b) => compareStrings(b.name, a.name)) }),
  };
  return {
    // What is kept is copied: a list that grew holds room for a dozen more.
    entities: [{ section: "services", sort: name, value, origins: [definition.origin], parts: parts.slice() }],
    claims: [...bound(name, claims), ...nested],
    problems: admitted.problems,
  };
}

/** What the service and its routes bind plugins to; also where they are left out (see `pluginRule`). */
function bound(service: string, claims: readonly ClaimIn<"service">[], none = false): readonly Claim[] {
  return claims.flatMap(({ value, rank, origin, blocked }) => {
    if (value.type === "client-certificate") return [];
    const end =
      value.type === "service"
        ? ({ kind: "service", id: service } as const)
        : ({ kind: "route", id: value.route.name, service } as const);
    return bindings({ rank, origin }, end, value.plugins, none || blocked === true);
  });
}

export const upstreamRule: Rule<"upstream"> = {
  table: "upstream",
  rule(name, claims, view) {
    // No exclusive thing: whoever is left describes the same Services.
    const claim = firstCurrent(standing(claims));
    if (claim === undefined) return {};
    const { upstream, targets, sources } = claim.value;
    const problems = [];
    let list = "cell" in targets ? [] : targets;
    if ("cell" in targets) {
      const taken = view.take(targets);
      list = taken?.targets ?? [];
      problems.push(...(taken?.problems ?? []));
    }
    const admitted = admit(
      "upstreams",
      list.length === 0 ? upstream : { ...upstream, targets: list },
      claim.origin,
      view.input,
    );
    problems.push(
      ...admitted.problems.map((problem) => (sources.length === 0 ? problem : { ...problem, related: sources })),
    );
    if (admitted.entity === undefined) return { problems };
    return {
      entities: [{ section: "upstreams", sort: name, value: admitted.entity, origins: [claim.origin] }],
      problems,
    };
  },
};
