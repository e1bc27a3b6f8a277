import { array, atLeastOneOf, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

const PHASES = ["certificate", "rewrite", "access", "header_filter", "body_filter", "log"] as const;
const code = array(string({ required: false }), { required: true, default: [] });

/** Plugins made of Lua code. Whether the code can be compiled only a Kong can say. */
const functions = plugin(config(Object.fromEntries(PHASES.map((phase) => [phase, code]))), {
  never: ["consumer"],
  checks: [atLeastOneOf(...PHASES.map((phase) => `config.${phase}`))],
});

export const preFunction = functions;
export const postFunction = { ...functions };
