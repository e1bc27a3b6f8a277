import type { Fields, RecordType } from "../field.ts";
import { boolean, conditional, integer, mutuallyRequired, record, string } from "../notation.ts";
import { config, type PluginParts, plugin } from "../plugin.ts";
import { port } from "../typedefs.ts";
import { llmChecks, llmFields } from "./llm.ts";

/** A plugin that has a model rewrite what passes. */
function aiTransformer(more: Fields, parts: PluginParts): RecordType {
  return plugin(
    config({
      prompt: string({ required: true }),
      transformation_extract_pattern: string({ required: false }),
      ...more,
      http_timeout: integer({ required: true, default: 60_000 }),
      https_verify: boolean({ required: true, default: true }),
      max_request_body_size: integer({ default: 8192, gt: 0 }),
      http_proxy_host: string(),
      http_proxy_port: port(),
      https_proxy_host: string(),
      https_proxy_port: port(),
      llm: record(llmFields, { required: true, checks: llmChecks }),
    }),
    {
      protocols: "http",
      ...parts,
      checks: [
        conditional(
          "config.llm.route_type",
          { notOneOf: ["llm/v1/chat"] },
          "config.llm.route_type",
          { eq: "llm/v1/chat" },
          "'config.llm.route_type' must be 'llm/v1/chat' for AI transformer plugins",
        ),
        mutuallyRequired("config.http_proxy_host", "config.http_proxy_port"),
        mutuallyRequired("config.https_proxy_host", "config.https_proxy_port"),
      ],
    },
  );
}

export const aiRequestTransformer = aiTransformer({}, { never: ["consumer"] });
export const aiResponseTransformer = aiTransformer(
  { parse_llm_response_json_instructions: boolean({ required: true, default: false }) },
  {},
);
