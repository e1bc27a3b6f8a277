/** Texts of numbers and truth values as Go's strconv reads them: KIC's flags are read that way, and manifests rely on it. */

const TRUE: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** strconv.ParseBool; undefined when it is none. */
export function parseGoBool(text: string): boolean | undefined {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined;
}

const UNSIGNED = /^(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;

/** strconv.ParseUint with base 0 and any size: `0x1f`, `0b1`, `017`, `1_000`; undefined when it is none. */
export function parseGoUnsigned(text: string): bigint | undefined {
  if (!UNSIGNED.test(text)) return undefined;
  const digits = text.replaceAll("_", "");
  return BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
}

/** strconv.ParseInt with base 0 and any size; undefined when it is none. */
export function parseGoInteger(text: string): bigint | undefined {
  const signed = /^[+-]/.test(text);
  const size = parseGoUnsigned(signed ? text.slice(1) : text);
  return size !== undefined && text.startsWith("-") ? -size : size;
}

const DECIMAL = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]_?([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/;

/** strconv.ParseFloat: decimal, hexadecimal with a binary exponent, infinities and NaN; undefined when it is none. */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (DECIMAL.test(text)) return Number(text.replaceAll("_", ""));
  const [, sign, whole = "", fraction = "", exponent] =
    HEXADECIMAL.exec(text.replaceAll(/(?<=[\da-fA-F])_(?=[\da-fA-F])/g, "")) ?? [];
  if (exponent === undefined || whole + fraction === "") return undefined;
  const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -size : size;
}
