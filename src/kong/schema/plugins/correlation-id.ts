import { boolean, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const correlationId = plugin(
  config({
    header_name: string({ default: "Kong-Request-ID" }),
    generator: string({ required: true, default: "uuid#counter", oneOf: ["uuid", "uuid#counter", "tracker"] }),
    echo_downstream: boolean({ required: true, default: false }),
  }),
  { protocols: "http" },
);
