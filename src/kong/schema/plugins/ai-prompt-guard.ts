import { array, atLeastOneOf, boolean, conditional, integer, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const aiPromptGuard = plugin(
  config({
    allow_patterns: array(string({ lenMax: 500 }), { required: false, lenMax: 10 }),
    deny_patterns: array(string({ lenMax: 500 }), { required: false, lenMax: 10 }),
    allow_all_conversation_history: boolean({ required: true, default: false }),
    max_request_body_size: integer({ default: 8192, gt: 0 }),
    match_all_roles: boolean({ required: true, default: false }),
    llm_format: string({ required: false, default: "openai", oneOf: ["openai", "bedrock", "gemini"] }),
  }),
  {
    protocols: "http",
    checks: [
      atLeastOneOf("config.allow_patterns", "config.deny_patterns"),
      conditional("config.match_all_roles", { eq: true }, "config.allow_all_conversation_history", { eq: false }),
    ],
  },
);
