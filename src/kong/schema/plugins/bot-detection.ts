import { array, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const botDetection = plugin(
  config({
    allow: array(string({ isRegex: true }), { default: [] }),
    deny: array(string({ isRegex: true }), { default: [] }),
  }),
  { protocols: "http", never: ["consumer"] },
);
