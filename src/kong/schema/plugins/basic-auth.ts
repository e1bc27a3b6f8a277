import { boolean, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const basicAuth = plugin(
  config({
    anonymous: string(),
    hide_credentials: boolean({ required: true, default: false }),
    realm: string({ required: true, default: "service" }),
  }),
  { protocols: "http", never: ["consumer"] },
);
