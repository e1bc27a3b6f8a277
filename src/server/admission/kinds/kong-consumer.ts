import { formatRef } from "../../../base/problem.ts";
import { keyOf, refOf } from "../../../resources/kind.ts";
import { KongConsumer, type KongConsumerObject } from "../../../resources/kong/kong-consumer.ts";
import type { Index } from "../../../store/object-store.ts";
import { readCredential } from "../../../translate/kong/credential.ts";
import { isManaged } from "../class.ts";
import type { AdmissionContext } from "../context.ts";
import { credentialFaults, takenBy } from "../credentials.ts";
import { consumersByCustomId, consumersByUsername } from "../indexes.ts";
import { at, type KindCheck, refuse, type Write } from "../kind-check.ts";
import { allow } from "../review.ts";

/** A KongConsumer of our class needs names and credentials that nobody else has. What an update leaves as it was is not looked at again. */
export const kongConsumerCheck: KindCheck<KongConsumerObject> = {
  kind: KongConsumer,
  async check(write, context) {
    const { object } = write;
    if (!isManaged(object, context)) return allow();
    const faults = [...nameFaults(write, context), ...(await newCredentialFaults(write, context))];
    return faults.length > 0 ? refuse(object, faults) : allow();
  },
};

function nameFaults({ object, former }: Write<KongConsumerObject>, context: AdmissionContext): readonly string[] {
  const { username = "", custom_id = "" } = object;
  if (username === "" && custom_id === "") return ["it has neither a username nor a custom_id; set one"];
  const taken = (field: string, value: string, before: string | undefined, index: Index<KongConsumerObject>) => {
    if (value === "" || (former !== undefined && value === before)) return [];
    const other = context.objects
      .find(index, value)
      .find((found) => keyOf(found) !== keyOf(object) && isManaged(found, context));
    return other === undefined
      ? []
      : [at(field, `${formatRef(refOf(other))} has the same one, and Kong takes each only once; choose another one`)];
  };
  return [
    ...taken("username", username, former?.username, consumersByUsername),
    ...taken("custom_id", custom_id, former?.custom_id, consumersByCustomId),
  ];
}

async function newCredentialFaults(
  { object, former }: Write<KongConsumerObject>,
  context: AdmissionContext,
): Promise<readonly string[]> {
  const { namespace = "" } = object.metadata;
  const names = object.credentials ?? [];
  const added = new Set(names).difference(new Set(former?.credentials ?? []));
  if (added.size === 0) return [];
  const faults: string[] = [];
  const holders = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const secret = await context.secret(namespace, name);
    const say = (fault: string) =>
      void faults.push(at(`credentials[${index}]`, `Secret ${namespace}/${name}: ${fault}`));
    if (secret === undefined) {
      if (added.has(name)) say("it does not exist; create it first");
      continue;
    }
    const key = readCredential(secret, true).unique?.key;
    const twin = key === undefined ? undefined : holders.get(key);
    if (key !== undefined) holders.set(key, name);
    if (twin !== undefined && (added.has(name) || added.has(twin))) say(`it holds the same credential as ${twin}`);
    if (!added.has(name)) continue;
    const wrong = credentialFaults(secret, context);
    const taken = wrong.length > 0 ? undefined : takenBy(secret, object, context);
    for (const fault of taken === undefined ? wrong : [taken]) say(fault);
  }
  return faults;
}
