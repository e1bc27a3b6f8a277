import { LIST_ATOMIC, list, optional, record, rules } from "../schema.ts";
import { sectionName } from "./names.ts";
import { BackendRef } from "./route.ts";
import { NEEDS_BACKENDS, UNIQUE_RULE_NAMES } from "./rules.ts";

const StreamRule = record(
  {
    name: optional(sectionName()),
    backendRefs: optional(list(BackendRef, { minItems: 1, maxItems: 16, ...LIST_ATOMIC })),
  },
  rules(NEEDS_BACKENDS),
);

/** The rules of a TCPRoute, a UDPRoute or a TLSRoute: one from v1 on, up to 16 before. */
export const streamRules = list(StreamRule, { minItems: 1, maxItems: 16, ...LIST_ATOMIC, ...rules(UNIQUE_RULE_NAMES) });
