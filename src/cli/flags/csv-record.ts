import type { Reading } from "./value-type.ts";

/** Reads a text as one CSV record (RFC 4180, as Go's encoding/csv does): `a,"b,c"`. Empty text is no items; what follows the first record is ignored. */
export function parseCsvRecord(text: string): Reading<readonly string[]> {
  if (text === "") return { value: [] };
  const input = text.replaceAll("\r\n", "\n").replace(/\r$/, "").replace(/^\n+/, "");
  if (input === "") return { cause: "it holds only empty lines" };
  const items: string[] = [];
  for (let at = 0; ; at++) {
    const item = input[at] === '"' ? quotedItem(input, at) : plainItem(input, at);
    if ("cause" in item) return item;
    items.push(item.value);
    at = item.end;
    if (input[at] !== ",") return { value: items };
  }
}

type Item = { readonly value: string; readonly end: number } | { readonly cause: string };

function plainItem(input: string, start: number): Item {
  const length = input.slice(start).search(/[,\n]/);
  const end = length < 0 ? input.length : start + length;
  const value = input.slice(start, end);
  return value.includes('"')
    ? { cause: `the item ${value} has a quote inside; quote the whole item and double the quotes in it` }
    : { value, end };
}

function quotedItem(input: string, start: number): Item {
  const closing = /^"((?:[^"]|"")*)"(?=[,\n]|$)/.exec(input.slice(start));
  return closing === null
    ? { cause: "a quoted item does not end with a quote and a comma" }
    : { value: closing[1]!.replaceAll('""', '"'), end: start + closing[0].length };
}

/** Prints items so that `parseCsvRecord` reads them back (except that a line break \r\n comes back as \n). */
export function formatCsvRecord(items: readonly string[]): string {
  if (items.length === 1 && items[0] === "") return '""';
  return items.map((item) => (/[",\n\r]/.test(item) ? `"${item.replaceAll('"', '""')}"` : item)).join(",");
}
