import type { Change } from "./change.ts";

/** What became of the changes. */
export interface RunResult<T> {
  readonly done: ReadonlyMap<Change, T>;
  /** Not tried, because something that they need did not succeed. */
  readonly blocked: readonly Change[];
}

/**
 * Carries out changes, so many at a time: each when what it needs has succeeded and what should come before it was tried. What depends on something comes right
 * after it, so that a route has its plugins as soon as it is there; deletions that nothing waits for come last. Rejects with the first error that `run` throws, when
 * what was under way has ended.
 */
export async function runChanges<T extends { readonly ok: boolean }>(
  changes: readonly Change[],
  concurrency: number,
  run: (change: Change) => Promise<T>,
): Promise<RunResult<T>> {
  const done = new Map<Change, T>();
  const blocked: Change[] = [];
  const early = neededEarly(changes);
  for (const phase of [
    changes.filter((change) => early.has(change)),
    changes.filter((change) => !early.has(change)).reverse(),
  ])
    await runPhase(phase, concurrency, run, done, blocked);
  return { done, blocked };
}

/** All but deletions, and the deletions that something of it waits for. */
function neededEarly(changes: readonly Change[]): ReadonlySet<Change> {
  const early = new Set(changes.filter(({ action }) => action !== "delete"));
  // A set that grows while it is walked is walked to its end.
  for (const change of early) for (const needed of change.needs) early.add(needed);
  return early;
}

async function runPhase<T extends { readonly ok: boolean }>(
  changes: readonly Change[],
  concurrency: number,
  run: (change: Change) => Promise<T>,
  done: Map<Change, T>,
  blocked: Change[],
): Promise<void> {
  const waiting = new Map<Change, number>();
  const dependants = new Map<Change, Change[]>();
  const ready: Change[] = [];
  const settled = (change: Change) => done.has(change) || !members.has(change);
  const members = new Set(changes);
  for (const change of changes) {
    const open = [...new Set([...change.needs, ...change.after])].filter((other) => !settled(other));
    waiting.set(change, open.length);
    for (const other of open) {
      const list = dependants.get(other);
      if (list === undefined) dependants.set(other, [change]);
      else list.push(change);
    }
    if (open.length === 0) ready.push(change);
  }
  // The last one is taken first.
  ready.reverse();
  const stopped = new Set(blocked);
  let failure: { readonly error: unknown } | undefined;

  const settle = (change: Change) => {
    for (const other of (dependants.get(change) ?? []).reverse()) {
      const left = waiting.get(other)! - 1;
      waiting.set(other, left);
      if (left === 0) ready.push(other);
    }
  };
  const worker = async () => {
    for (let change = ready.pop(); change !== undefined && failure === undefined; change = ready.pop()) {
      if ([...change.needs].some((needed) => stopped.has(needed) || done.get(needed)?.ok === false)) {
        stopped.add(change);
        blocked.push(change);
        settle(change);
        continue;
      }
      try {
        done.set(change, await run(change));
      } catch (error) {
        failure ??= { error };
        return;
      }
      settle(change);
      start();
    }
  };
  const workers = new Set<Promise<void>>();
  const start = () => {
    while (ready.length > 0 && workers.size < concurrency && failure === undefined) {
      const one: Promise<void> = worker().finally(() => workers.delete(one));
      workers.add(one);
    }
  };
  start();
  while (workers.size > 0) await Promise.race(workers);
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
  // Those that wait for each other in a circle.
  for (const change of changes) if (!done.has(change) && !stopped.has(change)) blocked.push(change);
}
