/** What a plain (unquoted) scalar means to sigs.k8s.io/yaml, which keeps YAML 1.1's booleans and octal numbers but leaves times and base-60 numbers as text. */
export function plainScalar(text: string): null | boolean | number | string {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text[0]!;
  if (first === ".") return FLOAT.test(bare(text)) ? finite(bare(text), text) : text;
  return (first >= "0" && first <= "9") || first === "+" || first === "-" ? numberOr(text) : text;
}

const WORDS: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const BASES: Readonly<Record<string, { readonly base: bigint; readonly digits: RegExp }>> = {
  x: { base: 16n, digits: /^[0-9a-f]+$/ },
  o: { base: 8n, digits: /^[0-7]+$/ },
  b: { base: 2n, digits: /^[01]+$/ },
};
const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

/** Underscores may stand between digits. */
function bare(text: string): string {
  return text.replaceAll("_", "");
}

function numberOr(text: string): number | string {
  const plain = bare(text);
  const whole = integerIn(plain);
  // Beyond 2^53 a JavaScript number is the nearest one; Kong's numbers are of the same kind.
  if (whole !== undefined && whole >= LEAST && whole <= MOST) return Number(whole);
  return FLOAT.test(plain) ? finite(plain, text) : text;
}

/** Go's integers with any base: `12`, `-0x1F`, `0o17`, `017`, `0b101`. */
function integerIn(text: string): bigint | undefined {
  const signed = text.startsWith("-") || text.startsWith("+");
  const digits = (signed ? text.slice(1) : text).toLowerCase();
  const magnitude = magnitudeIn(digits);
  // An unsigned number may be twice as large, but has no sign.
  if (magnitude === undefined || (signed && magnitude > 2n ** 63n - (text.startsWith("+") ? 1n : 0n))) return undefined;
  return text.startsWith("-") ? -magnitude : magnitude;
}

function magnitudeIn(digits: string): bigint | undefined {
  const known = digits.startsWith("0") ? BASES[digits[1] ?? ""] : undefined;
  if (known !== undefined) return known.digits.test(digits.slice(2)) ? BigInt(digits) : undefined;
  if (digits.length > 1 && digits.startsWith("0")) return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined;
  return /^[0-9]+$/.test(digits) ? BigInt(digits) : undefined;
}

/** A number too large to be one stays text. */
function finite(plain: string, text: string): number | string {
  const value = Number(plain);
  return Number.isFinite(value) ? value : text;
}

/** How a fraction that stands as a key of a map is written: as Go prints 32-bit floats, since sigs.k8s.io/yaml does so. */
export function fractionKey(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return ".nan";
  if (!Number.isFinite(single)) return single < 0 ? "-.inf" : ".inf";
  if (Object.is(single, -0)) return "-0";
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa = "", exponent = ""] = single.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return single.toFixed(Math.max(0, digits - 1 - power));
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
