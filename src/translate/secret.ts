import { own } from "../base/json.ts";
import type { SecretObject } from "../resources/core/secret.ts";

/** The text under a key of a Secret; undefined when the key is not there. */
export function secretText(secret: SecretObject, key: string): string | undefined {
  const encoded = own(secret.data, key);
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
}
