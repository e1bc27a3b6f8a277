import type { RouterFlavor } from "../../kong/entities.ts";
import type { EntitySchema, RecordType } from "../../kong/schema/field.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";

/** How a kind of entity is found, told apart and written over the Admin API (facts: kong-3.9/db-mode/README.md). */
export interface EntityKind {
  /** Kong's plural, as in a document: `keyauth_credentials`. */
  readonly name: string;
  /** Of its list: `key-auths`. */
  readonly path: string;
  /** Its list within the entity that it belongs to; undefined when it is written under its own path. */
  readonly within?: { readonly kind: string; readonly field: string; readonly path: string };
  /** False: there is no list of all of them, only those within. */
  readonly listed: boolean;
  /** False: its entities carry no tags, so that they are ours when what they belong to is. */
  readonly tagged: boolean;
  /** Fields whose values, alone or together, no two entities share. */
  readonly unique: readonly (readonly string[])[];
  /** Fields by whose values an existing entity is recognized when its id is another one, tried in this order. */
  readonly recognized: readonly (readonly string[])[];
  /** The fields that refer to entities, with their kinds. */
  readonly references: ReadonlyMap<string, string>;
  /** What refers to it by these kinds and fields goes when it goes. */
  readonly taken: readonly { readonly kind: string; readonly field: string }[];
}

interface Row {
  readonly path?: string;
  readonly within?: EntityKind["within"];
  readonly listed?: false;
  readonly tagged?: false;
  readonly unique?: readonly (readonly string[])[];
  /** The first of `unique` unless given. */
  readonly recognized?: readonly (readonly string[])[];
  readonly references?: Readonly<Record<string, string>>;
  /** Only Kong Gateway Enterprise has it. */
  readonly enterprise?: true;
  /** An entity that belongs to another goes with it; undefined: as the schema says. */
  readonly goesWith?: string;
}

const ofConsumer = (path: string, nested: string, rest: Row = {}): Row => ({
  path,
  within: { kind: "consumers", field: "consumer", path: nested },
  ...rest,
});

/** What a schema does not tell. In the order in which entities are shown: what others refer to comes first. */
const ROWS: Readonly<Record<string, Row>> = {
  vaults: {},
  licenses: { tagged: false, unique: [["payload"]], enterprise: true },
  // Other entities name them by their ids, in places that no schema shows: an id is never exchanged for another.
  ca_certificates: { recognized: [] },
  key_sets: { path: "key-sets" },
  keys: {},
  certificates: { recognized: [["cert"]] },
  upstreams: {},
  targets: { within: { kind: "upstreams", field: "upstream", path: "targets" }, listed: false },
  services: {},
  routes: {},
  consumers: { recognized: [["username"], ["custom_id"]] },
  consumer_groups: { unique: [["name"]], enterprise: true },
  consumer_group_consumers: {
    within: { kind: "consumer_groups", field: "consumer_group", path: "consumers" },
    listed: false,
    tagged: false,
    unique: [["consumer_group", "consumer"]],
    references: { consumer_group: "consumer_groups", consumer: "consumers" },
    goesWith: "consumers",
    enterprise: true,
  },
  keyauth_credentials: ofConsumer("key-auths", "key-auth"),
  basicauth_credentials: ofConsumer("basic-auths", "basic-auth"),
  hmacauth_credentials: ofConsumer("hmac-auths", "hmac-auth"),
  jwt_secrets: ofConsumer("jwts", "jwt"),
  oauth2_credentials: ofConsumer("oauth2", "oauth2"),
  acls: ofConsumer("acls", "acls"),
  mtls_auth_credentials: ofConsumer("mtls-auths", "mtls-auth", {
    unique: [["consumer", "subject_name", "ca_certificate"]],
    references: { consumer: "consumers", ca_certificate: "ca_certificates" },
    goesWith: "consumers",
    enterprise: true,
  }),
  plugins: { references: { consumer_group: "consumer_groups" } },
  filter_chains: { path: "filter-chains" },
};

/** Kinds that are part of others here, or that nobody configures. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "snis",
  "workspaces",
  "parameters",
  "clustering_data_planes",
  "oauth2_authorization_codes",
  "oauth2_tokens",
  "sessions",
  "acme_storage",
  "ratelimiting_metrics",
]);

/** The kinds of entities that a gateway has, by name. */
export class EntityKinds {
  readonly #flavor: RouterFlavor;
  readonly #kinds = new Map<string, EntityKind>();
  readonly #order = new Map(Object.keys(ROWS).map((name, at) => [name, at]));

  constructor(flavor: RouterFlavor) {
    this.#flavor = flavor;
  }

  /** A kind; one that no table knows has its own name as path and is told apart by ids. */
  get(name: string): EntityKind {
    let kind = this.#kinds.get(name);
    if (kind === undefined) {
      kind = kindOf(name, schemasOf(this.#flavor).get(name));
      this.#kinds.set(name, kind);
    }
    return kind;
  }

  /** The kinds to look into when a gateway is read. */
  known(enterprise: boolean): readonly string[] {
    return Object.entries(ROWS).flatMap(([name, row]) => (row.enterprise === true && !enterprise ? [] : [name]));
  }

  /** What others refer to comes before them; unknown kinds come last. */
  rank(name: string): number {
    return this.#order.get(name) ?? this.#order.size;
  }
}

/** Whether a section of a document holds entities of their own. */
export function isKept(section: string): boolean {
  return !LEFT_OUT.has(section);
}

function kindOf(name: string, schema: EntitySchema | undefined): EntityKind {
  const row = Object.hasOwn(ROWS, name) ? ROWS[name]! : {};
  const unique = [...(row.unique ?? []), ...uniqueKeys(name, schema)];
  return {
    name,
    path: row.path ?? name,
    ...(row.within && { within: row.within }),
    listed: row.listed ?? true,
    tagged: row.tagged ?? (schema === undefined || schema.fields.has("tags")),
    unique,
    recognized: row.recognized ?? unique.slice(0, 1),
    references: new Map([...foreignFields(schema), ...Object.entries(row.references ?? {})]),
    taken: takenWith(name),
  };
}

function uniqueKeys(name: string, schema: EntitySchema | undefined): readonly (readonly string[])[] {
  if (schema === undefined) return [];
  const single = [...schema.fields].filter(([, field]) => field.unique === true).map(([field]) => [field]);
  const key = schema.cacheKey ?? [];
  // In an enterprise gateway plugins are for groups too; elsewhere nobody has that field.
  const together = name === "plugins" ? [...key, "consumer_group"] : key;
  return together.length > 1 ? [together, ...single] : single;
}

function foreignFields(schema: RecordType | undefined): readonly (readonly [string, string])[] {
  return [...(schema?.fields ?? [])].flatMap(([field, { type, reference }]) =>
    type === "foreign" && reference !== undefined ? [[field, reference] as const] : [],
  );
}

/** Kong removes these with the entity (schemas: `on_delete`). */
function takenWith(kind: string): readonly { readonly kind: string; readonly field: string }[] {
  const out: { kind: string; field: string }[] = [];
  for (const [name, { fields }] of schemasOf("traditional_compatible"))
    for (const [field, { type, reference, onDelete }] of fields)
      if (type === "foreign" && reference === kind && onDelete === "cascade") out.push({ kind: name, field });
  for (const [name, { goesWith, references = {} }] of Object.entries(ROWS))
    for (const [field, reference] of Object.entries(references))
      if (reference === kind && (goesWith !== undefined || name === "plugins")) out.push({ kind: name, field });
  return out;
}
