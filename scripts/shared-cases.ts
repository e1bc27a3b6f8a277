import type { Counts } from "./counts.ts";

/** The titles in a list of cases: one a line, without empty lines and `#` comments. */
export function listedTitles(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** What a runner printed about one run that failed: its `FAIL` line and the indented ones behind it. */
export interface Failure {
  readonly title: string;
  readonly text: string;
}

/** The failures in a runner's output. Titles end with the run in brackets. */
export function failuresIn(output: string): readonly Failure[] {
  return output.split(/^(?=FAIL )/m).flatMap((block) => {
    const title = /^FAIL (.+? \([^)]*\))/.exec(block)?.[1];
    return title === undefined ? [] : [{ title, text: block.replace(/\n(?! ).*/s, "") }];
  });
}

/** What the runs of a suite say about the list of those that must pass. */
export interface Verdict extends Counts {
  /** What has to be done about it, with what the runner printed. */
  readonly complaints: readonly string[];
}

/** A run that is listed must pass, and one that passes must be listed: so the list stays true. One that neither passes nor is listed is left out. */
export function judge(
  titles: readonly string[],
  failures: readonly Failure[],
  listed: readonly string[],
  listFile: string,
): Verdict {
  const failing = new Map(failures.map((failure) => [failure.title, failure]));
  const wanted = new Set(listed);
  const broken = titles.filter((title) => wanted.has(title) && failing.has(title));
  const gained = titles.filter((title) => !wanted.has(title) && !failing.has(title));
  const unknown = [...wanted].filter((title) => !titles.includes(title));
  const passed = titles.filter((title) => wanted.has(title) && !failing.has(title)).length;
  const failed = broken.length + gained.length + unknown.length;
  return {
    passed,
    failed,
    skipped: titles.length - passed - broken.length - gained.length,
    complaints: [
      ...broken.map((title) => failing.get(title)!.text),
      ...gained.map((title) => `FAIL ${title}: passes; add it to ${listFile}`),
      ...unknown.map((title) => `FAIL ${title}: stands in ${listFile}, but there is no such run`),
    ],
  };
}

/** The list with what passes now: comments and the order of what stays are kept, new titles come last. */
export function updatedList(text: string, passing: readonly string[]): string {
  const known = new Set(listedTitles(text));
  const now = new Set(passing);
  const kept = text.split("\n").filter((line) => !known.has(line.trim()) || now.has(line.trim()));
  const added = passing.filter((title) => !known.has(title));
  return `${[kept.join("\n").trimEnd(), ...added].filter((part) => part !== "").join("\n")}\n`;
}
