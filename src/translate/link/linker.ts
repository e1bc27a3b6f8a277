import { deepEqual } from "../../base/equal.ts";
import { compareStrings, type Problem } from "../../base/problem.ts";
import { type Cells, WantedCell } from "../../store/view.ts";
import type { Claim, TableName } from "../fragment.ts";
import type { Input, View } from "../input.ts";
import type { DocumentDraft } from "./document-draft.ts";
import { internalError } from "./internal-error.ts";
import type { LinkedEntity, Rule, Ruling } from "./rule.ts";

/** Every wanted cell below this order is a unit; the tables follow, one order each. */
const FIRST_ORDER = 1;

/** What is claimed under one key of one table, and what the last ruling made of it. */
class Contest extends WantedCell<Input> {
  readonly rule: Rule<TableName>;
  readonly key: string;
  readonly #linker: Linker;
  claims: readonly Claim[] = NONE;
  entities: readonly LinkedEntity[] = NONE;
  emitted: readonly Claim[] = NONE;
  problems: readonly Problem[] = NONE;

  constructor(linker: Linker, cells: Cells<Input>, rule: Rule<TableName>, order: number, key: string) {
    super(cells, order);
    this.#linker = linker;
    this.rule = rule;
    this.key = key;
  }

  get id(): string {
    return `${this.rule.table}:${this.key}`;
  }

  override evaluate(view: View): void {
    this.#linker.settle(this, this.claims.length === 0 ? NO_RULING : this.#rule(view));
  }

  /** A rule that throws loses its own key only: the bug becomes a problem. */
  #rule(view: View): Ruling {
    try {
      return this.rule.rule(this.key, this.claims as never, view);
    } catch (error) {
      return { problems: [internalError(this.claims[0]!.origin, error)] };
    }
  }
}

const NONE: readonly never[] = [];
const NO_RULING: Ruling = {};

interface Table {
  readonly rule: Rule<TableName>;
  readonly order: number;
  readonly contests: Map<string, Contest>;
}

/**
 * Joins fragments: keeps all claims by table and key, and rules a key again only when its claims, or a derived value its rule took, have changed. The order of
 * the rules is the order of ruling; a rule claims only in later tables, so each key is ruled at most once a round.
 */
export class Linker {
  readonly #cells: Cells<Input>;
  readonly #draft: DocumentDraft;
  readonly #tables = new Map<TableName, Table>();
  /** Those with problems: mostly few. */
  readonly #wrong = new Set<Contest>();

  constructor(cells: Cells<Input>, draft: DocumentDraft, rules: readonly Rule<TableName>[]) {
    this.#cells = cells;
    this.#draft = draft;
    rules.forEach(
      (rule, at) => void this.#tables.set(rule.table, { rule, order: FIRST_ORDER + at, contests: new Map() }),
    );
  }

  /** Puts the claims that one owner makes now in the place of those it made before; returns those now held, which are the former ones where they are equal. */
  replace(before: readonly Claim[], now: readonly Claim[]): readonly Claim[] {
    if (before.length === 0 && now.length === 0) return NONE;
    const former = new Map<string, Claim[]>();
    for (const claim of before) {
      const id = `${claim.table} ${claim.key}`;
      const same = former.get(id);
      if (same === undefined) former.set(id, [claim]);
      else same.push(claim);
    }
    const held = now.map((claim) => {
      const same = former.get(`${claim.table} ${claim.key}`);
      const at = same?.findIndex((old) => deepEqual(old, claim)) ?? -1;
      if (at >= 0) return same!.splice(at, 1)[0]!;
      this.#insert(claim);
      return claim;
    });
    for (const left of former.values()) for (const claim of left) this.#remove(claim);
    return held;
  }

  #insert(claim: Claim): void {
    const { contests, order, rule } = this.#table(claim.table);
    let contest = contests.get(claim.key);
    if (contest === undefined) {
      contest = new Contest(this, this.#cells, rule, order, claim.key);
      contests.set(claim.key, contest);
    }
    let low = 0;
    let high = contest.claims.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareClaims(contest.claims[middle]!, claim) <= 0) low = middle + 1;
      else high = middle;
    }
    contest.claims = contest.claims.toSpliced(low, 0, claim);
    this.#cells.graph.invalidate(contest);
  }

  #remove(claim: Claim): void {
    const contest = this.#table(claim.table).contests.get(claim.key);
    const at = contest?.claims.indexOf(claim) ?? -1;
    if (contest === undefined || at < 0) throw new Error(`claim ${claim.table} ${claim.key} was never made`);
    contest.claims = contest.claims.toSpliced(at, 1);
    this.#cells.graph.invalidate(contest);
  }

  /** Takes over what a key was ruled to. */
  settle(contest: Contest, ruling: Ruling): void {
    contest.entities = this.#draft.replace(contest.entities, ruling.entities ?? NONE);
    contest.emitted = this.replace(contest.emitted, ruling.claims ?? NONE);
    const { problems = NONE } = ruling;
    contest.problems = problems.length === 0 ? NONE : problems;
    if (problems.length > 0) this.#wrong.add(contest);
    else this.#wrong.delete(contest);
    if (contest.claims.length === 0) {
      this.#table(contest.rule.table).contests.delete(contest.key);
      this.#cells.graph.drop(contest);
    }
  }

  #table(name: TableName): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`no rule for table ${name}`);
    return table;
  }

  *problems(): IterableIterator<Problem> {
    for (const { problems } of this.#wrong) yield* problems;
  }
}

/** By rank; what one object claims more than once by the place in it (`tls[2]` before `tls[10]`). */
function compareClaims(a: Claim, b: Claim): number {
  const [left = "", right = ""] = [a.path, b.path];
  return compareStrings(a.rank, b.rank) || left.length - right.length || compareStrings(left, right);
}
