import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly allow?: readonly string[] | null;
  readonly deny?: readonly string[] | null;
}

/** Clients that say themselves that they are robots. Kong's list is longer; tools such as curl and Wget are on neither. */
const ROBOTS = [
  "googlebot",
  "adsbot-google",
  "mediapartners-google",
  "bingbot",
  "msnbot",
  "slurp",
  "duckduckbot",
  "baiduspider",
  "yandexbot",
  "ahrefsbot",
  "semrushbot",
  "mj12bot",
  "dotbot",
  "facebookexternalhit",
  "twitterbot",
  "linkedinbot",
  "applebot",
  "petalbot",
  "bytespider",
  "pingdom\\.com_bot",
  "crawler",
  "spider",
];
const ROBOT = new RegExp(ROBOTS.join("|"), "i");

/** https://developer.konghq.com/plugins/bot-detection/ */
export const botDetection: PluginCode = {
  name: "bot-detection",
  access(exchange, plugin) {
    const config = plugin.config as Config;
    const agents = exchange.request.headers.all("user-agent");
    if (agents.length === 0) return undefined;
    if (agents.length > 1) return { status: 400, error: "Only one User-Agent header allowed" };
    const agent = agents[0]!.trim();
    if (matchesAny(config.allow, agent)) return undefined;
    return matchesAny(config.deny, agent) || ROBOT.test(agent) ? { status: 403, error: "Forbidden" } : undefined;
  },
};

function matchesAny(patterns: readonly string[] | null | undefined, agent: string): boolean {
  return (patterns ?? []).some((pattern) => {
    try {
      return new RegExp(pattern).test(agent);
    } catch {
      // The schema refuses what is no expression; PCRE's own syntax is not run here.
      return false;
    }
  });
}
