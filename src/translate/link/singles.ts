import { formatRef, type Problem } from "../../base/problem.ts";
import { admit } from "./admit.ts";
import { type Rule, standing } from "./rule.ts";

/** Vaults: the first to claim a prefix has it. */
export const vaultRule: Rule<"vault"> = {
  table: "vault",
  rule(prefix, claims, { input }) {
    const [first, ...rest] = claims;
    if (first === undefined) return {};
    const problems: Problem[] = rest.map((claim) => ({
      code: "duplicate-vault-prefix",
      severity: "error",
      object: claim.origin,
      path: "spec.prefix",
      message: `the prefix "${prefix}" is already that of ${formatRef(first.origin)}; choose another one`,
    }));
    if (first.blocked === true) return { problems };
    const admitted = admit("vaults", first.value.vault, first.origin, input);
    problems.push(...admitted.problems);
    if (admitted.entity === undefined) return { problems };
    return {
      entities: [{ section: "vaults", sort: prefix, value: admitted.entity, origins: [first.origin] }],
      problems,
    };
  },
};

/** Licences: the newest counts; among those of one moment the first by name. Claims carry a rank in which the newest is first. */
export const licenseRule: Rule<"license"> = {
  table: "license",
  rule(_key, claims, { input }) {
    const first = standing(claims)[0];
    if (first === undefined) return {};
    const admitted = admit("licenses", first.value.license, first.origin, input);
    if (admitted.entity === undefined) return { problems: admitted.problems };
    const { payload } = admitted.entity;
    return {
      entities: [{ section: "licenses", sort: payload, value: admitted.entity, origins: [first.origin] }],
      problems: admitted.problems,
    };
  },
};
