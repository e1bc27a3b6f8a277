import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** The addresses of a name, IPv4 before IPv6; none when it has none. */
export async function resolveName(name: string): Promise<readonly string[]> {
  const plain = name.replace(/^\[|\]$/g, "");
  if (isIP(plain) !== 0) return [plain];
  try {
    const found = await lookup(plain, { all: true });
    return found.sort((a, b) => a.family - b.family).map(({ address }) => address);
  } catch {
    // ENOTFOUND and its kin: there is nothing to connect to, whatever the resolver's reason.
    return [];
  }
}
