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
