import type { ObjectRef } from "../base/problem.ts";

/** Stands in the place of what must not be seen. */
const MASK = "[redacted]";

/** Fields by the list their entity stands in; `true`: everything but what names the entity. */
const SECRET_FIELDS: Readonly<Record<string, readonly string[] | true>> = {
  certificates: ["key", "key_alt"],
  licenses: ["payload"],
  vaults: ["config"],
  keyauth_credentials: true,
  basicauth_credentials: true,
  hmacauth_credentials: true,
  jwt_secrets: true,
  oauth2_credentials: true,
  mtls_auth_credentials: true,
  acls: true,
};

const NAMING: ReadonlySet<string> = new Set(["id", "tags", "algorithm", "consumer"]);

/**
 * An entity of a document as people may see it: private keys, credentials, licences and the configuration of plugins that take something from a Secret are
 * masked. `usesSecrets` tells that of a plugin by the object it came from.
 */
export function redacted(
  list: string,
  entity: object,
  origins: readonly ObjectRef[],
  usesSecrets: (origins: readonly ObjectRef[]) => boolean,
): object {
  const secret = list === "plugins" && usesSecrets(origins) ? ["config"] : SECRET_FIELDS[list];
  const out: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(entity)) {
    if (secret === true ? !NAMING.has(field) : secret?.includes(field)) out[field] = MASK;
    else if (Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null))
      // A nested plugin may have come from an object of its own, of which nothing is known here.
      out[field] = value.map((item: object) =>
        redacted(field, item, [], field === "plugins" ? () => true : usesSecrets),
      );
    else out[field] = value;
  }
  return out;
}
