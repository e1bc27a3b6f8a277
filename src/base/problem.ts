/** Names an object wherever it came from. `group` is "" for core kinds, `namespace` is "" for cluster-wide ones. */
export interface ObjectRef {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export type Severity = "error" | "warning";

/**
 * Something that is wrong with somebody's object, as a value: made where it is found, shown by whoever talks to a person.
 * `message` says what happened and what to do; it never holds a Secret's value.
 */
export interface Problem {
  /** Stable, kebab-case; each code has a section in docs/problems.md. */
  readonly code: string;
  readonly severity: Severity;
  /** The object it is about. */
  readonly object: ObjectRef;
  /** Further objects it concerns: they get the event too. */
  readonly related?: readonly ObjectRef[];
  /** Where in the object: `spec.rules[0].http.paths[1].path`, `metadata.annotations["konghq.com/retries"]`. */
  readonly path?: string;
  readonly message: string;
  /** Whatever is compiled from an object with this problem is left out as a whole: without what is wrong it would do something else than was asked for. */
  readonly leavesOut?: true;
  /** Kong would refuse what comes of the object, or of a part of it, so that it is left out. */
  readonly refused?: true;
  /** The place (from 1) of what it is about in the file that the object was read from, if it was: that of the field where the field is there, else of the nearest thing around it. */
  readonly file?: { readonly name: string; readonly line: number; readonly column: number };
}

/** `Kind namespace/name`, as people write it. */
export function formatRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === "" ? ref.name : `${ref.namespace}/${ref.name}`}`;
}

/** One line: `error Ingress shop/web spec.rules[0]: message [code]`. */
export function formatProblem(problem: Problem): string {
  const place = problem.file === undefined ? "" : `${problem.file.name}:${problem.file.line}: `;
  const path = problem.path === undefined ? "" : ` ${problem.path}`;
  return `${place}${problem.severity}: ${formatRef(problem.object)}${path}: ${problem.message} [${problem.code}]`;
}

/** A total order for output: by object, then path, then code and text, then the place in a file. */
export function compareProblems(a: Problem, b: Problem): number {
  return compareStrings(sortKey(a), sortKey(b));
}

/** Each problem once, sorted; what several found concerns the related objects of all of them. */
export function mergeProblems(problems: Iterable<Problem>): readonly Problem[] {
  const merged = new Map<string, Problem>();
  for (const problem of problems) {
    const key = sortKey(problem);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, problem);
    else if (problem.related !== undefined)
      merged.set(key, { ...known, related: [...(known.related ?? []), ...problem.related] });
  }
  return [...merged.values()].sort(compareProblems).map((problem) => {
    if (problem.related === undefined) return problem;
    const related = new Map(problem.related.map((ref) => [formatRef(ref), ref]));
    return { ...problem, related: [...related].sort(([a], [b]) => compareStrings(a, b)).map(([, ref]) => ref) };
  });
}

function sortKey(p: Problem): string {
  const o = p.object;
  const place = p.file === undefined ? "" : `${p.file.name}:${String(p.file.line).padStart(9, "0")}`;
  return [o.namespace, o.kind, o.group, o.name, p.path ?? "", p.code, p.message, place].join("\u0000");
}

/** Compares by code units; the one order that Silverback sorts strings in (never by locale). */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
