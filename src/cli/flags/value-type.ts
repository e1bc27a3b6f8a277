/** What reading a text gave: its value, or why it has none (the cause in `invalid argument "X" for "--flag" flag: cause`). */
export type Reading<T> = { readonly value: T } | { readonly cause: string };

/** How the text of a flag becomes a value, and back. The same for the command line and the environment. */
export interface ValueType<T> {
  /** What help shows behind the flag, such as `duration`; "" for a switch. */
  readonly label: string;
  /** The text that a flag without a value stands for. Only switches have one; all others take the next argument. */
  readonly bare?: string;
  /** Reads one occurrence. `earlier` is what earlier ones on the same command line gave; lists grow by it, everything else is replaced. */
  read(text: string, earlier?: T): Reading<T>;
  /** The value as a person would write it; "" for none. */
  show(value: T): string;
}

/** A type that may be left unset. Its text, if there is one, must still be right: an empty one is not "unset". */
export function optional<T>(type: ValueType<T>): ValueType<T | undefined> {
  return {
    ...type,
    read: (text, earlier) => type.read(text, earlier),
    show: (value) => (value === undefined ? "" : type.show(value)),
  };
}

/** The type with one more check on each value; `check` gives the cause when it fails. */
export function checked<T>(type: ValueType<T>, check: (value: T) => string | undefined): ValueType<T> {
  return {
    ...type,
    read(text, earlier) {
      const reading = type.read(text, earlier);
      if ("cause" in reading) return reading;
      const cause = check(reading.value);
      return cause === undefined ? reading : { cause };
    },
  };
}
