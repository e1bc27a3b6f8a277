import type { Route } from "../../kong/entities.ts";
import { allOf, printExpression, sni, test } from "../../kong/expression.ts";
import { routeId } from "../../kong/ids.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { annotationsOf } from "../annotations.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import { ignoredOnRoute } from "../ignored-annotations.ts";
import { isExpressions, type View } from "../input.ts";
import { pluginUses } from "../kong/plugin.ts";
import { overrideRoute } from "../route/annotations.ts";
import { planService, type ServicePlan } from "../service/kong-service.ts";
import { tagsOf } from "../tags.ts";

/** A rule of a TCPIngress or UDPIngress. */
export interface L4Rule {
  readonly port: number;
  readonly host?: string;
  readonly backend: { readonly serviceName: string; readonly servicePort: number };
}

/** What tells the two kinds apart. */
export interface L4Kind {
  /** Of the route. */
  readonly protocols: readonly string[];
  /** Behind the names of routes and services. */
  readonly suffix: string;
  /** Of the Kong service, before the Service's port is known. */
  fields(rule: L4Rule): ServicePlan["fields"];
}

/** All such routes rank alike: streams are told apart by ports and names. */
const PRIORITY = 1;

/** Each rule becomes a route of its own, on the Kong service of its backend (spec: ingress §16). */
export function compileL4Rules(object: KubernetesObject, rules: readonly L4Rule[], kind: L4Kind, view: View): Fragment {
  const rank = rankOf(object);
  const { namespace, name } = refOf(object);
  const plugins = pluginUses(object, view);
  const ignored = ignoredOnRoute(refOf(object), annotationsOf(object), view.input.profile);
  const problems = [...plugins.problems, ...ignored];
  const claims: Claim[] = [];
  for (const [at, rule] of rules.entries()) {
    const { serviceName, servicePort } = rule.backend;
    const service = `${namespace}.${serviceName}.${servicePort}${kind.suffix}`;
    const path = `spec.rules[${at}]`;
    const planned = planService(
      {
        name: service,
        host: `${serviceName}.${namespace}.${servicePort}.svc`,
        fields: kind.fields(rule),
        backends: [{ namespace, name: serviceName, port: { mode: "number", number: servicePort } }],
        parent: object,
        rank,
        path: `${path}.backend`,
      },
      view,
    );
    problems.push(...planned.problems);
    claims.push(...planned.claims);
    if (!planned.usable) continue;
    const route = routeOf(`${namespace}.${name}.${at}${kind.suffix}`, rule, kind, object, view);
    const value = { route, service, plugins: plugins.uses };
    claims.push({ table: "route", key: route.name, rank, origin: refOf(object), path, value });
  }
  return { claims, problems };
}

function routeOf(name: string, rule: L4Rule, kind: L4Kind, object: KubernetesObject, view: View): Route {
  const { settings, profile } = view.input;
  const route: Route = {
    ...(settings.fillIds ? { id: routeId(name, profile.workspace) } : {}),
    name,
    protocols: kind.protocols,
    ...(isExpressions(profile) ? expressionFields(rule) : matchFields(rule)),
    tags: tagsOf(object),
  };
  return overrideRoute(route, annotationsOf(object), profile);
}

function matchFields({ port, host = "" }: L4Rule): Partial<Route> {
  return { ...(host === "" ? {} : { snis: [host] }), destinations: [{ port }] };
}

function expressionFields({ port, host = "" }: L4Rule): Partial<Route> {
  const toPort = test("net.dst.port", "==", port);
  const expression = allOf(host === "" ? undefined : sni(host), toPort) ?? toPort;
  return { expression: printExpression(expression), priority: PRIORITY };
}
