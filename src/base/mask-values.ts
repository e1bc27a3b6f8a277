/** Shorter values are masked only where a text sets them off: anywhere else they could be a part of an ordinary word. */
const LONG = 8;
const QUOTED = /'([^']*)'|"([^"]*)"/g;

/** A text that somebody wrote about a value, with `mask` in the place of the texts and numbers in the value: in quotes, after a colon or an equals sign, and long ones anywhere. */
export function maskValues(message: string, value: unknown, mask: string): string {
  const values = [...new Set(leaves(value))].filter((one) => one !== "").sort((a, b) => b.length - a.length);
  let out = message;
  for (const one of values) {
    out = out.replaceAll(`'${one}'`, `'${mask}'`).replaceAll(`"${one}"`, `"${mask}"`);
    out = one.length >= LONG ? out.replaceAll(one, mask) : withoutAppended(out, one, mask);
  }
  return out.replace(QUOTED, (quoted, single?: string, double?: string) => {
    const inner = single ?? double ?? "";
    // A part of a value, or what is left of one that has quotes in it.
    const isPart = inner !== mask && inner !== "" && values.some((one) => one.includes(inner));
    return isPart ? quoted[0] + mask + quoted[0] : quoted;
  });
}

/** As in `invalid value: x` and `a = x vs b = y`. */
function withoutAppended(text: string, value: string, mask: string): string {
  let out = text;
  for (const before of [": ", "= "]) {
    out = out.replaceAll(`${before}${value} `, `${before}${mask} `);
    if (out.endsWith(before + value)) out = out.slice(0, -value.length) + mask;
  }
  return out;
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "id" ? [] : leaves(inner)));
}
