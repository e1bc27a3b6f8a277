/** Lists whose entities hold nothing that is secret, so that Kong's words on them can be shown as they are. */
const OPEN: ReadonlySet<string> = new Set(["services", "routes", "upstreams", "targets", "snis", "ca_certificates"]);

const MASK = "[redacted]";
/** Shorter values are masked only where they stand in quotes: anywhere else they could be a part of an ordinary word. */
const LONG = 8;

/** Kong's words on an entity, without the values in it that may have come from a Secret. */
export function withoutValues(message: string, list: string, value: object): string {
  if (OPEN.has(list)) return message;
  const values = new Set(leaves(value));
  let out = message.replace(/'([^']*)'|"([^"]*)"/g, (quoted, single?: string, double?: string) => {
    const inner = single ?? double ?? "";
    // A quoted value that is no part of what was sent is Kong's own word; without the entity there is no telling.
    const secret = values.size > 0 ? values.has(inner) : inner !== list;
    return secret ? quoted[0] + MASK + quoted[0] : quoted;
  });
  for (const long of values) if (long.length >= LONG) out = out.replaceAll(long, MASK);
  return out;
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "id" || key === "tags" ? [] : leaves(inner)));
}
