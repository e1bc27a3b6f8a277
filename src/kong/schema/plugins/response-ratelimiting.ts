import { atLeastOneOf, boolean, map, record, requiredIf, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { checkLimits, limits } from "./limits.ts";
import { formerRedis, redis } from "./redis.ts";

export const responseRatelimiting = plugin(
  config(
    {
      header_name: string({ default: "x-kong-limit" }),
      limit_by: string({ default: "consumer", oneOf: ["consumer", "credential", "ip"] }),
      policy: string({ default: "local", oneOf: ["local", "redis"] }),
      fault_tolerant: boolean({ required: true, default: true }),
      redis: redis(),
      block_on_first_violation: boolean({ required: true, default: false }),
      hide_client_headers: boolean({ required: true, default: false }),
      limits: map(
        string(),
        record(limits, {
          required: true,
          checks: [atLeastOneOf("second", "minute", "hour", "day", "month", "year")],
          check: checkLimits,
        }),
        { required: true, lenMin: 1 },
      ),
    },
    {
      shorthands: formerRedis,
    },
  ),
  {
    protocols: "http",
    checks: [
      requiredIf("config.policy", "redis", "config.redis.host"),
      requiredIf("config.policy", "redis", "config.redis.port"),
      requiredIf("config.policy", "redis", "config.redis.timeout"),
    ],
  },
);
