import { boolean, integer } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { url } from "../typedefs.ts";

export const redirect = plugin(
  config({
    status_code: integer({ required: true, default: 301, between: [100, 599] }),
    location: url({ required: true }),
    keep_incoming_path: boolean({ default: false }),
  }),
  { protocols: "http" },
);
