import { evaluate, type LuaValue, type Names, shown } from "./lua-expression.ts";

/**
 * Fills a template of the request transformer: `$( … )` holds an expression over `headers`, `query_params`, `uri_captures` and `shared`. Throws a
 * SyntaxError on one that is not understood here: all of Kong's is Lua, this is the part of it that values are picked and joined with.
 */
export function render(template: string, names: Names): string {
  let out = "";
  let at = 0;
  for (;;) {
    const start = template.indexOf("$(", at);
    if (start < 0) return out + template.slice(at);
    const end = closing(template, start + 1);
    if (end < 0) return out + template.slice(at);
    out += template.slice(at, start);
    const value: LuaValue = evaluate(template.slice(start + 2, end), names);
    out += value === undefined || value === false ? "" : shown(value);
    at = end + 1;
  }
}

/** The parenthesis that closes the one at `open`; -1 when none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth += 1;
    else if (text[i] === ")") depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}
