import { boolean, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { luaCode } from "../typedefs.ts";

export const fileLog = plugin(
  config({
    path: string({ required: true, match: "^[^*&%%\\`]+$", err: "not a valid filename" }),
    reopen: boolean({ required: true, default: false }),
    custom_fields_by_lua: luaCode,
  }),
);
