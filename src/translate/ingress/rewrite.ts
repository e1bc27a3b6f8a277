/** A rewrite as Kong's request-transformer takes it, or why it cannot be read. */
export type Rewrite = { readonly uri: string } | { readonly error: string };

/** Turns `konghq.com/rewrite` into a template: `$1` is the first capture of the path's regular expression, `\$` a dollar sign (spec: annotations §7.2). */
export function parseRewrite(text: string): Rewrite {
  if (text === "") return { uri: "/" };
  let uri = "";
  let at = 0;
  const unexpected = (position: number) => {
    const before = Buffer.byteLength(text.slice(0, position));
    const character = String.fromCodePoint(text.codePointAt(position)!);
    return { error: `"${character}" at position ${before} is not expected there` };
  };
  while (at < text.length) {
    const character = text[at]!;
    const next = text[at + 1];
    if (character !== "\\" && character !== "$") {
      uri += character;
      at++;
      continue;
    }
    if (next === undefined) return { error: `it ends right after "${character}"` };
    if (character === "\\") {
      if (next !== "$") return unexpected(at + 1);
      uri += "$";
      at += 2;
      continue;
    }
    const digits = /^\d+/.exec(text.slice(at + 1))?.[0];
    if (digits === undefined) return unexpected(at + 1);
    uri += `$(uri_captures[${digits}])`;
    at += 1 + digits.length;
  }
  return { uri };
}
