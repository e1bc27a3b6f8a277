import { integer, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const standardWebhooks = plugin(
  config({
    secret_v1: string({ required: true, referenceable: true, encrypted: true }),
    tolerance_second: integer({ required: true, default: 300, gt: -1 }),
  }),
  { protocols: "http", never: ["consumer"] },
);
