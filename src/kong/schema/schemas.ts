import type { RouterFlavor } from "../entities.ts";
import { caCertificates, certificates, snis } from "./certificate.ts";
import {
  acls,
  basicauthCredentials,
  consumers,
  hmacauthCredentials,
  jwtSecrets,
  keyauthCredentials,
  oauth2AuthorizationCodes,
  oauth2Credentials,
  oauth2Tokens,
} from "./consumer.ts";
import type { EntitySchema } from "./field.ts";
import { keySets, keys } from "./key.ts";
import {
  acmeStorage,
  clusteringDataPlanes,
  filterChains,
  parameters,
  ratelimitingMetrics,
  sessions,
  tagEntities,
  workspaces,
} from "./other.ts";
import { pluginsOf } from "./plugin.ts";
import { bundledPlugins } from "./plugins/table.ts";
import { routesOf } from "./route.ts";
import { services } from "./service.ts";
import { targets, upstreams } from "./upstream.ts";
import { vaults } from "./vault.ts";

const plugins = pluginsOf(bundledPlugins);

/** The kinds of an open-source Kong 3.9, those that others refer to first. */
const order = (routes: EntitySchema): readonly EntitySchema[] => [
  workspaces,
  parameters,
  clusteringDataPlanes,
  vaults,
  caCertificates,
  certificates,
  snis,
  keySets,
  keys,
  services,
  routes,
  upstreams,
  targets,
  consumers,
  plugins,
  filterChains,
  keyauthCredentials,
  basicauthCredentials,
  hmacauthCredentials,
  jwtSecrets,
  acls,
  oauth2Credentials,
  oauth2AuthorizationCodes,
  oauth2Tokens,
  sessions,
  acmeStorage,
  ratelimitingMetrics,
];

const byFlavor = new Map<RouterFlavor, ReadonlyMap<string, EntitySchema>>();

/** The schemas of all kinds that a document can hold, by Kong's plural, as a Kong 3.9 of this router flavour has them. */
export function schemasOf(flavor: RouterFlavor): ReadonlyMap<string, EntitySchema> {
  let schemas = byFlavor.get(flavor);
  if (schemas === undefined) {
    schemas = new Map(order(routesOf(flavor)).map((schema) => [schema.name, schema]));
    byFlavor.set(flavor, schemas);
  }
  return schemas;
}

/** Shown by the Admin API only: tags are no entities of their own. */
export const tagsSchema: EntitySchema = tagEntities;
