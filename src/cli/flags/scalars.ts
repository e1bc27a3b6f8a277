import { formatDuration, parseDuration } from "../../base/duration.ts";
import { parseGoBool, parseGoFloat, parseGoInteger, parseGoUnsigned } from "./go-number.ts";
import { checked, type ValueType } from "./value-type.ts";

/** Any text, taken as it is. */
export const text: ValueType<string> = {
  label: "text",
  read: (value) => ({ value }),
  show: (value) => value,
};

/** A switch: `--flag` alone means true, `--flag=false` false. */
export const bool: ValueType<boolean> = {
  label: "",
  bare: "true",
  read(given) {
    const value = parseGoBool(given);
    return value === undefined ? { cause: "expected true or false" } : { value };
  },
  show: String,
};

/** A whole number of 64 bits, with sign. Those past 2^53 lose their last digits. */
export const int: ValueType<number> = {
  label: "int",
  read(given) {
    const value = parseGoInteger(given);
    if (value === undefined) return { cause: "expected a whole number" };
    return BigInt.asIntN(64, value) === value
      ? { value: Number(value) }
      : { cause: "the number does not fit into 64 bits" };
  },
  show: String,
};

/** A whole number of 64 bits without sign. */
export const uint: ValueType<number> = {
  label: "uint",
  read(given) {
    const value = parseGoUnsigned(given);
    if (value === undefined) return { cause: "expected a whole number without sign" };
    return BigInt.asUintN(64, value) === value
      ? { value: Number(value) }
      : { cause: "the number does not fit into 64 bits" };
  },
  show: String,
};

/** A number within the range of a 32-bit float; infinities and NaN, which Go would take, mean nothing for any flag and are refused. */
export const float: ValueType<number> = {
  label: "float",
  read(given) {
    const value = parseGoFloat(given);
    if (value === undefined) return { cause: "expected a number" };
    return Number.isFinite(Math.fround(value)) ? { value } : { cause: "expected a finite number of 32 bits" };
  },
  show: String,
};

/** The longest that Go's time.Duration holds, in ms. */
const LONGEST = Number(2n ** 63n - 1n) / 1e6;

/** A Go duration such as `1m30s`; the value is in ms. */
export const duration: ValueType<number> = {
  label: "duration",
  read(given) {
    const value = parseDuration(given);
    if (value === undefined) return { cause: "expected a duration such as 10s, 1m30s or 500ms" };
    return Math.abs(value) <= LONGEST ? { value } : { cause: "the duration is longer than 292 years" };
  },
  show: formatDuration,
};

/** The type without values below zero. */
export function notNegative(type: ValueType<number>): ValueType<number> {
  return checked(type, (value) => (value < 0 ? "it must not be negative" : undefined));
}

/** The type with values above zero only. */
export function positive(type: ValueType<number>): ValueType<number> {
  return checked(type, (value) => (value <= 0 ? "it must be greater than zero" : undefined));
}

/** A TCP port; 0 lets the system choose one. */
export const port: ValueType<number> = {
  ...checked(int, (value) => (value < 0 || value > 65_535 ? "a port is a number from 0 to 65535" : undefined)),
  label: "port",
};

/** One of the given words. `aliases` are further words that stand for one of them. */
export function oneOf<const T extends string>(
  words: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): ValueType<T> {
  return {
    label: words.join("|"),
    read(given) {
      const value =
        words.find((word) => word === given) ?? (Object.hasOwn(aliases, given) ? aliases[given] : undefined);
      return value === undefined
        ? { cause: `expected ${words.join(", ").replace(/, ([^,]*)$/, " or $1")}` }
        : { value };
    },
    show: (value) => value,
  };
}
