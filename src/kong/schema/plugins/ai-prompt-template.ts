import { array, boolean, integer, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const aiPromptTemplate = plugin(
  config({
    templates: array(
      record({ name: string({ required: true }), template: string({ required: true }) }, { required: true }),
      { required: true },
    ),
    allow_untemplated_requests: boolean({ required: true, default: true }),
    log_original_request: boolean({ required: true, default: false }),
    max_request_body_size: integer({ default: 8192, gt: 0 }),
  }),
  { protocols: "http" },
);
