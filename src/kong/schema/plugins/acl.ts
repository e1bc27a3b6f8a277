import { array, atLeastOneOf, boolean, onlyOneOf, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const acl = plugin(
  config({
    allow: array(string()),
    deny: array(string()),
    hide_groups_header: boolean({ required: true, default: false }),
    always_use_authenticated_groups: boolean({ required: true, default: false }),
  }),
  {
    protocols: "http",
    never: ["consumer"],
    checks: [onlyOneOf("config.allow", "config.deny"), atLeastOneOf("config.allow", "config.deny")],
  },
);
