import { deepEqual } from "../../base/equal.ts";
import { compareStrings, type Problem } from "../../base/problem.ts";
import type { Cell } from "../../store/cell.ts";
import type { Cells } from "../../store/view.ts";
import type { Claim, ClaimIn, TableName } from "../fragment.ts";
import type { Input, View } from "../input.ts";
import type { DocumentDraft } from "./document-draft.ts";
import type { LinkedEntity, Rule, Ruling } from "./rule.ts";

/** Every wanted cell below this order is a unit; the tables follow, one order each. */
const FIRST_ORDER = 1;

/** What is claimed under one key of one table, and what the last ruling made of it. */
interface Contest {
  claims: Claim[];
  readonly cell: Cell;
  entities: readonly LinkedEntity[];
  emitted: readonly Claim[];
  problems: readonly Problem[];
}

// biome-ignore format: one line reads better
type AnyRule = { readonly table: TableName; rule(key: string, claims: readonly ClaimIn<never>[], view: View): Ruling };

/**
 * Joins fragments: keeps all claims by table and key, and rules a key again only when its claims, or a derived value its rule took, have changed. The order of
 * the rules is the order of ruling; a rule claims only in later tables, so each key is ruled at most once a round.
 */
export class Linker {
  readonly #cells: Cells<Input>;
  readonly #draft: DocumentDraft;
  readonly #tables = new Map<
    TableName,
    { readonly rule: AnyRule; readonly order: number; readonly contests: Map<string, Contest> }
  >();

  constructor(cells: Cells<Input>, draft: DocumentDraft, rules: readonly Rule<TableName>[]) {
    this.#cells = cells;
    this.#draft = draft;
    rules.forEach((rule, at) => {
      this.#tables.set(rule.table, { rule: rule as AnyRule, order: FIRST_ORDER + at, contests: new Map() });
    });
  }

  /** Puts the claims that one owner makes now in the place of those it made before; returns those now held, which are the former ones where they are equal. */
  replace(before: readonly Claim[], now: readonly Claim[]): readonly Claim[] {
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
      const made: Contest = {
        claims: [],
        cell: this.#cells.wanted(`${claim.table}:${claim.key}`, order, (view) =>
          this.#rule(rule, claim.key, made, view),
        ),
        entities: [],
        emitted: [],
        problems: [],
      };
      contest = made;
      contests.set(claim.key, contest);
    }
    let low = 0;
    let high = contest.claims.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareStrings(contest.claims[middle]!.rank, claim.rank) <= 0) low = middle + 1;
      else high = middle;
    }
    contest.claims.splice(low, 0, claim);
    this.#cells.graph.invalidate(contest.cell);
  }

  #remove(claim: Claim): void {
    const contest = this.#table(claim.table).contests.get(claim.key);
    const at = contest?.claims.indexOf(claim) ?? -1;
    if (contest === undefined || at < 0) throw new Error(`claim ${claim.table} ${claim.key} was never made`);
    contest.claims.splice(at, 1);
    this.#cells.graph.invalidate(contest.cell);
  }

  #rule(rule: AnyRule, key: string, contest: Contest, view: View): void {
    const ruling = contest.claims.length === 0 ? {} : rule.rule(key, contest.claims as never, view);
    contest.entities = this.#draft.replace(contest.entities, ruling.entities ?? []);
    contest.emitted = this.replace(contest.emitted, ruling.claims ?? []);
    contest.problems = ruling.problems ?? [];
    if (contest.claims.length === 0) {
      this.#table(rule.table).contests.delete(key);
      this.#cells.graph.drop(contest.cell);
    }
  }

  #table(name: TableName) {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`no rule for table ${name}`);
    return table;
  }

  *problems(): IterableIterator<Problem> {
    for (const { contests } of this.#tables.values()) for (const { problems } of contests.values()) yield* problems;
  }

  /** How many keys wait for something that is not loaded yet. */
  get pending(): number {
    let count = 0;
    for (const { contests } of this.#tables.values())
      for (const { cell } of contests.values()) if (cell.pending) count++;
    return count;
  }
}
