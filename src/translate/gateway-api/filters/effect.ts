import type { JsonObject } from "../../../base/json.ts";
import type { Profile } from "../../input.ts";

/** The path a match asks for, with its defaults filled in. */
export interface PathMatch {
  readonly type: string;
  readonly value: string;
}

/** What filters may depend on besides themselves. */
export interface FilterContext {
  readonly profile: Profile;
  /** The match that the route is made for; undefined when it names no path. */
  readonly path: PathMatch | undefined;
  /** What the listeners speak; undefined when nothing is known of them. */
  readonly protocols: readonly string[] | undefined;
}

/** A part of the configuration of Kong's request-transformer or response-transformer; parts of several filters are put together. */
export interface Transformation {
  readonly replace?: { readonly headers?: readonly string[]; readonly uri?: string };
  readonly add?: { readonly headers?: readonly string[] };
  readonly append?: { readonly headers?: readonly string[] };
  readonly remove?: { readonly headers?: readonly string[] };
}

/** What one filter does to the Kong route of one match. */
export interface FilterEffect {
  readonly request?: Transformation;
  readonly response?: Transformation;
  readonly plugin?: { readonly name: string; readonly config: JsonObject };
  /** Name of a KongPlugin in the route's namespace. */
  readonly use?: string;
  /** The rest of the path after the prefix is needed: the route has to capture it. */
  readonly capturesPrefix?: true;
  /** Tells apart the routes of matches for which the effect is not the same. */
  readonly variant?: string;
  /** The rule cannot be served as it is meant, and is left out. */
  readonly error?: FilterFinding;
  /** The rule cannot be served as it is meant, and its requests are answered with an error: without a route of their own they might reach another one, past the filter. */
  readonly refusal?: FilterFinding;
}

export interface FilterFinding {
  readonly code: string;
  /** In the filter. */
  readonly path?: string;
  readonly message: string;
}
