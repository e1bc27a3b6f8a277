import type { Route } from "../../kong/entities.ts";
import type { HTTPRouteObject } from "../../resources/gateway-api/http-route.ts";
import type { FilteredRoute } from "./filters/filters.ts";
import type { PlainMatch } from "./http-match.ts";
import type { PlacedRule } from "./http-rules.ts";

/** What all Kong routes of an HTTPRoute have in common. */
export interface HttpRouteContext {
  readonly route: HTTPRouteObject;
  /** `httproute.namespace.name`. */
  readonly prefix: string;
  /** Undefined for any. */
  readonly hostnames: readonly string[] | undefined;
  /** See `Attachment`. */
  readonly othersHostnames: readonly string[];
  readonly protocols: readonly string[] | undefined;
  /** What Kong would refuse is put right. */
  readonly preflight: boolean;
}

/** One match of a rule, with what the rule's filters do to it. */
export interface RuleMatch {
  readonly rule: PlacedRule;
  readonly index: number;
  readonly path: string;
  readonly match: PlainMatch;
  /** Equal for rules with equal filters in any order. */
  readonly filterKey: string;
  readonly filtered: FilteredRoute;
}

/** A Kong route before annotations, tags and plugins. */
export interface RouteSketch {
  readonly name: string;
  /** Where in the HTTPRoute its first match stands. */
  readonly at: string;
  /** Where its paths stand, if it is made of several matches. */
  readonly places?: Readonly<Record<string, string>>;
  /** Names of the rules it comes from, for tags. */
  readonly ruleNames: readonly string[];
  readonly fields: Omit<Route, "name">;
  readonly filtered: FilteredRoute;
  /** Flavour `expressions`: its priority without the bits that break ties, and its place among the HTTPRoute's own. */
  readonly order: { readonly base: number; readonly place: string } | undefined;
}
