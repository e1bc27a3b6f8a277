import { own } from "../../base/json.ts";
import { formatRef } from "../../base/problem.ts";
import type { SecretObject } from "../../resources/core/secret.ts";
import { keyOf, refOf } from "../../resources/kind.ts";
import type { KongConsumerObject } from "../../resources/kong/kong-consumer.ts";
import { CREDENTIAL_LABEL, credentialField, readCredential } from "../../translate/kong/credential.ts";
import { refusals } from "../../translate/link/admit.ts";
import { isManaged } from "./class.ts";
import type { AdmissionContext } from "./context.ts";
import { consumersByCredential, secretsByCredential } from "./indexes.ts";

type Read = (field: string) => string | undefined;

/** What each type of credential needs (spec: admin-push §14), by the label's value. */
const NEEDED: ReadonlyMap<string, (read: Read) => readonly string[]> = new Map([
  ["key-auth", () => ["key"]],
  ["basic-auth", () => ["username", "password"]],
  ["hmac-auth", () => ["username", "secret"]],
  ["jwt", neededForJwt],
  ["oauth2", () => ["name", "client_id", "client_secret", "redirect_uris"]],
  ["acl", () => ["group"]],
  ["mtls-auth", () => ["subject_name"]],
]);

/** A token is signed with a shared secret or with a key pair. */
function neededForJwt(read: Read): readonly string[] {
  const algorithm = read("algorithm") ?? "";
  const all = ["algorithm", "key"];
  if (algorithm === "") return [...all, "rsa_public_key", "secret"];
  return /^HS(256|384|512)$/.test(algorithm) ? [...all, "secret"] : [...all, "rsa_public_key"];
}

/** Label values of Secrets that look like credentials and are something else: KIC's for Konnect. */
const NOT_CHECKED: ReadonlySet<string> = new Set(["konnect"]);

/** What is wrong with a Secret as a credential, each thing for itself. Its values are not quoted. */
export function credentialFaults(secret: SecretObject, { input }: AdmissionContext): readonly string[] {
  const label = own(secret.metadata.labels, CREDENTIAL_LABEL) ?? "";
  if (NOT_CHECKED.has(label)) return [];
  const needed = NEEDED.get(label);
  if (needed === undefined) {
    const said = label === "" ? "it does not say what it holds" : `"${label}" is no type of credential`;
    return [`${said}; label it ${CREDENTIAL_LABEL} with one of ${[...NEEDED.keys()].join(", ")}`];
  }
  const read: Read = (field) => credentialField(secret, field);
  const fields = needed(read);
  const missing = fields.filter((field) => read(field) === undefined);
  if (missing.length > 0) return [`a credential of type ${label} needs ${list(missing)} in its data`];
  const empty = fields.filter((field) => read(field) === "");
  if (empty.length > 0) return [`${list(empty)} of a credential of type ${label} must not be empty`];
  const { credential } = readCredential(secret, true);
  return credential === undefined ? [] : refusals(credential.list, credential.value, input);
}

/** The consumers of ours that name a Secret as a credential. */
export function consumersWith(secret: SecretObject, context: AdmissionContext): readonly KongConsumerObject[] {
  const { namespace = "", name } = secret.metadata;
  return context.objects
    .find(consumersByCredential, `${namespace}/${name}`)
    .filter((consumer) => isManaged(consumer, context));
}

/** Why what only one credential may have belongs to another consumer already; undefined when it does not. `own`: the one whose credential it is to be, if it is only becoming one. */
export function takenBy(
  secret: SecretObject,
  own: KongConsumerObject | undefined,
  context: AdmissionContext,
): string | undefined {
  const { unique } = readCredential(secret, true);
  if (unique === undefined) return undefined;
  // What a consumer had before it may have again, under another name.
  const isOther = (consumer: KongConsumerObject) => own === undefined || keyOf(consumer) !== keyOf(own);
  const sharing = own === undefined ? undefined : consumersWith(secret, context).find(isOther);
  if (sharing !== undefined)
    return `${formatRef(refOf(sharing))} has this Secret as a credential already, and a credential is that of one consumer; make another Secret`;
  for (const other of context.objects.find(secretsByCredential, unique.key)) {
    if (keyOf(other) === keyOf(secret)) continue;
    const consumer = consumersWith(other, context).find(isOther);
    if (consumer !== undefined)
      return `${formatRef(refOf(other))}, a credential of ${formatRef(refOf(consumer))}, holds the same value (${unique.index}), and Kong takes each only once`;
  }
  return undefined;
}

function list(fields: readonly string[]): string {
  return fields.length < 2 ? (fields[0] ?? "") : `${fields.slice(0, -1).join(", ")} and ${fields.at(-1)}`;
}
