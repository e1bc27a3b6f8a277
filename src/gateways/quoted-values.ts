import { maskValues } from "../base/mask-values.ts";

/** Lists whose entities hold nothing that is secret, so that Kong's words on them can be shown as they are. */
const OPEN: ReadonlySet<string> = new Set(["services", "routes", "upstreams", "targets", "snis", "ca_certificates"]);

const MASK = "[redacted]";

/** Kong's words on an entity, without the values in it that may have come from a Secret. */
export function withoutValues(message: string, list: string, value: object): string {
  if (OPEN.has(list)) return message;
  if (Object.keys(value).length > 0) return maskValues(message, value, MASK);
  // Without the entity there is no telling which quoted text is Kong's own.
  return message.replace(/'([^']*)'|"([^"]*)"/g, (quoted, single?: string, double?: string) =>
    (single ?? double) === list ? quoted : quoted[0] + MASK + quoted[0],
  );
}
