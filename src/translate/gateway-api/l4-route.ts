import type { Problem } from "../../base/problem.ts";
import type { Route } from "../../kong/entities.ts";
import { anyOf, destinationPort, printExpression, sni } from "../../kong/expression.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import { isExpressions, type View } from "../input.ts";
import { planService } from "../service/kong-service.ts";
import { type AnyRoute, type Attachment, attach } from "./attachment.ts";
import { type BackendRef, usableBackends } from "./backend-refs.ts";
import { claimRoutes } from "./route-claims.ts";
import { serviceFields } from "./service-fields.ts";

/** What TCPRoutes, UDPRoutes and TLSRoutes have in common. */
interface L4RouteObject extends AnyRoute {
  readonly spec?: NonNullable<AnyRoute["spec"]> & {
    readonly rules?: readonly { readonly name?: string; readonly backendRefs?: readonly BackendRef[] }[];
  };
}

/** How one of those kinds becomes routes. */
export interface L4Kind {
  /** Begins the names of its services and routes. */
  readonly prefix: string;
  /** Of the Kong service. */
  readonly protocol: string;
  /** What its routes match by; undefined with a problem when there is nothing. */
  match(route: KubernetesObject, attachment: Attachment, problems: Problem[]): L4Match | undefined;
}

export interface L4Match {
  readonly protocols: readonly string[];
  /** Of the connection's destination. */
  readonly ports?: readonly number[];
  readonly snis?: readonly string[];
}

/** Stream routes do not rank by what they match: the flavour `expressions` asks for a number. */
const PRIORITY = 1;

/** Makes a service and a route of each rule (spec: gateway-api §7). */
export function compileL4(route: L4RouteObject, kind: L4Kind, view: View): Fragment {
  const { attachment, problems: doubts } = attach(route, view);
  const problems = [...doubts];
  if (!attachment.accepted) return { claims: [], problems };
  const say = (path: string, code: string, message: string) =>
    void problems.push({ code, severity: "error", object: refOf(route), path, message });
  const rules = route.spec?.rules ?? [];
  if (rules.length === 0) say("spec.rules", "route-without-rules", "it has no rules; nothing is configured for it");
  const match = kind.match(route, attachment, problems);
  if (match === undefined) return { claims: [], problems };
  const fields = isExpressions(view.input.profile) ? expressionFields(match) : traditionalFields(match);
  const { namespace = "", name } = route.metadata;
  const claims = rules.flatMap((rule, index): readonly Claim[] => {
    const path = `spec.rules[${index}]`;
    const refs = rule.backendRefs ?? [];
    if (refs.length === 0) {
      say(`${path}.backendRefs`, "rule-without-backends", "a rule has to name a backend; this one is left out");
      return [];
    }
    const service = `${kind.prefix}.${namespace}.${name}.${index}`;
    const found = usableBackends(route, refs, path, view);
    const plan = {
      name: service,
      host: service,
      fields: serviceFields(kind.protocol, {}, false),
      backends: found.backends,
      parent: route,
      rank: rankOf(route),
      path: `${path}.backendRefs`,
    };
    const planned = planService(plan, view);
    problems.push(...found.problems, ...planned.problems);
    if (!planned.usable) return planned.claims;
    const draft = {
      name: `${service}.0`,
      service,
      path,
      fields,
      ruleNames: rule.name === undefined ? [] : [rule.name],
    };
    const claimed = claimRoutes(route, [draft], view);
    problems.push(...claimed.problems);
    return [...planned.claims, ...claimed.claims];
  });
  return { claims, problems };
}

function traditionalFields({ protocols, ports, snis }: L4Match): Omit<Route, "name"> {
  return {
    protocols,
    ...(ports === undefined ? {} : { destinations: ports.map((port) => ({ port })) }),
    ...(snis === undefined ? {} : { snis }),
  };
}

function expressionFields({ protocols, ports = [], snis = [] }: L4Match): Omit<Route, "name"> {
  const part = anyOf(...ports.map(destinationPort), ...snis.map(sni));
  return { protocols, expression: printExpression(part!), priority: PRIORITY };
}

/** The ports a route of TCP or UDP listens at; undefined with a problem when none is known. */
export function portMatch(
  route: KubernetesObject,
  { listeners, parents }: Attachment,
  protocol: string,
  problems: Problem[],
): L4Match | undefined {
  // Of a Gateway that is only assumed, a port that the route names is one of its own.
  const named = parents.flatMap(({ state, ref }) => (state === "assumed" ? (ref.port ?? []) : []));
  const ports = [...new Set([...listeners.map(({ port }) => port), ...named])];
  if (ports.length > 0) return { protocols: [protocol], ports };
  const message = `nothing is known of the listeners of its Gateways, so that it cannot be said which port it is for; give the Gateway as well, or a port in parentRefs`;
  problems.push({
    code: "listener-unknown",
    severity: "error",
    object: refOf(route),
    path: "spec.parentRefs",
    message,
  });
  return undefined;
}
