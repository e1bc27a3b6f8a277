import { deprecated, integer, map, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { headerName, luaCode, url } from "../typedefs.ts";
import { queue } from "./queue.ts";

export const httpLog = plugin(
  config({
    http_endpoint: url({ required: true, referenceable: true, encrypted: true }),
    method: string({ default: "POST", oneOf: ["POST", "PUT", "PATCH"] }),
    content_type: string({
      default: "application/json",
      oneOf: ["application/json", "application/json; charset=utf-8"],
    }),
    timeout: number({ default: 10000 }),
    keepalive: number({ default: 60000 }),
    retry_count: integer({ deprecation: deprecated(10) }),
    queue_size: integer({ deprecation: deprecated(1) }),
    flush_timeout: number({ deprecation: deprecated(2) }),
    headers: map(
      headerName({
        matchNone: [
          { pattern: "^[Hh][Oo][Ss][Tt]$", err: "cannot contain 'Host' header" },
          {
            pattern: "^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$",
            err: "cannot contain 'Content-Length' header",
          },
          { pattern: "^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$", err: "cannot contain 'Content-Type' header" },
        ],
      }),
      string({ referenceable: true }),
    ),
    queue: queue(),
    custom_fields_by_lua: luaCode,
  }),
);
