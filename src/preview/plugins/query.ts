/** A query without the arguments of this name, the others as they were written. */
export function removeQuery(query: string | undefined, name: string): string | undefined {
  if (query === undefined) return undefined;
  const left = query.split("&").filter((pair) => nameOf(pair) !== name);
  return left.length === 0 ? undefined : left.join("&");
}

function nameOf(pair: string): string {
  const raw = pair.split("=")[0]!.replaceAll("+", " ");
  try {
    return decodeURIComponent(raw);
  } catch {
    // A broken escape is part of the name.
    return raw;
  }
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
