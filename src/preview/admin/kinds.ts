import type { RouterFlavor } from "../../kong/entities.ts";
import type { EntitySchema } from "../../kong/schema/field.ts";
import { childrenOf } from "../../kong/schema/relations.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";

/** How the Admin API speaks of a kind of entity. */
export interface Kind {
  /** Kong's plural: `keyauth_credentials`. */
  readonly name: string;
  /** The path of its list: `key-auths`. */
  readonly path: string;
  /** The last part of the path of its list within another entity: `key-auth`. */
  readonly nested: string;
  /** False when there is only the list within another entity. */
  readonly listed: boolean;
  readonly schema: EntitySchema;
}

/** Paths that are not the kind's name. */
const PATHS: Readonly<Record<string, readonly [string, string?]>> = {
  key_sets: ["key-sets"],
  filter_chains: ["filter-chains"],
  keyauth_credentials: ["key-auths", "key-auth"],
  basicauth_credentials: ["basic-auths", "basic-auth"],
  hmacauth_credentials: ["hmac-auths", "hmac-auth"],
  jwt_secrets: ["jwts", "jwt"],
  oauth2_credentials: ["oauth2"],
};

/** Kinds that the Admin API does not show. */
const HIDDEN = new Set([
  "workspaces",
  "parameters",
  "clustering_data_planes",
  "oauth2_authorization_codes",
  "ratelimiting_metrics",
]);

const cache = new Map<RouterFlavor, ReadonlyMap<string, Kind>>();

/** The kinds by name. */
export function kindsOf(flavor: RouterFlavor): ReadonlyMap<string, Kind> {
  let kinds = cache.get(flavor);
  if (kinds === undefined) {
    kinds = new Map(
      [...schemasOf(flavor).values()]
        .filter(({ name }) => !HIDDEN.has(name))
        .map((schema): [string, Kind] => {
          const [path = schema.name, nested = path] = PATHS[schema.name] ?? [];
          return [schema.name, { name: schema.name, path, nested, listed: schema.name !== "targets", schema }];
        }),
    );
    cache.set(flavor, kinds);
  }
  return kinds;
}

/** A kind whose entities refer to those of another, and the field that does it. */
export interface ChildKind {
  readonly kind: Kind;
  readonly field: string;
}

/** The kinds that are listed within an entity of this kind. */
export function childKinds(parent: Kind, kinds: ReadonlyMap<string, Kind>): readonly ChildKind[] {
  return [...childrenOf(parent.name).values()].flatMap(({ kind, field }) => {
    const child = kinds.get(kind);
    return child === undefined ? [] : [{ kind: child, field }];
  });
}
