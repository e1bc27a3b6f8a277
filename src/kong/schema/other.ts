import {
  array,
  atLeastOneOf,
  boolean,
  entity,
  foreign,
  integer,
  map,
  mutuallyExclusive,
  number,
  record,
  set,
  string,
} from "./notation.ts";
import { host, id, ip, tags, timestamp, utf8Name } from "./typedefs.ts";

/** Kinds that no controller writes; a document may hold them all the same. */

export const filterChains = entity(
  "filter_chains",
  {
    id,
    name: utf8Name(),
    enabled: boolean({ required: true, default: true }),
    route: foreign("routes", { default: null, unique: true, onDelete: "cascade" }),
    service: foreign("services", { default: null, unique: true, onDelete: "cascade" }),
    filters: array(
      record({
        // A Kong as it comes has no filters.
        name: string({ required: true, oneOf: [], err: "no such filter" }),
        enabled: boolean({ required: true, default: true }),
        config: { type: "json", required: false },
      }),
      { required: true, lenMin: 1 },
    ),
    created_at: timestamp,
    updated_at: timestamp,
    tags,
  },
  {
    endpointKey: "name",
    cacheKey: ["route", "service"],
    checks: [
      mutuallyExclusive("service", "route"),
      atLeastOneOf("service", "route"),
      { kind: "custom_entity_check", fields: ["filters"], runWithInvalidFields: true, check: () => undefined },
    ],
  },
);

export const parameters = entity(
  "parameters",
  { created_at: timestamp, key: string({ required: true, unique: true }), value: string({ required: true }) },
  { primaryKey: ["key"], endpointKey: "key", cacheKey: ["key"] },
);

const KINDS = [
  "workspaces",
  "consumers",
  "certificates",
  "services",
  "routes",
  "snis",
  "upstreams",
  "targets",
  "plugins",
  "tags",
  "ca_certificates",
  "clustering_data_planes",
  "parameters",
  "vaults",
  "key_sets",
  "keys",
  "filter_chains",
];

export const workspaces = entity(
  "workspaces",
  {
    id,
    name: utf8Name({ required: true, notOneOf: KINDS }),
    comment: string(),
    created_at: timestamp,
    updated_at: timestamp,
    meta: record({}, { required: true }),
    config: record({}, { required: true }),
  },
  { endpointKey: "name" },
);

export const clusteringDataPlanes = entity("clustering_data_planes", {
  id: { ...id, required: true },
  last_seen: timestamp,
  updated_at: timestamp,
  ip: ip({ required: true }),
  config_hash: string({ lenEq: 32 }),
  hostname: host({ required: true }),
  version: string({
    matchNone: [{ pattern: "%.%.", err: "must not have empty version segments" }],
    matchAny: {
      patterns: ["^%d+[%.%d]*$", "^%d+[%.%d]*%-?.*$"],
      err: "invalid version number: must be in format of X.Y.Z",
    },
  }),
  sync_status: string({
    required: true,
    default: "unknown",
    oneOf: [
      "unknown",
      "normal",
      "kong_version_incompatible",
      "plugin_set_incompatible",
      "plugin_version_incompatible",
      "filter_set_incompatible",
    ],
  }),
  labels: map(string(), string()),
  cert_details: record({ expiry_timestamp: number({ required: false, timestamp: true }) }, { required: true }),
  rpc_capabilities: set(string()),
});

/** Only read; a document cannot hold it. */
export const tagEntities = entity(
  "tags",
  { tag: string({ required: true }), entity_name: string({ required: true }), entity_id: { ...id, required: true } },
  { primaryKey: ["tag"], endpointKey: "tag" },
);

export const sessions = entity(
  "sessions",
  {
    id,
    session_id: string({ required: true, unique: true }),
    expires: integer(),
    data: string(),
    created_at: timestamp,
  },
  { endpointKey: "session_id", cacheKey: ["session_id"], ttl: true },
);

export const acmeStorage = entity(
  "acme_storage",
  {
    id,
    key: string({ required: true, unique: true, auto: true }),
    value: string({ required: true, auto: true }),
    created_at: timestamp,
  },
  { endpointKey: "key", cacheKey: ["key"], ttl: true },
);

export const ratelimitingMetrics = entity(
  "ratelimiting_metrics",
  {
    identifier: string({ required: true, lenMin: 0 }),
    period: string({ required: true }),
    period_date: integer({ required: true, timestamp: true }),
    service_id: string({ required: true, uuid: true }),
    route_id: string({ required: true, uuid: true }),
    value: integer({ required: true }),
  },
  { primaryKey: ["identifier", "period", "period_date", "service_id", "route_id"], ttl: true },
);
