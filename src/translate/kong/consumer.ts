import type { Problem } from "../../base/problem.ts";
import type { Consumer } from "../../kong/entities.ts";
import { consumerId } from "../../kong/ids.ts";
import { Secret } from "../../resources/core/secret.ts";
import { keyOf, refOf } from "../../resources/kind.ts";
import { KongConsumer, type KongConsumerObject } from "../../resources/kong/kong-consumer.ts";
import { type Claim, type Credential, rankOf } from "../fragment.ts";
import { isOurs } from "../ingress/class.ts";
import type { Input, View } from "../input.ts";
import { tagsOf } from "../tags.ts";
import type { Unit } from "../unit.ts";
import { consumerGroupState } from "./consumer-group.ts";
import { readCredential } from "./credential.ts";
import { pluginUses } from "./plugin.ts";

/** A KongConsumer: the consumer, its credentials, its groups and its plugins (spec: kong-crds §3). */
export const kongConsumerUnit: Unit<KongConsumerObject> = {
  kind: KongConsumer,
  compile(object, view) {
    if (!isOurs(object, undefined, view)) return { claims: [], problems: [] };
    const ref = refOf(object);
    if ((object.username ?? "") === "" && (object.custom_id ?? "") === "") {
      const message = "it has neither a username nor a custom_id, so nobody could ever be this consumer; set one";
      return { claims: [], problems: [{ code: "consumer-unnamed", severity: "error", object: ref, message }] };
    }
    const rank = rankOf(object);
    const credentials = credentialsOf(object, view);
    const groups = groupsOf(object, view);
    const plugins = pluginUses(object, view);
    const claim: Claim = {
      table: "consumer",
      key: keyOf(object),
      rank,
      origin: ref,
      value: {
        type: "consumer",
        consumer: consumerOf(object, view.input),
        credentials: credentials.credentials,
        plugins: plugins.uses,
        groups: groups.names,
      },
    };
    return {
      claims: [claim, ...credentials.claims],
      problems: [...credentials.problems, ...groups.problems, ...plugins.problems],
    };
  },
};

function consumerOf(object: KongConsumerObject, { settings, profile }: Input): Consumer {
  const { username = "", custom_id = "" } = object;
  return {
    // Kong makes the id of a consumer without a username itself.
    ...(settings.fillIds && username !== "" ? { id: consumerId(username, profile.workspace) } : {}),
    ...(username === "" ? {} : { username }),
    ...(custom_id === "" ? {} : { custom_id }),
    tags: tagsOf(object),
  };
}

interface Credentials {
  readonly credentials: readonly Credential[];
  readonly claims: readonly Claim[];
  readonly problems: readonly Problem[];
}

function credentialsOf(object: KongConsumerObject, view: View): Credentials {
  const ref = refOf(object);
  const rank = rankOf(object);
  const credentials: Credential[] = [];
  const claims: Claim[] = [];
  const problems: Problem[] = [];
  for (const [at, name] of (object.credentials ?? []).entries()) {
    const path = `credentials[${at}]`;
    const secret = view.get(Secret, ref.namespace, name);
    if (secret === undefined) {
      const message = `the Secret ${ref.namespace}/${name} does not exist; create it, or take its name away`;
      problems.push({ code: "secret-missing", severity: "error", object: ref, path, message });
      continue;
    }
    const read = readCredential(secret, view.input.settings.preflight);
    for (const fault of read.faults) problems.push({ ...fault, object: ref, path });
    if (read.credential === undefined) continue;
    credentials.push(read.credential);
    if (read.unique === undefined) continue;
    claims.push({
      table: "credential",
      key: read.unique.key,
      rank,
      origin: ref,
      path,
      value: { consumer: keyOf(object), index: read.unique.index, secret: read.credential.secret },
    });
  }
  return { credentials, claims, problems };
}

function groupsOf(object: KongConsumerObject, view: View) {
  const ref = refOf(object);
  const names: string[] = [];
  const problems: Problem[] = [];
  for (const [at, name] of (object.consumerGroups ?? []).entries()) {
    const state = view.glance(consumerGroupState, `${ref.namespace}/${name}`);
    if (state === "ours") {
      if (!names.includes(name)) names.push(name);
      continue;
    }
    const why = state === "none" ? "does not exist" : `is not of the ingress class ${view.input.settings.ingressClass}`;
    const remedy = state === "none" ? "create it" : "give it that class in its annotation kubernetes.io/ingress.class";
    problems.push({
      code: "consumer-group-missing",
      severity: "error",
      object: ref,
      path: `consumerGroups[${at}]`,
      message: `the KongConsumerGroup ${ref.namespace}/${name} ${why}, so the consumer is no member of it; ${remedy}, or take its name away`,
    });
  }
  return { names, problems };
}
