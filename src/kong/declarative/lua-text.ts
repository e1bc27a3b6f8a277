import { sortedParts, type Violation, type ViolationTree } from "../schema/violation.ts";

const KEYWORDS = new Set([
  "and",
  "break",
  "do",
  "else",
  "elseif",
  "end",
  "false",
  "for",
  "function",
  "goto",
  "if",
  "in",
  "local",
  "nil",
  "not",
  "or",
  "repeat",
  "return",
  "then",
  "true",
  "until",
  "while",
]);

/** Errors as Kong puts them in its message: a table of Lua on one line, lists first, then names in order. */
export function luaText(violation: Violation): string {
  if (typeof violation === "string") return luaString(violation);
  const parts: string[] = [];
  let next = 1;
  // Names that need brackets and quotes are sorted with the others by the name itself.
  const named = new Map<string | number, Violation | readonly string[]>(violation.parts);
  if (violation.entity.length > 0) named.set("@entity", violation.entity);
  for (const [part, below] of sortedParts({ parts: named } as never as ViolationTree)) {
    const text = Array.isArray(below) ? `{${below.map(luaString).join(",")}}` : luaText(below);
    if (part === next) {
      parts.push(text);
      next += 1;
    } else parts.push(`${key(part)}=${text}`);
  }
  return `{${parts.join(",")}}`;
}

function key(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return /^[A-Za-z_]\w*$/.test(part) && !KEYWORDS.has(part) ? part : `[${luaString(part)}]`;
}

/** Long brackets where the text has a line break or something that looks like such brackets, else quotes. */
function luaString(text: string): string {
  const levels = [...`${text}]`.matchAll(/([[\]])(=*)\1/g)].map((match) => match[2]!.length);
  if ((text.includes("\n") || levels.length > 0) && !text.includes("\r")) {
    const level = "=".repeat(levels.length === 0 ? 0 : Math.max(...levels) + 1);
    return `[${level}[${text.startsWith("\n") ? "\n" : ""}${text}]${level}]`;
  }
  return `"${text
    .replace(/["\\\n]/g, "\\$&")
    .replaceAll("\r", "\\r")
    .replaceAll("\0", "\\0")}"`;
}
