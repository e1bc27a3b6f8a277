import { toBytes } from "../proxy/uri.ts";
import { regexMatch } from "./path-pattern.ts";
import { translateRegex } from "./regex.ts";
import { type Found, NO_CAPTURES } from "./router.ts";

const TEST = /(lower\(\s*http\.path\s*\)|http\.path)\s*(\^=|~)\s*(r#"([\s\S]*?)"#|"((?:[^"\\]|\\.)*)")/g;

/**
 * What an expression matched of the path, for `strip_path` and captures: the engine says only whether it holds, so the first prefix or regular
 * expression on `http.path` in it that fits is taken. (The engine would take the last one that it tried; they differ only where one expression tests
 * the path several times in one conjunction.)
 */
export function pathTests(expression: string): (path: string) => Omit<Found, "route"> | undefined {
  const tests = [...expression.matchAll(TEST)].map(([, field, operator, , raw, quoted]) => {
    const value = raw ?? unquoted(quoted ?? "");
    const lower = field!.startsWith("lower");
    if (operator === "~") {
      const regex = translateRegex(value);
      return (path: string) => regexMatch(regex, lower ? path.toLowerCase() : path);
    }
    const prefix = toBytes(value);
    return (path: string) =>
      (lower ? path.toLowerCase() : path).startsWith(prefix) ? { prefix, captures: NO_CAPTURES } : undefined;
  });
  return (path) => {
    for (const test of tests) {
      const found = test(path);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unquoted(text: string): string {
  return text.replace(/\\(.)/gs, (_all, char: string) => ESCAPES[char] ?? char);
}
