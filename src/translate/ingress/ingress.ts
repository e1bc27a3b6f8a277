import { Interner } from "../../base/interner.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { Route } from "../../kong/entities.ts";
import { routeId } from "../../kong/ids.ts";
import { routerRegexError } from "../../kong/schema/regexes.ts";
import { Ingress, type IngressObject } from "../../resources/core/ingress.ts";
import { refOf } from "../../resources/kind.ts";
import { annotationsOf } from "../annotations.ts";
import { type Claim, type Fragment, type PluginUse, rankOf } from "../fragment.ts";
import { ignoredOnRoute } from "../ignored-annotations.ts";
import { isExpressions, type View } from "../input.ts";
import { pluginUses } from "../kong/plugin.ts";
import { inOneLine } from "../link/admit.ts";
import { overrideRoute, rawProtocols } from "../route/annotations.ts";
import { planService } from "../service/kong-service.ts";
import { tagsOf } from "../tags.ts";
import type { Unit } from "../unit.ts";
import { type IngressBackendRef, readBackend } from "./backend.ts";
import { isOurs } from "./class.ts";
import { classParameters } from "./class-parameters.ts";
import { ingressExpression } from "./expression.ts";
import {
  DEFAULT_REGEX_PREFIX,
  kongPaths,
  type NormalPath,
  normalPath,
  PATH_TYPES,
  pathRegexOf,
  regexPrefixOf,
} from "./paths.ts";
import { type SharedFields, sharedFields } from "./shared-fields.ts";
import { tlsClaims } from "./tls.ts";

const TIMEOUT_MS = 60_000;
const RETRIES = 5;
const SERVICE_FIELDS = {
  protocol: "http",
  port: 80,
  connect_timeout: TIMEOUT_MS,
  read_timeout: TIMEOUT_MS,
  write_timeout: TIMEOUT_MS,
  retries: RETRIES,
} as const;

/** What becomes one route: all paths of one Ingress with equal host, Service and port. */
interface Group {
  readonly name: string;
  readonly host: string;
  readonly backend: IngressBackendRef;
  readonly paths: NormalPath[];
  /** Where the first of them stands. */
  readonly at: string;
}

/** Ingress → routes, services, upstreams, certificates (spec: ingress). */
export const ingressUnit: Unit<IngressObject> = {
  kind: Ingress,
  compile(ingress, view): Fragment {
    if (!isOurs(ingress, ingress.spec?.ingressClassName, view)) return { claims: [], problems: [] };
    const problems = [...ignoredOnRoute(refOf(ingress), annotationsOf(ingress), view.input.profile)];
    const claims: Claim[] = [];
    const shared = sharedFields(ingress, view, problems);
    if (shared !== undefined) {
      for (const group of groups(ingress, view, problems))
        claims.push(...routeOf(group, ingress, shared, view, problems));
    }
    claims.push(...defaultBackend(ingress, view, problems), ...tlsClaims(ingress, ingress.spec?.tls, view));
    return { claims, problems };
  },
};

/** Each route keeps its place, and the places of most Ingresses are the same few. */
const places = new Interner(1_000);

function groups(ingress: IngressObject, view: View, problems: Problem[]): Iterable<Group> {
  const { namespace = "", name } = ingress.metadata;
  const found = new Map<string, Group>();
  for (const [ruleAt, rule] of (ingress.spec?.rules ?? []).entries()) {
    const host = rule.host ?? "";
    for (const [pathAt, path] of (rule.http?.paths ?? []).entries()) {
      const at = places.text(`spec.rules[${ruleAt}].http.paths[${pathAt}]`);
      const backend = readBackend(ingress, path.backend, `${at}.backend`, view, problems);
      if (backend === undefined) continue;
      const plain = normalPath(path);
      const fault = pathFault(plain, ingress, view);
      if (fault !== undefined) {
        problems.push({ ...fault, severity: "error", object: refOf(ingress), path: `${at}.${fault.path}` });
        continue;
      }
      const key = backend.routeKey(`${namespace}.${name}`, host);
      const group = found.get(key);
      if (group === undefined) found.set(key, { name: key.replaceAll("*", "_"), host, backend, paths: [plain], at });
      else group.paths.push(plain);
    }
  }
  return found.values();
}

/** Why a path is left out; without it the others of its rule are configured all the same. */
function pathFault(
  path: NormalPath,
  ingress: IngressObject,
  view: View,
): (Pick<Problem, "code" | "message"> & { readonly path: string }) | undefined {
  if (!PATH_TYPES.has(path.type)) {
    const message = `"${path.type}" is no type of path; it can be ${[...PATH_TYPES].join(", ")}. This path is left out`;
    return { code: "path-type", path: "pathType", message };
  }
  const { settings, profile } = view.input;
  // An expression is refused as a whole: nobody could take the one path out of it later.
  if (!isExpressions(profile) || !settings.preflight) return undefined;
  const regex = pathRegexOf(path, regexPrefixOf(annotationsOf(ingress)) || DEFAULT_REGEX_PREFIX);
  const error = regex === undefined ? undefined : routerRegexError(regex);
  if (error === undefined) return undefined;
  const message = `Kong would refuse the regular expression: ${inOneLine(error.message)}; this path is left out`;
  return { code: "kong-refuses", path: "path", message };
}

