import { number, set, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { host, luaCode, port } from "../typedefs.ts";

export const loggly = plugin(
  config({
    host: host({ default: "logs-01.loggly.com" }),
    port: port({ default: 514 }),
    key: string({ required: true, referenceable: true, encrypted: true }),
    tags: set(string(), { default: ["kong"] }),
    log_level: string({
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    successful_severity: string({
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    client_errors_severity: string({
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    server_errors_severity: string({
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    timeout: number({ default: 10000 }),
    custom_fields_by_lua: luaCode,
  }),
);
