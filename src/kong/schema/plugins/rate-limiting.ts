import { atLeastOneOf, boolean, number, requiredIf, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { headerName, path } from "../typedefs.ts";
import { checkLimits, limits } from "./limits.ts";
import { formerRedis, redis } from "./redis.ts";

export const rateLimiting = plugin(
  config(
    {
      ...limits,
      limit_by: string({ default: "consumer", oneOf: ["consumer", "credential", "ip", "service", "header", "path"] }),
      header_name: headerName(),
      path: path(),
      policy: string({ default: "local", oneOf: ["local", "redis"], lenMin: 0 }),
      fault_tolerant: boolean({ required: true, default: true }),
      redis: redis(),
      hide_client_headers: boolean({ required: true, default: false }),
      error_code: number({ default: 429, gt: 0 }),
      error_message: string({ default: "API rate limit exceeded" }),
      sync_rate: number({ required: true, default: -1 }),
    },
    {
      shorthands: formerRedis,
      check: checkLimits,
    },
  ),
  {
    protocols: "http",
    checks: [
      atLeastOneOf("config.second", "config.minute", "config.hour", "config.day", "config.month", "config.year"),
      requiredIf("config.policy", "redis", "config.redis.host"),
      requiredIf("config.policy", "redis", "config.redis.port"),
      requiredIf("config.policy", "redis", "config.redis.timeout"),
      requiredIf("config.limit_by", "header", "config.header_name"),
      requiredIf("config.limit_by", "path", "config.path"),
    ],
  },
);
