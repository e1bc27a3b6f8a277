import { formatRef, type ObjectRef, type Problem } from "../../base/problem.ts";
import type { Consumer } from "../../kong/entities.ts";
import { entityId } from "../../kong/ids.ts";
import type { Claim, ClaimIn, ConsumerClaim, Credential } from "../fragment.ts";
import type { Input } from "../input.ts";
import { admit } from "./admit.ts";
import { losers } from "./first.ts";
import { bindings } from "./plugins.ts";
import { type Rule, type Ruling, standing, winner } from "./rule.ts";

/** Two credentials with one unique value: nobody gets it, since whoever was first might not be the one it belongs to. */
export const credentialRule: Rule<"credential"> = {
  table: "credential",
  rule(_key, claims) {
    const [first] = claims;
    if (first === undefined || claims.length < 2) return {};
    const { index } = first.value;
    const consumers = new Map(claims.map((claim) => [claim.value.consumer, claim.origin]));
    const names = [...consumers.values()].map(formatRef).join(", ");
    const secrets = [...new Set(claims.map((claim) => formatRef(claim.value.secret)))].join(", ");
    const problems: Problem[] = [];
    for (const { value, origin, path } of claims) {
      const code = "credential-conflict";
      const message = `more than one credential has the same value (${index}), in ${secrets}; the consumers that use them are left out: ${names}. Give each credential a value of its own`;
      problems.push({ code, severity: "error", object: value.secret, message });
      problems.push({ code, severity: "error", object: origin, ...(path === undefined ? {} : { path }), message });
    }
    return {
      problems,
      claims: [...consumers].map(
        ([key, origin]): Claim => ({
          table: "consumer",
          key,
          rank: first.rank,
          origin,
          value: { type: "veto", index },
        }),
      ),
    };
  },
};

/** A consumer with a credential in conflict is left out, but keeps its names. */
export const consumerRule: Rule<"consumer"> = {
  table: "consumer",
  rule(_key, claims) {
    const veto = claims.some((claim) => claim.value.type === "veto");
    const out: Claim[] = [];
    for (const { value, rank, origin, blocked } of claims) {
      if (value.type !== "consumer") continue;
      const { type: _, ...consumer } = value;
      const claim = { rank, origin, value: consumer, ...(veto || blocked === true ? { blocked: true } : {}) };
      const { username, custom_id } = consumer.consumer;
      if (username !== undefined) out.push({ ...claim, table: "username", key: username });
      else out.push({ ...claim, table: "customId", key: custom_id ?? "" });
    }
    return { claims: out };
  },
};

/** Kong refuses a second consumer of one username, and with it everything else. */
export const usernameRule: Rule<"username"> = {
  table: "username",
  rule(username, claims, { input }) {
    const keep = kept(claims, input);
    const rulings = claims.map(({ table: _, ...claim }): Ruling => {
      const { custom_id } = claim.value.consumer;
      const held = keep.has(claim.rank) ? claim : { ...claim, blocked: true };
      if (custom_id === undefined) return admitConsumer(held, input);
      return { claims: [{ ...held, table: "customId", key: custom_id }] };
    });
    return joined(rulings, losers(claims, "duplicate-consumer", `the username "${username}"`));
  },
};

/** Nor does it take a second one of one custom_id. */
export const customIdRule: Rule<"customId"> = {
  table: "customId",
  rule(customId, claims, { input }) {
    const keep = kept(claims, input);
    const rulings = claims.map((claim) =>
      admitConsumer(keep.has(claim.rank) ? claim : { ...claim, blocked: true }, input),
    );
    return joined(rulings, losers(claims, "duplicate-consumer", `the custom_id "${customId}"`));
  },
};

/** The ranks of those who have the name: one, or without pre-flight all. */
function kept(claims: readonly { readonly rank: string; readonly blocked?: boolean }[], input: Input): Set<string> {
  if (!input.settings.preflight) return new Set(claims.flatMap((c) => (c.blocked === true ? [] : [c.rank])));
  const first = claims[0];
  return new Set(first === undefined || first.blocked === true ? [] : [first.rank]);
}

function joined(rulings: readonly Ruling[], problems: readonly Problem[]): Ruling {
  return {
    entities: rulings.flatMap((ruling) => ruling.entities ?? []),
    claims: rulings.flatMap((ruling) => ruling.claims ?? []),
    problems: [...problems, ...rulings.flatMap((ruling) => ruling.problems ?? [])],
  };
}

interface OneConsumer {
  readonly rank: string;
  readonly origin: ObjectRef;
  readonly value: ConsumerClaim;
  readonly blocked?: boolean;
}

