import { createHash } from "node:crypto";
import { type JsonObject, own } from "../../base/json.ts";
import type { SecretObject } from "../../resources/core/secret.ts";
import { refOf } from "../../resources/kind.ts";
import { atoi, parseBool } from "../annotations.ts";
import type { Credential, CredentialList } from "../fragment.ts";
import { secretText } from "../secret.ts";
import { tagsOf } from "../tags.ts";

/** The label that says which kind of credential a Secret holds. */
export const CREDENTIAL_LABEL = "konghq.com/credential";

interface CredentialType {
  readonly list: CredentialList;
  /** Fields that are taken as they stand. */
  readonly texts: readonly string[];
  readonly required: readonly string[];
  /** The field whose value no other credential of this type may have, and the index's name in Kong. */
  readonly unique?: { readonly field: string; readonly index: string };
}

/** By the label's value (spec: kong-crds §3). */
const TYPES: ReadonlyMap<string, CredentialType> = new Map([
  [
    "key-auth",
    {
      list: "keyauth_credentials",
      texts: ["key"],
      required: ["key"],
      unique: { field: "key", index: "key-auth on 'key'" },
    },
  ],
  [
    "basic-auth",
    {
      list: "basicauth_credentials",
      texts: ["username", "password"],
      required: ["username"],
      unique: { field: "username", index: "basic-auth on 'username'" },
    },
  ],
  [
    "hmac-auth",
    {
      list: "hmacauth_credentials",
      texts: ["username", "secret"],
      required: ["username"],
      unique: { field: "username", index: "hmac-auth on 'username'" },
    },
  ],
  [
    "jwt",
    {
      list: "jwt_secrets",
      texts: ["key", "algorithm", "rsa_public_key", "secret"],
      required: ["key"],
      unique: { field: "key", index: "jwt-auth on 'key'" },
    },
  ],
  [
    "oauth2",
    {
      list: "oauth2_credentials",
      texts: ["name", "client_id", "client_secret", "client_type"],
      required: ["client_id", "name"],
      unique: { field: "client_id", index: "oauth2-credentials on 'client_id'" },
    },
  ],
  ["acl", { list: "acls", texts: ["group"], required: ["group"] }],
  ["mtls-auth", { list: "mtls_auth_credentials", texts: ["subject_name"], required: ["subject_name"] }],
] as const satisfies readonly (readonly [string, CredentialType])[]);

const DEFAULT_JWT_ALGORITHM = "HS256";

/** Something about a credential that its consumer is told; `message` never quotes the Secret's data. */
export interface CredentialFault {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

export interface ReadCredential {
  readonly credential: Credential | undefined;
  /** `key` is a digest: the value itself stays out of claims, which `explain` shows. */
  readonly unique: { readonly index: string; readonly key: string } | undefined;
  readonly faults: readonly CredentialFault[];
}

/** What a Secret means as a credential. */
export function readCredential(secret: SecretObject, preflight: boolean): ReadCredential {
  const { namespace, name } = refOf(secret);
  const fail = (code: string, message: string): ReadCredential => ({
    credential: undefined,
    unique: undefined,
    faults: [{ code, severity: "error", message }],
  });
  const known = [...TYPES.keys()].join(", ");
  const label = own(secret.metadata.labels, CREDENTIAL_LABEL);
  if (label === undefined || label === "") {
    return fail(
      "credential-without-label",
      `the Secret ${namespace}/${name} does not say what it holds; label it ${CREDENTIAL_LABEL} with one of ${known}`,
    );
  }
  const type = TYPES.get(label);
  if (type === undefined) {
    return fail(
      "credential-type-unknown",
      `the Secret ${namespace}/${name} is labelled ${CREDENTIAL_LABEL}: ${label}, which is no type of credential; it can be one of ${known}`,
    );
  }
  const read = (field: string) => credentialField(secret, field);
  const missing = type.required.filter((field) => read(field) === undefined);
  if (missing.length > 0) {
    return fail(
      "credential-field-missing",
      `the Secret ${namespace}/${name} holds no ${missing.join(" and no ")}, which a credential of type ${label} needs; add it to its data`,
    );
  }
  const value: Record<string, JsonObject[string]> = {};
  for (const field of type.texts) {
    const text = read(field);
    if (text !== undefined) value[field] = text;
  }
  const faults: CredentialFault[] = [];
  const extra = EXTRA[label]?.(read, `Secret ${namespace}/${name}`, faults, preflight) ?? {};
  const credential: Credential = {
    list: type.list,
    value: { ...value, ...extra, tags: tagsOf(secret) },
    secret: refOf(secret),
  };
  const { unique } = type;
  if (unique === undefined) return { credential, unique: undefined, faults };
  const digest = createHash("sha256")
    .update(read(unique.field) ?? "")
    .digest("hex");
  return { credential, unique: { index: unique.index, key: `${unique.index} ${digest}` }, faults };
}

type ReadField = (field: string) => string | undefined;

/** Fields that are not plain text, by the label's value. */
const EXTRA: Readonly<
  Record<string, (read: ReadField, place: string, faults: CredentialFault[], preflight: boolean) => JsonObject>
> = {
  "key-auth": (read, place, faults) => {
    const text = read("ttl");
    if (text === undefined) return {};
    const ttl = atoi(text);
    if (ttl !== undefined) return { ttl };
    const message = `ttl in the ${place} is no whole number of seconds, so the key never expires; write one, such as 3600`;
    faults.push({ code: "credential-field-invalid", severity: "warning", message });
    return {};
  },
  jwt: (read) => ((read("algorithm") ?? "") === "" ? { algorithm: DEFAULT_JWT_ALGORITHM } : {}),
  oauth2: (read, place, faults, preflight) => {
    const uris = read("redirect_uris");
    const hash = read("hash_secret");
    const hashed = parseBool(hash);
    if (hash !== undefined && hashed === undefined) {
      const message = `hash_secret in the ${place} is neither true nor false, so the client secret is not hashed; write one of the two`;
      faults.push({ code: "credential-field-invalid", severity: "warning", message });
    }
    // Kong refuses an address that begins with a blank.
    const list = uris?.split(",").map((uri) => (preflight ? uri.trim() : uri));
    return {
      ...(list === undefined ? {} : { redirect_uris: list }),
      ...(hash === undefined ? {} : { hash_secret: hashed ?? false }),
    };
  },
};

/** The value of a field: under its name, else under a key that differs in case only. */
export function credentialField(secret: SecretObject, field: string): string | undefined {
  const exact = secretText(secret, field);
  if (exact !== undefined) return exact;
  const key = Object.keys(secret.data ?? {})
    .sort()
    .find((candidate) => candidate.toLowerCase() === field);
  return key === undefined ? undefined : secretText(secret, key);
}
