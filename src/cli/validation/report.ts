import { compareProblems, compareStrings, formatRef, type ObjectRef, type Problem } from "../../base/problem.ts";
import type { ObjectSet } from "../../sources/directory/object-set.ts";

/** One thing to tell, as `-o json` shows it: every key is always there. */
export interface Finding {
  /** As it was named; null for what stands in no file. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  readonly column: number | null;
  /** Null for what is about a file as a whole. */
  readonly object: ObjectRef | null;
  readonly path: string | null;
  readonly severity: Problem["severity"] | "info";
  readonly code: string;
  readonly message: string;
}

/** What is to be told, in the order of files and lines; notes come last. */
export function findingsOf(problems: readonly Problem[], { ignored }: Pick<ObjectSet, "ignored">): readonly Finding[] {
  const notes = [...ignored].sort(([a], [b]) => compareStrings(a, b)).map(([kind, count]) => notRead(kind, count));
  return [...[...problems].sort(compareProblems).map(asFinding).sort(byPlace), ...notes];
}

/** Keeps the order of those at one place. */
function byPlace(a: Finding, b: Finding): number {
  const [first, second] = [a.file, b.file];
  if (first === null || second === null) return Number(first === null) - Number(second === null);
  return compareStrings(first, second) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function asFinding({ file, object, path, severity, code, message }: Problem): Finding {
  const { group, version, kind, namespace, name } = object;
  return {
    // A file that cannot be read has no lines.
    file: file?.name ?? (kind === "File" ? name : null),
    line: file?.line ?? null,
    column: file?.column ?? null,
    object: kind === "File" ? null : { group, version, kind, namespace, name },
    path: path ?? null,
    severity,
    code,
    message,
  };
}

/** `kind`: `apps/v1 Deployment`. */
function notRead(kind: string, count: number): Finding {
  const [apiVersion = "", name = ""] = kind.split(" ");
  const slash = apiVersion.indexOf("/");
  return {
    file: null,
    line: null,
    column: null,
    object: {
      group: slash < 0 ? "" : apiVersion.slice(0, slash),
      version: apiVersion.slice(slash + 1),
      kind: name,
      namespace: "",
      name: "",
    },
    path: null,
    severity: "info",
    code: "kind-not-read",
    message: `${count === 1 ? "one object of this kind was" : `${count} objects of this kind were`} passed over: Silverback does not read it`,
  };
}

/** What was checked, for the last line. */
export interface Checked {
  readonly objects: number;
  readonly files: number;
  /** How many of each kind that is not read. */
  readonly ignored: ReadonlyMap<string, number>;
  /** `Kong 3.9.1 at http://…`: gateways that were asked. */
  readonly gateways: readonly string[];
}

/** For people: a line each, one of what was passed over, and one that sums up. */
export function asText(findings: readonly Finding[], checked: Checked, inColor: boolean): string {
  const told = findings.filter(({ severity }) => severity !== "info");
  const lines = [...told.map((finding) => lineOf(finding, inColor)), ...passedOver(checked.ignored, inColor)];
  return [...lines, summary(findings, checked, inColor), ""].join("\n");
}

function passedOver(ignored: Checked["ignored"], inColor: boolean): readonly string[] {
  if (ignored.size === 0) return [];
  const kinds = [...ignored].sort(([a], [b]) => compareStrings(a, b)).map(([kind, count]) => `${kind} (${count})`);
  return [
    `${paint("note:", COLOR.info, inColor)} passed over, since Silverback does not read them: ${kinds.join(", ")}`,
  ];
}

/** ANSI: red, yellow, cyan; green. */
const COLOR = { error: 31, warning: 33, info: 36, fine: 32 } as const;

function lineOf({ file, line, object, path, severity, code, message }: Finding, inColor: boolean): string {
  const place = file === null ? "" : line === null ? `${file}: ` : `${file}:${line}: `;
  const who = object === null ? "" : `${formatRef(object)}${path === null ? "" : ` ${path}`}: `;
  return `${place}${paint(`${severity}:`, COLOR[severity], inColor)} ${who}${message} [${code}]`;
}

function summary(findings: readonly Finding[], { objects, files, gateways }: Checked, inColor: boolean): string {
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const asked = gateways.length === 0 ? "" : `, asked ${gateways.join(", ")}`;
  const verdict = [plural(errors, "error"), plural(warnings, "warning")].filter((words) => !words.startsWith("0 "));
  const color = errors > 0 ? COLOR.error : warnings > 0 ? COLOR.warning : COLOR.fine;
  const fine = objects === 0 ? "nothing to check" : "nothing wrong";
  const told = paint(verdict.length === 0 ? fine : verdict.join(", "), color, inColor);
  return `${plural(objects, "object")} in ${plural(files, "file")}${asked}: ${told}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function paint(text: string, color: number, inColor: boolean): string {
  return inColor ? `\u001b[${color}m${text}\u001b[0m` : text;
}
