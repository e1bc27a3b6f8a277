import type { Exchange } from "../proxy/exchange.ts";
import type { PluginEntity } from "../runtime/types.ts";
import type { PluginAnswer, PluginCode, PluginTools } from "./plugin.ts";

interface Config {
  readonly second?: number | null;
  readonly minute?: number | null;
  readonly hour?: number | null;
  readonly day?: number | null;
  readonly month?: number | null;
  readonly year?: number | null;
  readonly limit_by?: string;
  readonly header_name?: string | null;
  readonly path?: string | null;
  readonly hide_client_headers?: boolean;
  readonly error_code?: number;
  readonly error_message?: string;
}

const PERIODS = ["second", "minute", "hour", "day", "month", "year"] as const;
type Period = (typeof PERIODS)[number];

/** Seconds; months and years begin with the calendar. */
const LENGTHS: Readonly<Record<Period, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
};

interface Usage {
  readonly period: Period;
  readonly limit: number;
  readonly remaining: number;
}

/** https://developer.konghq.com/plugins/rate-limiting/ with the policy `local`; the others count here as well. */
export const rateLimiting: PluginCode = {
  name: "rate-limiting",
  access(exchange, plugin, tools) {
    const config = plugin.config as Config;
    const now = exchange.now();
    forgetOld(tools, now);
    const who = identifier(exchange, config);
    const counted = PERIODS.flatMap((period) => {
      const limit = config[period];
      if (limit == null) return [];
      const start = windowStart(period, now);
      const key = counterKey(plugin, who, period, start);
      return [{ period, limit, key, used: tools.counters.get(key)?.count ?? 0, start }];
    });
    const full = counted.find(({ used, limit }) => used >= limit);
    // What was refused counts in no window; only the full one is shown as if it had.
    const usage = counted.map(({ period, limit, used }) => ({
      period,
      limit,
      remaining: Math.max(0, limit - used - (full === undefined || full.period === period ? 1 : 0)),
    }));
    if (config.hide_client_headers !== true) showUsage(exchange, usage, now);
    if (full !== undefined) return refuse(exchange, config, full.period, now);
    for (const { key, used, period, start } of counted)
      tools.counters.set(key, { count: used + 1, until: start + 2 * LENGTHS[period] * 1000 });
    return undefined;
  },
};

function counterKey(plugin: PluginEntity, who: string, period: Period, start: number): string {
  return ["rate-limiting", plugin.route?.id ?? "", plugin.service?.id ?? "", who, period, start].join("|");
}

function identifier(exchange: Exchange, config: Config): string {
  const { request } = exchange;
  const ip = request.clientIp;
  switch (config.limit_by) {
    case "service":
      return exchange.service?.id ?? ip;
    case "header":
      return request.headers.get(config.header_name ?? "") ?? ip;
    case "path":
      return request.rawPath === config.path ? request.rawPath : ip;
    case "ip":
      return ip;
    case "credential":
      return exchange.credentialId ?? ip;
    default:
      return exchange.consumer?.id ?? exchange.credentialId ?? ip;
  }
}

/** ms since 1970. */
function windowStart(period: Period, now: number): number {
  const date = new Date(now);
  if (period === "year") return Date.UTC(date.getUTCFullYear(), 0);
  if (period === "month") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  const length = LENGTHS[period] * 1000;
  return Math.floor(now / length) * length;
}

function resetIn(period: Period, now: number): number {
  return Math.max(1, LENGTHS[period] - Math.floor((now - windowStart(period, now)) / 1000));
}

function showUsage(exchange: Exchange, usage: readonly Usage[], now: number): void {
  let tightest: Usage | undefined;
  for (const one of usage) {
    const name = one.period[0]!.toUpperCase() + one.period.slice(1);
    exchange.responseHeaders.push([`X-RateLimit-Limit-${name}`, String(one.limit)]);
    exchange.responseHeaders.push([`X-RateLimit-Remaining-${name}`, String(one.remaining)]);
    if (tightest === undefined || one.remaining <= tightest.remaining) tightest = one;
  }
  if (tightest === undefined) return;
  exchange.responseHeaders.push(["RateLimit-Limit", String(tightest.limit)]);
  exchange.responseHeaders.push(["RateLimit-Remaining", String(tightest.remaining)]);
  exchange.responseHeaders.push(["RateLimit-Reset", String(resetIn(tightest.period, now))]);
}

function refuse(_exchange: Exchange, config: Config, period: Period, now: number): PluginAnswer {
  return {
    status: config.error_code ?? 429,
    error: config.error_message ?? "API rate limit exceeded",
    ...(config.hide_client_headers === true ? {} : { headers: { "Retry-After": String(resetIn(period, now)) } }),
  };
}

const MANY = 10_000;

/** Windows that are long past are thrown away when there are many. */
function forgetOld(tools: PluginTools, now: number): void {
  if (tools.counters.size < MANY) return;
  for (const [key, { until }] of tools.counters) if (until < now) tools.counters.delete(key);
}
