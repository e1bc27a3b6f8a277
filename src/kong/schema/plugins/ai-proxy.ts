import { boolean, conditional, integer, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { llmChecks, llmFields } from "./llm.ts";

const nativeFormat = (format: string) =>
  conditional(
    "config.llm_format",
    { eq: format },
    "config.model.provider",
    { eq: format },
    `native llm_format '${format}' can only be used with the '${format}' model.provider`,
  );

export const aiProxy = plugin(
  config(
    {
      ...llmFields,
      response_streaming: string({ required: false, default: "allow", oneOf: ["allow", "deny", "always"] }),
      max_request_body_size: integer({ default: 8192, gt: 0 }),
      model_name_header: boolean({ default: true }),
      llm_format: string({ required: false, default: "openai", oneOf: ["openai", "bedrock", "gemini"] }),
    },
    { checks: llmChecks },
  ),
  {
    protocols: "http",
    checks: [
      conditional(
        "config.llm_format",
        { oneOf: ["bedrock", "gemini"] },
        "config.route_type",
        { eq: "llm/v1/chat" },
        "native provider options in llm_format can only be used with the 'llm/v1/chat' route_type",
      ),
      nativeFormat("bedrock"),
      nativeFormat("gemini"),
    ],
  },
);
