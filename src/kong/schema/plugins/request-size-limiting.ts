import { boolean, integer, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const requestSizeLimiting = plugin(
  config({
    allowed_payload_size: integer({ default: 128 }),
    size_unit: string({ required: true, default: "megabytes", oneOf: ["megabytes", "kilobytes", "bytes"] }),
    require_content_length: boolean({ required: true, default: false }),
  }),
  { protocols: "http" },
);
