import type { Chance } from "./random.ts";

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  1.5,
  2 ** 53,
  "",
  " ",
  "a",
  "\u0000",
  "\ud800",
  "é".repeat(300),
  "x".repeat(70_000),
  "{vault://env/x}",
  "*",
  "~/(",
  "~/[a-",
  "/a//b",
  "../..",
  "__proto__",
  "http://[",
  "00000000-0000-0000-0000-000000000000",
  [],
  [[]],
  [null],
  {},
  { id: null },
  { id: [] },
  { name: "a" },
];
const ODD_KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "id",
  "name",
  "tags",
  "config",
  "1",
  "",
  "snis",
  "plugins",
  "routes",
  "service",
];

/** A copy with one to a few parts changed, dropped, doubled or added. */
export function mutated(value: unknown, chance: Chance): unknown {
  let out = structuredClone(value);
  for (let i = 1 + chance.below(3); i > 0; i--) out = step(out, chance, 0);
  return out;
}

function step(value: unknown, chance: Chance, depth: number): unknown {
  const inner = typeof value === "object" && value !== null;
  if (!inner || depth > 12 || chance.maybe(0.08)) return chance.one(ODD_VALUES);
  if (Array.isArray(value)) {
    const list = [...(value as unknown[])];
    const at = chance.below(list.length + 1);
    const fate = chance.next();
    if (at === list.length || fate < 0.1)
      list.push(chance.maybe(0.5) ? chance.one(ODD_VALUES) : structuredClone(list[0]));
    else if (fate < 0.2) list.splice(at, 1);
    else list[at] = step(list[at], chance, depth + 1);
    return list;
  }
  const entries = Object.entries(value);
  const at = chance.below(entries.length + 1);
  const entry = entries[at];
  const fate = chance.next();
  if (entry === undefined || fate < 0.1) entries.push([chance.one(ODD_KEYS), chance.one(ODD_VALUES)]);
  else if (fate < 0.2) entries.splice(at, 1);
  else entries[at] = [entry[0], step(entry[1], chance, depth + 1)];
  return Object.fromEntries(entries);
}

/** Bytes changed, cut, doubled or put in. */
export function garbled(bytes: Buffer, chance: Chance): Buffer {
  let out = Buffer.from(bytes);
  for (let i = 1 + chance.below(4); i > 0; i--) {
    const at = chance.below(out.length + 1);
    const end = Math.min(out.length, at + chance.below(20));
    const kind = chance.below(4);
    if (kind === 0 && out.length > 0) out[at % out.length] = chance.below(256);
    else if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(end)]);
    else if (kind === 2) out = Buffer.concat([out.subarray(0, end), out.subarray(at)]);
    else {
      const odd = chance.one([
        "\r\n",
        "\r\n\r\n",
        "\u0000",
        ": ",
        "%",
        "//",
        "chunked",
        "99999999999",
        " ",
        "\t",
        "HTTP/1.1",
        "é",
      ]);
      out = Buffer.concat([out.subarray(0, at), Buffer.from(odd), out.subarray(at)]);
    }
  }
  return out;
}

const TOKENS = [
  "http.path",
  "http.host",
  "http.method",
  "http.headers.x_a",
  "http.queries.q",
  "http.path.segments.0_2",
  "http.path.segments.len",
  "net.src.ip",
  "net.dst.port",
  "tls.sni",
  "lower(http.path)",
  "any(http.headers.x_a)",
  "==",
  "!=",
  "^=",
  "=^",
  "~",
  "in",
  "not in",
  ">=",
  "contains",
  "&&",
  "||",
  "!",
  "(",
  ")",
  '"/a"',
  '"^/a(b"',
  '"^/(a+)+$"',
  'r#"^/(?<x>[a-z]+)"#',
  "10.0.0.0/8",
  "::1",
  "443",
  "99999999999999999999",
  '"\\',
  "é",
];

/** Something like a router expression; now and then one that is right. */
export function expression(chance: Chance): string {
  if (chance.maybe(0.3)) return `http.path ${chance.one(["==", "^=", "~"])} "/${chance.one(["a", "b.*", "[0-9]+"])}"`;
  return Array.from({ length: 1 + chance.below(12) }, () => chance.one(TOKENS)).join(" ");
}
