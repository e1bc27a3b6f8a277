/** The fields by which entities of a type refer to others, by what they refer to. */
export interface ForeignFields {
  readonly service?: string;
  readonly route?: string;
  readonly consumer?: string;
  /** The one that Kong does not do without. */
  readonly required?: string;
}

const OF_CONSUMER: ForeignFields = { consumer: "consumer", required: "consumer" };

/** From the schemas of Kong and of the plugins that bring the types (https://docs.konghq.com/hub/). */
const TYPES: ReadonlyMap<string, ForeignFields> = new Map([
  ["acls", OF_CONSUMER],
  ["basicauth_credentials", OF_CONSUMER],
  ["header_cert_auth_credentials", OF_CONSUMER],
  ["hmacauth_credentials", OF_CONSUMER],
  ["jwt_secrets", OF_CONSUMER],
  ["keyauth_credentials", OF_CONSUMER],
  ["keyauth_enc_credentials", OF_CONSUMER],
  ["mtls_auth_credentials", OF_CONSUMER],
  ["oauth2_credentials", OF_CONSUMER],
  ["degraphql_routes", { service: "service" }],
  ["graphql_ratelimiting_cost_decorations", { service: "service" }],
  ["filter_chains", { service: "service", route: "route" }],
]);

/** What entities of a type refer to; nothing for types that are not known. */
export function foreignFields(type: string): ForeignFields {
  return TYPES.get(type) ?? {};
}
