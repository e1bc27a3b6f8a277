import { hash } from "node:crypto";
import type { Problem } from "../../base/problem.ts";
import { compareStrings } from "../../base/problem.ts";
import type { HTTPRouteObject, HttpRule } from "../../resources/gateway-api/http-route.ts";
import type { Input } from "../input.ts";
import { canonical, canonicalSet } from "./canonical.ts";
import { type ServiceSettings, serviceSettings } from "./service-settings.ts";

/** A rule where it stands. */
export interface PlacedRule {
  readonly rule: HttpRule;
  readonly index: number;
  /** `spec.rules[index]`. */
  readonly path: string;
}

/** The rules that share a Kong service: they have equal backends and ask for the same way to speak to them. */
export interface ServiceGroup {
  readonly name: string;
  /** In KIC's order, which is that of their numbers as texts: 10 comes before 2. */
  readonly rules: readonly PlacedRule[];
  readonly settings: ServiceSettings;
}

/** Kong takes names of this many bytes. */
const MAX_NAME = 511;

/** Groups the rules of an HTTPRoute into Kong services (spec: gateway-api §5.2). */
export function serviceGroups(
  route: HTTPRouteObject,
  { settings: { combinedServices }, profile }: Input,
): { readonly groups: readonly ServiceGroup[]; readonly problems: readonly Problem[] } {
  const found = new Map<string, { readonly rules: PlacedRule[]; readonly settings: ServiceSettings }>();
  const problems: Problem[] = [];
  for (const [index, rule] of (route.spec.rules ?? []).entries()) {
    const path = `spec.rules[${index}]`;
    const { settings, problems: doubts } = serviceSettings(route, rule, path, profile);
    problems.push(...doubts);
    const refs = rule.backendRefs ?? [];
    const key = combinedServices
      ? combinedName(route, refs, settings)
      : `${canonicalSet(refs)}\n${canonical(settings)}`;
    const placed = { rule, index, path };
    const group = found.get(key);
    if (group === undefined) found.set(key, { rules: [placed], settings });
    else group.rules.push(placed);
  }
  const { namespace = "", name } = route.metadata;
  const groups = [...found].map(([key, { rules, settings }]) => ({
    name: combinedServices ? key : `httproute.${namespace}.${name}.${rules[0]!.index}`,
    rules: [...rules].sort((a, b) => compareStrings(String(a.index), String(b.index))),
    settings,
  }));
  return { groups, problems };
}

/** The name that rules of all HTTPRoutes of a namespace share when their backends are the same. */
function combinedName(
  route: HTTPRouteObject,
  refs: NonNullable<HttpRule["backendRefs"]>,
  settings: ServiceSettings,
): string {
  const own = route.metadata.namespace ?? "";
  const backends = refs
    .map(({ namespace = own, name, port, weight }) =>
      [namespace, name, port, weight].filter((part) => part !== undefined).join("."),
    )
    .sort();
  const prefix = `httproute.${own}.svc.`;
  const full = `${prefix}${backends.join("_") || "_"}${suffix(settings)}`;
  return full.length <= MAX_NAME ? full : `${prefix}${backends[0]}_combined.${hash("sha256", full, "hex")}`;
}

/** Rules that ask for a way of their own do not share a service with those that do not. */
function suffix({ timeout, retries, cookie }: ServiceSettings): string {
  const parts = [
    ...(timeout === undefined ? [] : [`timeout-${timeout}`]),
    ...(retries === undefined ? [] : [`retries-${retries}`]),
    ...(cookie === undefined ? [] : [`session-${hash("sha256", cookie, "hex").slice(0, 8)}`]),
  ];
  return parts.map((part) => `.${part}`).join("");
}