/** The consumer's entity, its memberships and its plugins' relations. One that is left out still claims the latter: a plugin meant for it alone must not run for all. */
function admitConsumer({ rank, origin, value, blocked }: OneConsumer, input: Input): Ruling {
  const known = referable(value, input);
  const id = known.username ?? known.id ?? known.custom_id ?? "";
  const end = {
    kind: "consumer",
    id,
    ...(known.username === undefined && known.id === id ? { unnamed: true } : {}),
  } as const;
  const left = { claims: bindings({ rank, origin }, end, value.plugins, true) };
  if (blocked === true) return left;
  const { lists, parts, problems } = credentialLists(value.credentials, origin, input);
  const admitted = admit("consumers", known, origin, input);
  const said = [...problems, ...admitted.problems];
  if (admitted.entity === undefined) return { ...left, problems: said };
  const sort = `${known.username === undefined ? "0" : "1"}${known.username ?? ""}\u0000${known.custom_id ?? ""}`;
  const memberships = value.groups.map(
    (group): Claim => ({ table: "consumerGroup", key: group, rank, origin, value: { type: "member", consumer: id } }),
  );
  return {
    entities: [{ section: "consumers", sort, value: { ...admitted.entity, ...lists }, origins: [origin], parts }],
    claims: [...memberships, ...bindings({ rank, origin }, end, value.plugins)],
    problems: said,
  };
}

/** Kong fails on a reference to a consumer by its custom_id: a consumer that has nothing else gets an id to be referred to by. */
function referable({ consumer, plugins, groups }: ConsumerClaim, { settings, profile }: Input): Consumer {
  const { username, custom_id } = consumer;
  if (!settings.preflight || username !== undefined || plugins.length + groups.length === 0) return consumer;
  return { id: entityId("consumers", `custom_id:${custom_id}`, profile.workspace), ...consumer };
}

/** Credentials by their lists, each admitted on its own: a bad one does not take the consumer with it. */
function credentialLists(credentials: readonly Credential[], consumer: ObjectRef, input: Input) {
  const lists: { -readonly [List in Credential["list"]]?: Credential["value"][] } = {};
  const parts: { type: string; name: string; origins: readonly ObjectRef[] }[] = [];
  const problems: Problem[] = [];
  const groups = new Set<unknown>();
  for (const { list, value, secret } of credentials) {
    if (list === "acls" && input.settings.preflight) {
      if (groups.has(value["group"])) {
        const message = `${formatRef(secret)} names an ACL group that another credential of this consumer names already; it is ignored, take it out of credentials`;
        problems.push({ code: "duplicate-acl-group", severity: "warning", object: consumer, message });
        continue;
      }
      groups.add(value["group"]);
    }
    const admitted = admit(list, value, secret, input);
    for (const problem of admitted.problems) problems.push({ ...problem, related: [consumer] });
    if (admitted.entity === undefined) continue;
    lists[list] ??= [];
    const held = lists[list];
    parts.push({ type: list, name: String(held.length), origins: [secret, consumer] });
    held.push(admitted.entity);
  }
  return { lists, parts, problems };
}

/** Groups of one name are one to Kong, whatever their namespaces. */
export const consumerGroupRule: Rule<"consumerGroup"> = {
  table: "consumerGroup",
  rule(name, claims, { input }) {
    const groups = claims.filter((claim) => claim.value.type === "group");
    const keep = new Set(input.settings.preflight ? [winner(groups)] : standing(groups));
    const problems = [...losers(groups, "duplicate-consumer-group", `the consumer group name "${name}"`)];
    const entities = [];
    const out: Claim[] = [];
    let namespaces: string[] = [];
    for (const claim of groups) {
      if (claim.value.type !== "group") continue;
      const { rank, origin, value } = claim;
      const admitted = keep.has(claim) ? admit("consumer_groups", value.group, origin, input) : undefined;
      problems.push(...(admitted?.problems ?? []));
      const end = { kind: "consumer_group", id: name } as const;
      out.push(...bindings({ rank, origin }, end, value.plugins, admitted?.entity === undefined));
      if (admitted?.entity === undefined) continue;
      namespaces = [...namespaces, origin.namespace];
      entities.push({ section: "consumer_groups", sort: name, value: admitted.entity, origins: [origin] });
    }
    for (const claim of standing(claims)) {
      if (claim.value.type !== "member" || !namespaces.includes(claim.origin.namespace)) continue;
      entities.push(membership(name, claim, claim.value.consumer));
    }
    return { entities, claims: out, problems };
  },
};

function membership(group: string, { origin }: ClaimIn<"consumerGroup">, consumer: string) {
  const value = { consumer_group: group, consumer };
  return { section: "consumer_group_consumers", sort: `${group}\u0000${consumer}`, value, origins: [origin] };
}
