import { array, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { checkPair, checkRename } from "./pairs.ts";

const list = (element = string()) => array(element, { required: true, default: [] });
const pair = string({ match: "^[^:]+:.*$" });
const headers = list(string({ match: "^[^:]+:.*$", check: checkPair }));
const values = { json: list(pair), json_types: list(string({ oneOf: ["boolean", "number", "string"] })), headers };

export const responseTransformer = plugin(
  config({
    remove: record({ json: list(), headers: list(string({ check: checkPair })) }, { required: true }),
    rename: record(
      { json: list(pair), headers: list(string({ match: "^[^:]+:.*$", check: checkRename })) },
      { required: true },
    ),
    replace: record(values, { required: true }),
    add: record(values, { required: true }),
    append: record(values, { required: true }),
  }),
  { protocols: "http" },
);
