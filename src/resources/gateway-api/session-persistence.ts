import { optional, record, rules, text, word } from "../schema.ts";
import { duration } from "./names.ts";
import { SESSION_RULES } from "./rules.ts";

/** Keeps a client with one backend. */
export const SessionPersistence = record(
  {
    sessionName: optional(text({ maxLength: 128 })),
    type: optional(word(["Cookie", "Header"], { default: "Cookie" })),
    absoluteTimeout: optional(duration()),
    idleTimeout: optional(duration()),
    cookieConfig: optional(record({ lifetimeType: optional(word(["Permanent", "Session"], { default: "Session" })) })),
  },
  rules(...SESSION_RULES),
);
