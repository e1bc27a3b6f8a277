import { isIPv4, isIPv6 } from "node:net";

/** A host as Kong reads it: what it is, and the port if one was written behind it. */
export interface Address {
  readonly type: "ipv4" | "ipv6" | "name";
  readonly host: string;
  readonly port?: number;
}

const BAD_PORT = "invalid port number";

/** Reads `name`, `name:port`, an IPv4 address with or without a port, an IPv6 address, `[ipv6]` or `[ipv6]:port`. A text is the reason why it is none, in Kong's words. */
export function parseAddress(text: string): Address | string {
  const withoutColons = text.replaceAll(":", "");
  if (text.length - withoutColons.length > 1) return parseIpv6(text);
  return /^[\d.]+$/.test(withoutColons) ? parseIpv4(text) : parseName(text);
}

function parseIpv4(text: string): Address | string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::(\d+))?$/.exec(text);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  if (match === null || octets.some((octet) => octet > 255)) return `invalid ipv4 address: ${text}`;
  return withPort({ type: "ipv4", host: octets.join(".") }, match[5]);
}

function parseIpv6(text: string): Address | string {
  const bracketed = /^\[([^[\]]*)\](.*)$/s.exec(text);
  const address = bracketed?.[1] ?? text;
  const rest = bracketed?.[2] ?? "";
  if (rest !== "" && !/^:\d+$/.test(rest)) return "invalid ipv6 address";
  const host = expandIpv6(address);
  if (host === undefined) return `invalid ipv6 address: ${text}`;
  return withPort({ type: "ipv6", host }, rest === "" ? undefined : rest.slice(1));
}

/** All eight groups, four digits each, in lower case. An address that ends in dotted digits is none to Kong. */
function expandIpv6(address: string): string | undefined {
  if (!isIPv6(address) || address.includes(".") || address.includes("%")) return undefined;
  const [left, right] = address.toLowerCase().split("::");
  const groups = (part: string | undefined) => (part === undefined || part === "" ? [] : part.split(":"));
  const head = groups(left);
  const tail = groups(right);
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...new Array<string>(zeros).fill("0"), ...tail].map((group) => group.padStart(4, "0")).join(":");
}

function parseName(text: string): Address | string {
  const match = /^(.*?)(?::(\d+))?$/s.exec(text);
  const host = match?.[1] ?? "";
  const labels = host.split(".");
  const bad = labels.some((label, i) => label.endsWith("-") || (label === "" && i < labels.length - 1));
  if (!/^[\w.-]+$/.test(host) || bad) return `invalid hostname: ${text}`;
  return withPort({ type: "name", host }, match?.[2]);
}

function withPort(address: Address, digits: string | undefined): Address | string {
  if (digits === undefined) return address;
  const port = Number(digits);
  return port > 65535 ? BAD_PORT : { ...address, port };
}

/** A host without a port. */
export function checkHost(text: string): string | undefined {
  const address = parseAddress(text);
  if (typeof address === "string") return address === BAD_PORT ? "must not have a port" : `invalid value: ${text}`;
  return address.port === undefined ? undefined : "must not have a port";
}

export function checkHostWithPort(text: string): string | undefined {
  const address = parseAddress(text);
  return typeof address === "string" ? address : undefined;
}

/** A host of a route: a wildcard stands for any text. */
export function checkRouteHost(text: string): string | undefined {
  return checkHostWithPort(text.replaceAll("*", "abc"));
}

export function checkSni(text: string): string | undefined {
  const address = parseAddress(text);
  if (typeof address === "string") return address === BAD_PORT ? "must not have a port" : `invalid value: ${text}`;
  if (address.type !== "name") return "must not be an IP";
  return address.port === undefined ? undefined : "must not have a port";
}

/** An SNI that may begin or end with one star. */
export function checkWildcardHost(text: string): string | undefined {
  const star = text.indexOf("*");
  if (star < 0) return checkSni(text);
  if (star !== 0 && star !== text.length - 1) return "wildcard must be leftmost or rightmost character";
  if (text.indexOf("*", star + 1) >= 0) return "only one wildcard must be specified";
  const refused = checkSni(text.replace("*", "wildcard"));
  return refused?.startsWith("invalid value: ") ? `invalid value: ${text.replace("*", "wildcard")}` : refused;
}

export function checkIp(text: string): string | undefined {
  return isIPv4(text) || isIPv6(text) ? undefined : `not an ip address: ${text}`;
}

export function checkIpOrCidr(text: string): string | undefined {
  const slash = text.indexOf("/");
  const ip = slash < 0 ? text : text.slice(0, slash);
  const bits = isIPv4(ip) ? 32 : isIPv6(ip) ? 128 : -1;
  const prefix = slash < 0 ? "0" : text.slice(slash + 1);
  if (bits >= 0 && /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits) return undefined;
  return `invalid ip or cidr range: '${text}'`;
}
