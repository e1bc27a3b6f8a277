import { optional, record, rules, text, word } from "../schema.ts";
import { duration } from "./names.ts";

/** Keeps a client with one backend. */
export const SessionPersistence = record(
  {
    sessionName: optional(text({ maxLength: 128 })),
    type: optional(word(["Cookie", "Header"], { default: "Cookie" })),
    absoluteTimeout: optional(duration()),
    idleTimeout: optional(duration()),
    cookieConfig: optional(record({ lifetimeType: optional(word(["Permanent", "Session"], { default: "Session" })) })),
  },
  rules(
    {
      rule: "!has(self.cookieConfig) || !has(self.cookieConfig.lifetimeType) || self.cookieConfig.lifetimeType != 'Permanent' || has(self.absoluteTimeout)",
      message: "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent",
    },
    {
      rule: "!has(self.cookieConfig) || self.type == 'Cookie'",
      message: "cookieConfig can only be set with type Cookie",
    },
  ),
);
