import { readFileSync } from "node:fs";
import type { Result } from "./replay.ts";

/** Where the preview gateway is known to differ from the recording: `group number: why`, one a line. */
export function readListed(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL("../routing-differences.txt", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
}

/** How a result is named in the list. */
export function placeOf({ group, number }: Result): string {
  return `${group} ${number}`;
}
