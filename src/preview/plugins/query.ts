/** An argument of a query: its name, and its value unless it stands there alone. */
export type Argument = readonly [name: string, value: string | undefined];

/** The arguments of a query, unescaped, in order. */
export function parseArguments(query: string | undefined): readonly Argument[] {
  if (query === undefined || query === "") return [];
  return query
    .split("&")
    .filter((pair) => pair !== "" && pair !== "=")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [unescaped(pair), undefined] : [unescaped(pair.slice(0, at)), unescaped(pair.slice(at + 1))];
    });
}

/** Arguments as a query; undefined when there are none. Everything but letters, digits and `-._~` is escaped. */
export function printArguments(list: readonly Argument[]): string | undefined {
  if (list.length === 0) return undefined;
  return list
    .map(([name, value]) => (value === undefined ? escaped(name) : `${escaped(name)}=${escaped(value)}`))
    .join("&");
}

/** A query without the arguments of this name, the others as they were written. */
export function removeArgument(query: string | undefined, name: string): string | undefined {
  if (query === undefined) return undefined;
  const left = query.split("&").filter((pair) => unescaped(pair.split("=")[0]!) !== name);
  return left.length === 0 ? undefined : left.join("&");
}

function unescaped(text: string): string {
  const raw = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(raw);
  } catch {
    // A broken escape is part of the text.
    return raw;
  }
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The value of a cookie in these header lines. */
export function cookieOf(lines: readonly string[], name: string): string | undefined {
  for (const line of lines) {
    for (const pair of line.split(";")) {
      const at = pair.indexOf("=");
      if (at >= 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
    }
  }
  return undefined;
}

/** Splits `name:value` at the first colon. */
export function nameAndValue(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}
