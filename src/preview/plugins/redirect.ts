import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly status_code?: number;
  readonly location: string;
  readonly keep_incoming_path?: boolean;
}

/** https://developer.konghq.com/plugins/redirect/ */
export const redirect: PluginCode = {
  name: "redirect",
  access(exchange, plugin) {
    const config = plugin.config as unknown as Config;
    const { rawPath, query } = exchange.request;
    const incoming = query === undefined ? rawPath : `${rawPath}?${query}`;
    const location = config.keep_incoming_path === true ? withPath(config.location, incoming) : config.location;
    return {
      status: config.status_code ?? 301,
      headers: { Location: location },
      body: "redirecting",
    };
  },
};

/** Path and query of the location give way to the incoming ones (facts: routing.md, surprise 10). */
function withPath(location: string, incoming: string): string {
  const origin = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/.exec(location)?.[0] ?? "";
  return origin + incoming;
}
