import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly allow?: readonly string[] | null;
  readonly deny?: readonly string[] | null;
  readonly hide_groups_header?: boolean;
  readonly always_use_authenticated_groups?: boolean;
}

const REFUSED = { status: 403, error: "You cannot consume this service" };

/** https://developer.konghq.com/plugins/acl/ */
export const acl: PluginCode = {
  name: "acl",
  access(exchange, plugin, tools) {
    const config = plugin.config as Config;
    const { consumer } = exchange;
    const shown = exchange.groups;
    const useShown = consumer === undefined || (config.always_use_authenticated_groups === true && shown !== undefined);
    if (useShown && shown === undefined) {
      // Nobody authenticated the client: that it is not allowed cannot be known (facts: routing.md, surprise 10).
      return exchange.credentialId === undefined ? { status: 401, error: "Unauthorized" } : REFUSED;
    }
    const groups = useShown ? (shown ?? []) : tools.credentials.groupsOf(consumer!.id);
    const deny = config.deny ?? [];
    const listed = deny.length > 0 ? deny : (config.allow ?? []);
    const isIn = groups.some((group) => listed.includes(group));
    if (deny.length > 0 ? isIn : !isIn) return REFUSED;
    // Also where there are none: Kong then sends it empty.
    if (config.hide_groups_header !== true)
      exchange.upstream.headers.set(useShown ? "X-Authenticated-Groups" : "X-Consumer-Groups", groups.join(", "));
    return undefined;
  },
};
