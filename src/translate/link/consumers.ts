import { formatRef, type Problem } from "../../base/problem.ts";
import type { Claim } from "../fragment.ts";
import { admit } from "./admit.ts";
import { losers } from "./first.ts";
import { type Rule, standing, winner } from "./rule.ts";

/** Two credentials with one unique value: nobody gets it, since whoever was first might not be the one it belongs to. */
export const credentialRule: Rule<"credential"> = {
  table: "credential",
  rule(_key, claims) {
    if (claims.length < 2) return {};
    const consumers = [...new Set(claims.map((claim) => claim.value.consumer))].sort();
    const problems: Problem[] = [];
    const names = claims.map((claim) => formatRef(claim.origin)).join(", ");
    for (const claim of claims) {
      const { index, secret } = claim.value;
      problems.push(
        {
          code: "credential-conflict",
          severity: "error",
          object: secret,
          message: `its ${index} is also in another credential; used by ${names}. Give each credential a value of its own`,
        },
        {
          code: "credential-conflict",
          severity: "error",
          object: claim.origin,
          message: `its credential in ${formatRef(secret)} has the same ${index} as another one; the consumers concerned are left out: ${names}`,
        },
      );
    }
    const first = claims[0]!;
    return {
      problems,
      claims: consumers.map(
        (consumer): Claim => ({
          table: "consumer",
          key: consumer,
          rank: first.rank,
          origin: first.origin,
          value: { type: "veto", index: first.value.index },
        }),
      ),
    };
  },
};

export const consumerRule: Rule<"consumer"> = {
  table: "consumer",
  rule(_key, claims) {
    if (claims.some((claim) => claim.value.type === "veto")) return {};
    const out: Claim[] = [];
    for (const claim of claims) {
      if (claim.value.type !== "consumer") continue;
      const { consumer, plugins, groups } = claim.value;
      const key = consumer.username === undefined ? `custom_id:${consumer.custom_id}` : `username:${consumer.username}`;
      out.push({ ...claim, table: "username", key, value: { consumer, plugins, groups } } as Claim);
    }
    return { claims: out };
  },
};

export const usernameRule: Rule<"username"> = {
  table: "username",
  rule(key, claims, { input }) {
    // Kong refuses a second consumer of one name, and with it everything else.
    const keep = input.settings.preflight ? [winner(claims)] : standing(claims);
    const [field, ...name] = key.split(":");
    const problems = [...losers(claims, "duplicate-consumer", `the ${field} "${name.join(":")}"`)];
    const entities = [];
    const out: Claim[] = [];
    for (const claim of keep) {
      if (claim === undefined) continue;
      const { plugins, groups } = claim.value;
      const admitted = admit("consumers", claim.value.consumer, claim.origin, input);
      problems.push(...admitted.problems);
      if (admitted.entity === undefined) continue;
      const consumer = admitted.entity;
      const id = consumer.username ?? consumer.custom_id ?? "";
      const sort = `${consumer.username === undefined ? "0" : "1"}${consumer.username ?? ""}\u0000${consumer.custom_id ?? ""}`;
      entities.push({ section: "consumers", sort, value: consumer, origins: [claim.origin] });
      for (const group of groups) {
        const value = { consumer_group: group, consumer: id };
        entities.push({
          section: "consumer_group_consumers",
          sort: `${group}\u0000${id}`,
          value,
          origins: [claim.origin],
        });
      }
      for (const use of plugins) {
        const value = { kind: "consumer", id, use } as const;
        out.push({
          table: "plugin",
          key: `${use.namespace}:${use.name}`,
          rank: claim.rank,
          origin: claim.origin,
          value,
        });
      }
    }
    return { entities, claims: out, problems };
  },
};

export const consumerGroupRule: Rule<"consumerGroup"> = {
  table: "consumerGroup",
  rule(name, claims, { input }) {
    const keep = input.settings.preflight ? [winner(claims)] : standing(claims);
    const problems = [...losers(claims, "duplicate-consumer-group", `the consumer group name "${name}"`)];
    const entities = [];
    const out: Claim[] = [];
    for (const claim of keep) {
      if (claim === undefined) continue;
      const admitted = admit("consumer_groups", claim.value.group, claim.origin, input);
      problems.push(...admitted.problems);
      if (admitted.entity === undefined) continue;
      entities.push({ section: "consumer_groups", sort: name, value: admitted.entity, origins: [claim.origin] });
      for (const use of claim.value.plugins) {
        const value = { kind: "consumer_group", id: name, use } as const;
        out.push({
          table: "plugin",
          key: `${use.namespace}:${use.name}`,
          rank: claim.rank,
          origin: claim.origin,
          value,
        });
      }
    }
    return { entities, claims: out, problems };
  },
};
