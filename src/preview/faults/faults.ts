import type { Clock } from "../../base/clock.ts";
import type { Fault, FaultKind, FaultSpec, ListenerName } from "./fault.ts";

type FaultOf<K extends FaultKind["kind"]> = Extract<Fault, { readonly kind: K }>;

interface Standing {
  readonly fault: Fault;
  readonly from: number;
  readonly until: number;
  left: number;
}

/** The faults on command of one preview gateway: added, asked for, used up. */
export class Faults {
  readonly #clock: Clock;
  readonly #standing = new Map<number, Standing>();
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<number, (() => void)[]>();
  #next = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(spec: FaultSpec): Fault {
    const fault: Fault = { ...spec, id: this.#next++ };
    const now = this.#clock.monotonic();
    const from = now + (spec.after ?? 0);
    const until = spec.lasts === undefined ? Number.POSITIVE_INFINITY : from + spec.lasts;
    this.#standing.set(fault.id, { fault, from, until, left: spec.times ?? Number.POSITIVE_INFINITY });
    const timers: (() => void)[] = [];
    if (from > now) timers.push(this.#clock.after(from - now, () => this.#changed()));
    if (until < Number.POSITIVE_INFINITY) timers.push(this.#clock.after(until - now, () => this.remove(fault.id)));
    this.#timers.set(fault.id, timers);
    this.#changed();
    return fault;
  }

  remove(id: number): boolean {
    const found = this.#standing.delete(id);
    for (const cancel of this.#timers.get(id) ?? []) cancel();
    this.#timers.delete(id);
    if (found) this.#changed();
    return found;
  }

  clear(): void {
    for (const id of [...this.#standing.keys()]) this.remove(id);
  }

  list(): readonly Fault[] {
    return [...this.#standing.values()].map((s) => s.fault);
  }

  /** Calls `run` whenever the faults that hold may be others than before; the returned function ends it. */
  onChange(run: () => void): () => void {
    this.#listeners.add(run);
    return () => void this.#listeners.delete(run);
  }

  /** The first fault of this kind that holds for a listener, without using it up. */
  holds<K extends FaultKind["kind"]>(kind: K, on: ListenerName): FaultOf<K> | undefined {
    return this.#find(kind, on)?.fault as FaultOf<K> | undefined;
  }

  /** The same for one connection or request, which counts as one of its `times`. */
  take<K extends FaultKind["kind"]>(
    kind: K,
    on: ListenerName,
    request?: { readonly method: string; readonly path: string },
  ): FaultOf<K> | undefined {
    const standing = this.#find(kind, on, request);
    if (standing === undefined) return undefined;
    standing.left -= 1;
    if (standing.left <= 0) this.remove(standing.fault.id);
    return standing.fault as FaultOf<K>;
  }

  /** Every fault of this kind that holds, each used up by one. */
  takeAll<K extends FaultKind["kind"]>(kind: K, on: ListenerName): readonly FaultOf<K>[] {
    const out: FaultOf<K>[] = [];
    for (const standing of [...this.#standing.values()]) {
      if (!this.#matches(standing, kind, on)) continue;
      standing.left -= 1;
      if (standing.left <= 0) this.remove(standing.fault.id);
      out.push(standing.fault as FaultOf<K>);
    }
    return out;
  }

  #find(
    kind: string,
    on: ListenerName,
    request?: { readonly method: string; readonly path: string },
  ): Standing | undefined {
    for (const standing of this.#standing.values()) {
      if (!this.#matches(standing, kind, on)) continue;
      if (request === undefined || concerns(standing.fault, request)) return standing;
    }
    return undefined;
  }

  #matches(standing: Standing, kind: string, on: ListenerName): boolean {
    const now = this.#clock.monotonic();
    const { fault } = standing;
    return fault.kind === kind && (fault.on ?? "admin") === on && standing.from <= now && now < standing.until;
  }

  #changed(): void {
    for (const run of [...this.#listeners]) run();
  }
}

function concerns(fault: Fault, request: { readonly method: string; readonly path: string }): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path === undefined) return true;
  return fault.path.endsWith("*") ? request.path.startsWith(fault.path.slice(0, -1)) : request.path === fault.path;
}
