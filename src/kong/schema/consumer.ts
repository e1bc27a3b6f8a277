import { createPublicKey } from "node:crypto";
import { array, atLeastOneOf, boolean, conditional, entity, foreign, integer, string } from "./notation.ts";
import { id, tags, timestamp } from "./typedefs.ts";
import { checkRedirectUri } from "./urls.ts";

export const consumers = entity(
  "consumers",
  {
    id,
    created_at: timestamp,
    updated_at: timestamp,
    username: string({ unique: true }),
    custom_id: string({ unique: true }),
    tags,
  },
  { endpointKey: "username", checks: [atLeastOneOf("custom_id", "username")] },
);

const consumer = foreign("consumers", { required: true, onDelete: "cascade" });

export const keyauthCredentials = entity(
  "keyauth_credentials",
  { id, created_at: timestamp, consumer, key: string({ required: false, unique: true, auto: true }), tags },
  { endpointKey: "key", cacheKey: ["key"], ttl: true },
);

export const basicauthCredentials = entity(
  "basicauth_credentials",
  {
    id,
    created_at: timestamp,
    consumer,
    username: string({ required: true, unique: true }),
    password: string({ required: true, encrypted: true }),
    tags,
  },
  {
    endpointKey: "username",
    cacheKey: ["username"],
    // The password is kept as a hash that the consumer's id goes into.
    transformations: [{ input: ["password"], needs: ["consumer.id"] }],
  },
);

export const hmacauthCredentials = entity(
  "hmacauth_credentials",
  {
    id,
    created_at: timestamp,
    consumer,
    username: string({ required: true, unique: true }),
    secret: string({ auto: true }),
    tags,
  },
  { endpointKey: "username", cacheKey: ["username"] },
);

const ALGORITHMS = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
  "EdDSA",
];
const WITH_PUBLIC_KEY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"];

export const jwtSecrets = entity(
  "jwt_secrets",
  {
    id,
    created_at: timestamp,
    consumer,
    key: string({ required: false, unique: true, auto: true }),
    secret: string({ auto: true }),
    rsa_public_key: string(),
    algorithm: string({ default: "HS256", oneOf: ALGORITHMS }),
    tags,
  },
  {
    endpointKey: "key",
    cacheKey: ["key"],
    checks: [
      conditional(
        "algorithm",
        { matchAny: { patterns: WITH_PUBLIC_KEY.map((name) => `^${name}$`) } },
        "rsa_public_key",
        { required: true, check: checkPublicKey },
      ),
    ],
  },
);

function checkPublicKey(text: string): string | undefined {
  try {
    createPublicKey(text);
    return undefined;
  } catch {
    return "invalid key";
  }
}

export const acls = entity(
  "acls",
  { id, created_at: timestamp, consumer, group: string({ required: true }), tags },
  { endpointKey: "group", cacheKey: ["consumer", "group"] },
);

export const oauth2Credentials = entity(
  "oauth2_credentials",
  {
    id,
    created_at: timestamp,
    consumer,
    name: string({ required: true }),
    client_id: string({ required: false, unique: true, auto: true }),
    client_secret: string({ required: false, auto: true, encrypted: true }),
    hash_secret: boolean({ required: true, default: false }),
    redirect_uris: array(string({ check: checkRedirectUri }), { required: false }),
    tags,
    client_type: string({ required: true, default: "confidential", oneOf: ["confidential", "public"] }),
  },
  {
    endpointKey: "client_id",
    cacheKey: ["client_id"],
    transformations: [{ input: ["hash_secret"], needs: ["client_secret"] }],
  },
);

const service = foreign("services", { default: null, onDelete: "cascade" });
const credential = foreign("oauth2_credentials", { required: true, onDelete: "cascade" });

export const oauth2AuthorizationCodes = entity(
  "oauth2_authorization_codes",
  {
    id,
    created_at: timestamp,
    service,
    credential,
    code: string({ required: false, unique: true, auto: true }),
    authenticated_userid: string({ required: false }),
    scope: string(),
    challenge: string({ required: false }),
    challenge_method: string({ required: false, oneOf: ["S256"] }),
    plugin: foreign("plugins", { default: null, onDelete: "cascade" }),
  },
  { ttl: true },
);

export const oauth2Tokens = entity(
  "oauth2_tokens",
  {
    id,
    created_at: timestamp,
    service,
    credential,
    token_type: string({ required: true, default: "bearer", oneOf: ["bearer"] }),
    expires_in: integer({ required: true }),
    access_token: string({ required: false, unique: true, auto: true }),
    refresh_token: string({ required: false, unique: true }),
    authenticated_userid: string({ required: false }),
    scope: string(),
  },
  { endpointKey: "access_token", cacheKey: ["access_token"], ttl: true },
);
