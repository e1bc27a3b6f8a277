import { createPrivateKey, createPublicKey } from "node:crypto";
import { isJsonObject, type JsonObject, own } from "../../base/json.ts";
import { atLeastOneOf, entity, foreign, mutuallyExclusive, record, string } from "./notation.ts";
import { isVaultReference } from "./texts.ts";
import { id, tags, timestamp } from "./typedefs.ts";

export const keySets = entity(
  "key_sets",
  { id, name: string({ required: false, unique: true }), tags, created_at: timestamp, updated_at: timestamp },
  { endpointKey: "name" },
);

export const keys = entity(
  "keys",
  {
    id,
    set: foreign("key_sets", { required: false, onDelete: "cascade" }),
    name: string({ required: false, unique: true }),
    kid: string({ required: true, unique: false }),
    jwk: string({ referenceable: true, encrypted: true, check: checkJwk }),
    pem: record(
      {
        private_key: string({ required: false, referenceable: true, encrypted: true }),
        public_key: string({ required: false, referenceable: true }),
      },
      { required: false, checks: [atLeastOneOf("private_key", "public_key")], check: checkPemKeys },
    ),
    tags,
    created_at: timestamp,
    updated_at: timestamp,
  },
  {
    endpointKey: "name",
    cacheKey: ["kid", "set"],
    checks: [
      mutuallyExclusive("pem", "jwk"),
      atLeastOneOf("pem", "jwk"),
      { kind: "custom_entity_check", fields: ["jwk", "pem", "kid"], check: checkKid },
    ],
  },
);

function checkJwk(text: string): string | undefined {
  if (isVaultReference(text)) return undefined;
  const jwk = parsed(text);
  if (jwk === undefined) return "could not json decode jwk string";
  try {
    createPublicKey({ key: jwk as never, format: "jwk" });
    return undefined;
  } catch {
    return "could not load JWK, likely not a valid key";
  }
}

function checkPemKeys(pem: JsonObject): string | undefined {
  const publicKey = own(pem, "public_key");
  const privateKey = own(pem, "private_key");
  if ([publicKey, privateKey].some((one) => typeof one === "string" && isVaultReference(one))) return undefined;
  const open = typeof publicKey === "string" ? attempt(() => createPublicKey(publicKey)) : undefined;
  if (typeof publicKey === "string" && open === undefined) return "could not load public key";
  const secret = typeof privateKey === "string" ? attempt(() => createPrivateKey(privateKey)) : undefined;
  if (typeof privateKey === "string" && secret === undefined) return "could not load private key";
  if (open === undefined || secret === undefined) return undefined;
  return createPublicKey(secret).equals(open) ? undefined : "public key does not match private key";
}

function checkKid(entity: JsonObject): string | undefined {
  const text = own(entity, "jwk");
  const jwk = typeof text === "string" ? parsed(text) : undefined;
  if (jwk === undefined || own(jwk, "kid") === own(entity, "kid")) return undefined;
  return "kid in jwk.kid must be equal to keys.kid";
}

function parsed(text: string): JsonObject | undefined {
  const value = attempt(() => JSON.parse(text) as unknown);
  return isJsonObject(value) ? (value as JsonObject) : undefined;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
