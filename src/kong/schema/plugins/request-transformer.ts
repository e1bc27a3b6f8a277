import { array, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { httpMethod } from "../typedefs.ts";
import { checkPair, checkRename } from "./pairs.ts";

const list = (element = string()) => array(element, { required: true, default: [] });
const pairs = { body: list(), headers: list(string({ match: "^[^:]+:.*$", check: checkPair })), querystring: list() };
const names = { body: list(), headers: list(string({ check: checkPair })), querystring: list() };
const renames = { ...pairs, headers: list(string({ match: "^[^:]+:.*$", check: checkRename })) };

export const requestTransformer = plugin(
  config({
    http_method: httpMethod,
    remove: record(names, { required: true }),
    rename: record(renames, { required: true }),
    replace: record({ ...pairs, uri: string() }, { required: true }),
    add: record(pairs, { required: true }),
    append: record(pairs, { required: true }),
  }),
);
