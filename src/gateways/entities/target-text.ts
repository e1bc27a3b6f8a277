import { parseAddress } from "../../kong/schema/addresses.ts";

/** What Kong takes for a target without a port. */
const PORT = 8000;

/** A target as Kong keeps it: with its port, an IPv6 address in brackets and written out (facts: db-mode/README.md §5). What is no address stays. */
export function targetText(target: string): string {
  const address = parseAddress(target);
  if (typeof address === "string") return target;
  const host = address.type === "ipv6" ? `[${address.host}]` : address.host;
  return `${host}:${address.port ?? PORT}`;
}