function routeOf(
  group: Group,
  ingress: IngressObject,
  shared: SharedFields,
  view: View,
  problems: Problem[],
): readonly Claim[] {
  const rank = rankOf(ingress);
  const { backend } = group;
  const planned = planService(
    {
      name: backend.service,
      host: backend.host,
      fields: { ...SERVICE_FIELDS, path: "/" },
      backends: [backend.backend],
      parent: ingress,
      rank,
      path: `${group.at}.backend`,
    },
    view,
  );
  problems.push(...planned.problems);
  if (!planned.usable) return planned.claims;
  const route = buildRoute(group, ingress, shared, view);
  return [...planned.claims, claimRoute(route, backend.service, rank, refOf(ingress), shared.uses, group.at)];
}

function claimRoute(
  route: Route,
  service: string,
  rank: string,
  origin: ObjectRef,
  plugins: readonly PluginUse[],
  path: string,
): Claim {
  return { table: "route", key: route.name, rank, origin, path, value: { route, service, plugins } };
}

function buildRoute(group: Group, ingress: IngressObject, shared: SharedFields, view: View): Route {
  const { settings, profile } = view.input;
  const annotations = annotationsOf(ingress);
  const protocols = rawProtocols(annotations);
  const route: Route = {
    ...(settings.fillIds ? { id: routeId(group.name, profile.workspace) } : {}),
    name: group.name,
    ...(protocols === undefined ? {} : { protocols }),
    ...matchFields(group, ingress, view),
    strip_path: false,
    preserve_host: true,
    request_buffering: true,
    response_buffering: true,
    tags: shared.tags,
    ...(shared.plugins.length === 0 ? {} : { plugins: shared.plugins }),
  };
  return overrideRoute(route, annotations, profile);
}

function matchFields(group: Group, ingress: IngressObject, view: View): Partial<Route> {
  const annotations = annotationsOf(ingress);
  if (isExpressions(view.input.profile))
    return ingressExpression({ host: group.host, paths: group.paths, annotations });
  const legacy = view.derive(classParameters, "").legacyRegexDetection;
  const prefix = regexPrefixOf(annotations);
  const paths = [...group.paths.flatMap((path) => kongPaths(path, prefix, legacy))];
  return {
    ...(group.host === "" ? {} : { hosts: [group.host] }),
    ...(paths.length === 0 ? {} : { paths }),
    regex_priority: 0,
  };
}

/** The route for all that no other route matches; of all Ingresses that have one the oldest wins. */
function defaultBackend(ingress: IngressObject, view: View, problems: Problem[]): readonly Claim[] {
  const given = ingress.spec?.defaultBackend;
  if (given === undefined) return [];
  const path = "spec.defaultBackend";
  const claim = { table: "defaultBackend", key: "", rank: rankOf(ingress), origin: refOf(ingress), path } as const;
  // One that cannot be used keeps its place: another Ingress's must not come and go with it.
  const kept: Claim = { ...claim, value: { claims: [] }, blocked: true };
  const backend = readBackend(ingress, given, path, view, problems);
  if (backend === undefined) return [kept];
  const { namespace = "", name } = ingress.metadata;
  // A definition made for rules comes before the one made here: it has a path of its own (spec: ingress §9).
  const rank = rankOf(ingress);
  const planned = planService(
    {
      name: backend.service,
      host: backend.host,
      fields: SERVICE_FIELDS,
      backends: [backend.backend],
      parent: ingress,
      rank: `99 ${rank}`,
      path,
    },
    view,
  );
  problems.push(...planned.problems);
  if (!planned.usable) return [kept, ...planned.claims];
  const { settings, profile } = view.input;
  const routeName = `${namespace}.${name}`;
  const route = overrideRoute(
    {
      ...(settings.fillIds ? { id: routeId(routeName, profile.workspace) } : {}),
      name: routeName,
      ...(isExpressions(profile)
        ? { expression: 'http.path ^= "/"', priority: 0 }
        : { paths: ["/"], regex_priority: 0 }),
      strip_path: false,
      preserve_host: true,
      request_buffering: true,
      response_buffering: true,
      tags: tagsOf(ingress),
    },
    annotationsOf(ingress),
    profile,
  );
  const uses = pluginUses(ingress, view).uses;
  const claims = [...planned.claims, claimRoute(route, backend.service, rank, refOf(ingress), uses, path)];
  return [{ ...claim, value: { claims } }];
}
