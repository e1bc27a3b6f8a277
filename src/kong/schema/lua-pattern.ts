import type { LuaPattern } from "./field.ts";

const CLASSES: Readonly<Record<string, string>> = {
  a: "A-Za-z",
  c: "\\x00-\\x1f\\x7f",
  d: "0-9",
  l: "a-z",
  p: "!-/:-@\\[-`{-~",
  s: "\\s",
  u: "A-Z",
  w: "A-Za-z0-9",
  x: "A-Fa-f0-9",
};
const compiled = new Map<LuaPattern, RegExp>();

/** Whether a text matches a pattern of Lua's own pattern language, somewhere in it unless anchored (Lua 5.1 manual, §5.4.1; without `%b`, `%f` and captures). */
export function luaMatches(text: string, pattern: LuaPattern): boolean {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(toRegex(pattern), "s");
    compiled.set(pattern, regex);
  }
  return regex.test(text);
}

function toRegex(pattern: LuaPattern): string {
  let out = "";
  let at = 0;
  if (pattern.startsWith("^")) {
    out = "^";
    at = 1;
  }
  while (at < pattern.length) {
    const character = pattern[at]!;
    if (character === "$" && at === pattern.length - 1) return `${out}$`;
    let item: string;
    if (character === "[") {
      const end = endOfSet(pattern, at);
      item = set(pattern.slice(at + 1, end));
      at = end + 1;
    } else if (character === "%") {
      item = escaped(pattern[at + 1]!, false);
      at += 2;
    } else {
      item = character === "." ? "." : literal(character);
      at += 1;
    }
    const quantifier = pattern[at];
    if (quantifier === "*" || quantifier === "+" || quantifier === "?") {
      item += quantifier;
      at += 1;
    } else if (quantifier === "-") {
      item += "*?";
      at += 1;
    }
    out += item;
  }
  return out;
}

function endOfSet(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at += 1;
  if (pattern[at] === "]") at += 1;
  while (at < pattern.length && pattern[at] !== "]") at += pattern[at] === "%" ? 2 : 1;
  return at;
}

function set(inner: string): string {
  let out = "";
  let at = 0;
  if (inner.startsWith("^")) {
    out = "^";
    at = 1;
  }
  while (at < inner.length) {
    const character = inner[at]!;
    if (character === "%") {
      out += escaped(inner[at + 1]!, true);
      at += 2;
    } else if (inner[at + 1] === "-" && at + 2 < inner.length) {
      out += `${literal(character)}-${literal(inner[at + 2]!)}`;
      at += 3;
    } else {
      out += literal(character);
      at += 1;
    }
  }
  return `[${out}]`;
}

function escaped(character: string, inSet: boolean): string {
  const members = CLASSES[character];
  if (members === undefined) return literal(character);
  return inSet ? members : `[${members}]`;
}

function literal(character: string): string {
  return /[\w\s]/.test(character) ? character : `\\${character}`;
}
