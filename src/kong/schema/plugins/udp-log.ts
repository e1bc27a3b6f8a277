import { number } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { host, luaCode, port } from "../typedefs.ts";

export const udpLog = plugin(
  config({
    host: host({ required: true }),
    port: port({ required: true }),
    timeout: number({ default: 10000 }),
    custom_fields_by_lua: luaCode,
  }),
);
