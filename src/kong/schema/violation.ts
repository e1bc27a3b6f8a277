import type { Json } from "../../base/json.ts";

/** What is wrong with a value: a text, or more exactly which of its parts are wrong and how. */
export type Violation = string | ViolationTree;

/** Parts by name, or by position from 1, and what is wrong among several of them. Mostly nothing is: collections exist only where needed. */
export class ViolationTree {
  #parts: Map<string | number, Violation> | undefined;
  #entity: string[] | undefined;

  get parts(): Map<string | number, Violation> {
    this.#parts ??= new Map();
    return this.#parts;
  }

  /** Kong's `@entity`. */
  get entity(): string[] {
    this.#entity ??= [];
    return this.#entity;
  }

  get empty(): boolean {
    return (this.#parts?.size ?? 0) === 0 && (this.#entity?.length ?? 0) === 0;
  }

  has(part: string | number): boolean {
    return this.#parts?.has(part) === true;
  }

  add(part: string | number, violation: Violation | undefined): void {
    if (violation !== undefined) this.parts.set(part, violation);
  }

  /** Puts a violation at a path with dots, making the trees on the way. */
  addAt(path: string, violation: Violation): void {
    const dot = path.indexOf(".");
    if (dot < 0) {
      this.parts.set(path, violation);
      return;
    }
    const head = path.slice(0, dot);
    const there = this.parts.get(head);
    const below = there instanceof ViolationTree ? there : new ViolationTree();
    this.parts.set(head, below);
    below.addAt(path.slice(dot + 1), violation);
  }

  /** Undefined when nothing is wrong. */
  orNothing(): ViolationTree | undefined {
    return this.empty ? undefined : this;
  }
}

/** A violation as a line of its own. */
export interface FlatViolation {
  readonly type: "field" | "entity";
  /** Path with dots and positions from 1; only for `field`. */
  readonly field?: string;
  readonly message: string;
}

/** The lines of a tree in Kong's order: parts from the last name or position to the first, what is wrong among them last. */
export function flatten(violation: Violation): FlatViolation[] {
  const out: FlatViolation[] = [];
  if (typeof violation === "string") return [{ type: "entity", message: violation }];
  collect(violation, "", out);
  return out;
}

function collect(tree: ViolationTree, path: string, out: FlatViolation[]): void {
  for (const [part, violation] of sortedParts(tree).reverse()) {
    const field = path === "" ? String(part) : `${path}.${part}`;
    if (typeof violation === "string") out.push({ type: "field", field, message: violation });
    else collect(violation, field, out);
  }
  for (const message of tree.entity) out.push({ type: "entity", message });
}

/** By position, then by name (code units). */
export function sortedParts(tree: ViolationTree): [string | number, Violation][] {
  return [...tree.parts].sort(([a], [b]) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

/** As Kong writes it in JSON: `@entity` for what is wrong among parts, `null` for the positions that are right. */
export function violationJson(violation: Violation): Json {
  if (typeof violation === "string") return violation;
  const positions = [...violation.parts.keys()].filter((part) => typeof part === "number");
  if (positions.length > 0 && positions.length === violation.parts.size && violation.entity.length === 0) {
    const list: Json[] = new Array<Json>(Math.max(...positions)).fill(null);
    for (const position of positions) list[position - 1] = violationJson(violation.parts.get(position)!);
    return list;
  }
  const entries = sortedParts(violation).map(([part, below]): [string, Json] => [String(part), violationJson(below)]);
  if (violation.entity.length > 0) entries.unshift(["@entity", [...violation.entity]]);
  return Object.fromEntries(entries);
}
