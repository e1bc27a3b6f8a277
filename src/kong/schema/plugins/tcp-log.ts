import { boolean, integer, map, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const tcpLog = plugin(
  config({
    host: string({ required: true }),
    port: integer({ required: true, between: [0, 65535] }),
    timeout: number({ default: 10000 }),
    keepalive: number({ default: 60000 }),
    tls: boolean({ required: true, default: false }),
    tls_sni: string(),
    custom_fields_by_lua: map(string(), string()),
  }),
);
