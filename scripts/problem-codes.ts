import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The functions that make a problem out of a code: the first text among their arguments that looks like a code is one. */
const MAKERS = ["fail", "say", "warn", "complain", "problem", "losers", "reject", "asProblem"];
const CODE = /^[a-z]+(-[a-z]+)+$/;

/** Every code of a problem that stands in the sources below a folder, with the files that make it. Tests are not looked at. */
export function codesIn(folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".ts") || entry.name.endsWith(".test.ts")) continue;
    const file = join(entry.parentPath, entry.name);
    for (const code of codesOf(readFileSync(file, "utf8"))) found.set(code, [...(found.get(code) ?? []), file]);
  }
  return found;
}

/** The codes in one source text: what follows `code:` or `code =`, and what functions that make problems are called with. */
export function codesOf(source: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { index, 0: start } of source.matchAll(/\bcode(: | = )/g))
    for (const text of textsUntil(source, index + start.length, /[,;}\n]/)) if (CODE.test(text)) found.add(text);
  for (const { index, 0: start } of source.matchAll(new RegExp(`\\b(?:${MAKERS.join("|")})\\(`, "g"))) {
    const code = textsUntil(source, index + start.length, /\)/).find((text) => CODE.test(text));
    if (code !== undefined) found.add(code);
  }
  return found;
}

/** The texts in double quotes from a place on, until something matches outside of brackets and texts. */
function textsUntil(source: string, start: number, end: RegExp): readonly string[] {
  const texts: string[] = [];
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const character = source[at]!;
    if (character === '"' || character === "`") {
      const close = closing(source, at);
      if (character === '"') texts.push(source.slice(at + 1, close));
      at = close;
    } else if (depth === 0 && end.test(character)) break;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if (depth < 0) break;
  }
  return texts;
}

function closing(source: string, open: number): number {
  let at = open + 1;
  while (at < source.length && source[at] !== source[open]) at += source[at] === "\\" ? 2 : 1;
  return at;
}
