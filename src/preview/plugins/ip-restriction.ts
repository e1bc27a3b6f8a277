import { BlockList, isIP } from "node:net";
import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly allow?: readonly string[] | null;
  readonly deny?: readonly string[] | null;
  readonly status?: number | null;
  readonly message?: string | null;
}

/** https://developer.konghq.com/plugins/ip-restriction/ */
export const ipRestriction: PluginCode = {
  name: "ip-restriction",
  access(exchange, plugin) {
    const config = plugin.config as Config;
    const ip = exchange.request.clientIp;
    const deny = config.deny ?? [];
    const allow = config.allow ?? [];
    const refused = (deny.length > 0 && isIn(deny, ip)) || (allow.length > 0 && !isIn(allow, ip));
    if (!refused) return undefined;
    return { status: config.status ?? 403, error: config.message ?? `IP address not allowed: ${ip}` };
  },
};

/** Whether an address is one of these, or in one of these networks; what is neither is passed over. */
export function isIn(list: readonly string[], ip: string): boolean {
  const blocks = new BlockList();
  for (const item of list) {
    const [address = "", bits] = item.split("/");
    const family = familyOf(address);
    if (family === undefined) continue;
    if (bits === undefined) blocks.addAddress(address, family);
    else blocks.addSubnet(address, Number(bits), family);
  }
  return blocks.check(ip, familyOf(ip) ?? "ipv4");
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : undefined;
}
