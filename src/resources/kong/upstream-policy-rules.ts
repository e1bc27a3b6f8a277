import type { CelRule } from "../schema.ts";

const HASH_ON = "has(self.spec.hashOn)";
const COOKIE = "has(self.spec.hashOn) && has(self.spec.hashOn.cookie)";
const COOKIE_PATH = "has(self.spec.hashOn) && has(self.spec.hashOn.cookiePath)";
const FALLBACK = "has(self.spec.hashOnFallback)";
const STICKY = "has(self.spec.stickySessions)";

/** At most one of the members of `part` is given. */
function atMostOne(part: string, members: readonly string[]): CelRule {
  const each = members.map((member) => `has(self.spec.${part}.${member})`).join(", ");
  return {
    rule: `has(self.spec.${part}) ? [${each}].filter(given, given).size() <= 1 : true`,
    message: `Only one of spec.${part}.(${members.join("|")}) can be set.`,
  };
}

function noInterval(part: string): CelRule {
  const path = `self.spec.healthchecks.passive.${part}`;
  return {
    rule: `has(self.spec.healthchecks) && has(self.spec.healthchecks.passive) && has(${path}) ? !has(${path}.interval) : true`,
    message: `spec.healthchecks.passive.${part}.interval must not be set.`,
  };
}

/** What goes with what in a KongUpstreamPolicy. */
export const UPSTREAM_POLICY_RULES: readonly CelRule[] = [
  atMostOne("hashOn", ["input", "cookie", "header", "uriCapture", "queryArg"]),
  {
    rule: `${COOKIE} ? has(self.spec.hashOn.cookiePath) : true`,
    message: "When spec.hashOn.cookie is set, spec.hashOn.cookiePath is required.",
  },
  {
    rule: `${COOKIE_PATH} ? has(self.spec.hashOn.cookie) : true`,
    message: "When spec.hashOn.cookiePath is set, spec.hashOn.cookie is required.",
  },
  {
    rule: `${HASH_ON} ? has(self.spec.algorithm) && self.spec.algorithm in ['consistent-hashing', 'sticky-sessions'] : true`,
    message: "spec.algorithm must be set to either 'consistent-hashing' or 'sticky-sessions' when spec.hashOn is set.",
  },
  atMostOne("hashOnFallback", ["input", "header", "uriCapture", "queryArg"]),
  {
    rule: `${FALLBACK} ? has(self.spec.algorithm) && self.spec.algorithm == 'consistent-hashing' : true`,
    message: 'spec.algorithm must be set to "consistent-hashing" when spec.hashOnFallback is set.',
  },
  {
    rule: `${COOKIE} ? !${FALLBACK} : true`,
    message: "spec.hashOnFallback must not be set when spec.hashOn.cookie is set.",
  },
  noInterval("healthy"),
  noInterval("unhealthy"),
  {
    rule: `${STICKY} ? ${HASH_ON} && has(self.spec.hashOn.input) && self.spec.hashOn.input == 'none' && ${["cookie", "cookiePath", "header", "uriCapture", "queryArg"].map((member) => `!has(self.spec.hashOn.${member})`).join(" && ")} : true`,
    message:
      "When spec.stickySessions is set, spec.hashOn.input must be set to 'none' (no other hash_on fields allowed).",
  },
  {
    rule: `${STICKY} ? has(self.spec.stickySessions.cookie) : true`,
    message: "spec.stickySessions.cookie is required when spec.stickySessions is set.",
  },
  {
    rule: `${STICKY} ? has(self.spec.algorithm) && self.spec.algorithm == 'sticky-sessions' : true`,
    message: "spec.algorithm must be set to 'sticky-sessions' when spec.stickySessions is set.",
  },
];
