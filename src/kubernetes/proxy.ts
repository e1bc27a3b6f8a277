import { BlockList, isIP } from "node:net";

/** The environment variables that a function reads. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL, by Go's rules (golang.org/x/net/http/httpproxy): HTTPS_PROXY or HTTP_PROXY in either case,
 * except for loopback hosts and what NO_PROXY lists (hosts with their subdomains, `.domain`, addresses, CIDR ranges, each with an optional port, or `*`).
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = env[name] || env[name.toLowerCase()];
  if (!proxy) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (isLoopback(host) || isExcluded(host, port, env["NO_PROXY"] || env["no_proxy"] || "")) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function isExcluded(host: string, port: string, list: string): boolean {
  return list
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && matches(host, port, entry));
}

function matches(host: string, port: string, entry: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inRange(host, entry);
  const [name, entryPort] = splitPort(entry);
  if (entryPort !== undefined && entryPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*?\./, "");
  const onlySubdomains = domain !== name;
  return host.endsWith(`.${domain}`) || (!onlySubdomains && host === domain);
}

/** `host:port`, `[::1]:port`; an IPv6 address without brackets has no port. */
function splitPort(entry: string): readonly [string, string | undefined] {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(entry);
  if (match !== null) return [match[1] ?? match[2]!, match[3]];
  return [entry.replace(/^\[|\]$/g, ""), undefined];
}

function inRange(host: string, range: string): boolean {
  const [network, bits] = range.split("/");
  const family = isIP(network ?? "");
  const prefix = Number(bits);
  if (family === 0 || isIP(host) !== family || !(prefix >= 0 && prefix <= (family === 4 ? 32 : 128))) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network!, prefix, type);
  return list.check(host, type);
}
