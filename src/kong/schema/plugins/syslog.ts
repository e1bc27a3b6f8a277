import { string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { luaCode } from "../typedefs.ts";

export const syslog = plugin(
  config({
    log_level: string({
      required: true,
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    successful_severity: string({
      required: true,
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    client_errors_severity: string({
      required: true,
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    server_errors_severity: string({
      required: true,
      default: "info",
      oneOf: ["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
    }),
    custom_fields_by_lua: luaCode,
    facility: string({
      required: true,
      default: "user",
      oneOf: [
        "auth",
        "authpriv",
        "cron",
        "daemon",
        "ftp",
        "kern",
        "lpr",
        "mail",
        "news",
        "syslog",
        "user",
        "uucp",
        "local0",
        "local1",
        "local2",
        "local3",
        "local4",
        "local5",
        "local6",
        "local7",
      ],
    }),
  }),
);
