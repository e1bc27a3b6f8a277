import type { JsonObject } from "../../../base/json.ts";
import { compareStrings, type Problem } from "../../../base/problem.ts";
import type { Plugin } from "../../../kong/entities.ts";
import type { HttpFilter } from "../../../resources/gateway-api/http-route.ts";
import { type KubernetesObject, refOf } from "../../../resources/kind.ts";
import { cors } from "./cors.ts";
import type { FilterContext, FilterEffect, FilterFinding, Transformation } from "./effect.ts";
import { extensionRef } from "./extension-ref.ts";
import { headerTransformation } from "./headers.ts";
import { requestRedirect } from "./redirect.ts";
import { urlRewrite } from "./url-rewrite.ts";

/** A filter of a rule, or of its only backend, and where it stands. GRPCRoutes have some of the types of HTTPRoutes. */
export interface PlacedFilter {
  readonly filter: HttpFilter;
  readonly path: string;
}

const NOTHING: FilterEffect = {};
const TWICE: FilterFinding = {
  code: "filter-twice",
  message: "a filter of this type comes before it, and only the first counts; take one of them away",
};
const TRANSFORMERS = [
  ["request-transformer", "request"],
  ["response-transformer", "response"],
] as const;

/** What each type of filter does. */
const TYPES: Readonly<Record<string, (filter: HttpFilter, context: FilterContext) => FilterEffect>> = {
  RequestHeaderModifier: ({ requestHeaderModifier: given }) =>
    given === undefined ? NOTHING : { request: headerTransformation(given) },
  ResponseHeaderModifier: ({ responseHeaderModifier: given }) =>
    given === undefined ? NOTHING : { response: headerTransformation(given) },
  URLRewrite: ({ urlRewrite: given }, context) => (given === undefined ? NOTHING : urlRewrite(given, context)),
  RequestRedirect: ({ requestRedirect: given }, context) =>
    given === undefined ? NOTHING : requestRedirect(given, context),
  ExtensionRef: ({ extensionRef: given }) => (given === undefined ? NOTHING : extensionRef(given)),
  CORS: ({ cors: given }) => (given === undefined ? NOTHING : cors(given)),
};

/** What the filters of a rule do to the Kong route of one match. */
export interface FilteredRoute {
  /** Without tags; sorted as KIC has them. */
  readonly plugins: readonly Plugin[];
  /** Names of KongPlugins, with the filters that name them. */
  readonly uses: readonly { readonly name: string; readonly path: string }[];
  readonly capturesPrefix: boolean;
  /** Equal for matches that can share a route. */
  readonly variant: string;
  /** False: nothing may be configured for this match. */
  readonly usable: boolean;
  /** Its requests are to be answered with an error. */
  readonly isRefused: boolean;
  readonly problems: readonly Problem[];
}

/** Puts the effects of filters together. Each type of transformer is one plugin, whatever the number of filters. */
export function applyFilters(
  route: KubernetesObject,
  filters: readonly PlacedFilter[],
  context: FilterContext,
): FilteredRoute {
  const effects = filters.map(({ filter, path }) => ({ path, effect: effectOf(filter, context) }));
  const problems: Problem[] = [];
  const say = (severity: Problem["severity"], path: string, { code, path: inner, message }: FilterFinding) =>
    void problems.push({
      code,
      severity,
      object: refOf(route),
      path: inner === undefined ? path : `${path}.${inner}`,
      message,
    });
  const plugins = new Map<string, Plugin>();
  for (const { path, effect } of effects) {
    if (effect.error !== undefined) say("error", path, effect.error);
    if (effect.refusal !== undefined) say("error", path, effect.refusal);
    if (effect.plugin === undefined) continue;
    // The API server refuses such a route; Kong would refuse all routes.
    if (plugins.has(effect.plugin.name)) say("warning", path, TWICE);
    else plugins.set(effect.plugin.name, effect.plugin);
  }
  for (const [name, key] of TRANSFORMERS) {
    const config = merged(effects.flatMap(({ effect }) => effect[key] ?? []));
    if (Object.keys(config).length > 0) plugins.set(name, { name, config });
  }
  return {
    plugins: [...plugins.values()].sort((a, b) => compareStrings(b.name, a.name)),
    uses: effects.flatMap(({ effect, path }) =>
      effect.use === undefined ? [] : { name: effect.use, path: `${path}.extensionRef` },
    ),
    capturesPrefix: effects.some(({ effect }) => effect.capturesPrefix === true),
    variant: effects.map(({ effect }) => effect.variant ?? "").join("\u0000"),
    usable: effects.every(({ effect }) => effect.error === undefined),
    isRefused: effects.some(({ effect }) => effect.refusal !== undefined),
    problems,
  };
}

function effectOf(filter: HttpFilter, context: FilterContext): FilterEffect {
  if (Object.hasOwn(TYPES, filter.type)) return TYPES[filter.type]!(filter, context);
  const message = `Kong has nothing that does what a filter ${filter.type} asks for; the rule is left out until it is taken away`;
  return { error: { code: "filter-unsupported", path: "type", message } };
}

function merged(parts: readonly Transformation[]): JsonObject {
  const uri = parts.find(({ replace }) => replace?.uri !== undefined)?.replace?.uri;
  const config: Record<string, JsonObject> = {};
  for (const action of ["replace", "add", "append", "remove"] as const) {
    const headers = parts.flatMap((part) => part[action]?.headers ?? []);
    if (headers.length > 0) config[action] = { headers };
  }
  if (uri !== undefined) config["replace"] = { ...config["replace"], uri };
  return config;
}
