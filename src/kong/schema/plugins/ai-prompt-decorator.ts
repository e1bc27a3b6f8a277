import { array, atLeastOneOf, integer, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const aiPromptDecorator = plugin(
  config({
    prompts: record(
      {
        prepend: array(
          record(
            {
              role: string({ required: true, default: "system", oneOf: ["system", "assistant", "user"] }),
              content: string({ required: true, lenMax: 500 }),
            },
            { required: false },
          ),
          { required: false, lenMax: 15 },
        ),
        append: array(
          record(
            {
              role: string({ required: true, default: "system", oneOf: ["system", "assistant", "user"] }),
              content: string({ required: true, lenMax: 500 }),
            },
            { required: false },
          ),
          { required: false, lenMax: 15 },
        ),
      },
      { required: false },
    ),
    max_request_body_size: integer({ default: 8192, gt: 0 }),
    llm_format: string({ required: false, default: "openai", oneOf: ["openai", "bedrock", "gemini"] }),
  }),
  { protocols: "http", checks: [atLeastOneOf("config.prompts.prepend", "config.prompts.append")] },
);
