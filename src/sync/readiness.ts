import { formatDuration } from "../base/duration.ts";
import type { Gateway } from "./gateway.ts";
import type { SyncProgress } from "./sync-progress.ts";

export interface ReadinessFacts {
  readonly progress: SyncProgress;
  /** What the source still waits for, one line each; empty when its first lists are complete. */
  readonly missingLists: readonly string[];
  readonly gateways: readonly Gateway[];
  /** Monotonic ms. */
  readonly now: number;
}

/** Longer lists help nobody. */
const MOST_LINES = 5;

/** What is missing until this replica does its work, one line each; empty when it is ready (design §5). A follower needs no push. */
export function missingForReadiness(facts: ReadinessFacts): readonly string[] {
  const { progress, missingLists, gateways } = facts;
  const missing: string[] = [];
  if (!progress.listed) {
    missing.push("waiting for the first lists of objects to be complete");
    missing.push(...shortened(missingLists));
  } else if (progress.pending > 0) {
    missing.push(`waiting for objects that are named but not loaded yet (${progress.pending} places)`);
  } else if (!progress.compiled) missing.push("compiling");
  if (!gateways.some(({ state }) => state.phase === "ready")) {
    missing.push("degraded mode: no gateway is ready");
    missing.push(...shortened(gateways.map((gateway) => describeConnection(gateway, facts.now))));
  } else if (progress.leading && !progress.acknowledged && missing.length === 0) {
    missing.push("no gateway has taken the configuration yet");
  }
  return missing;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines;
}

/** How a connection stands, in one line: the attempt, its cause, the next try. */
export function describeConnection({ name, state }: Gateway, now: number): string {
  switch (state.phase) {
    case "waiting":
      return `${name}: not tried yet`;
    case "connecting": {
      const cause = state.cause === undefined ? "" : `: ${state.cause.message}`;
      if (state.nextTry === undefined) return `${name}: attempt ${state.attempt} is under way`;
      const wait = Math.max(0, Math.ceil((state.nextTry - now) / 100) * 100);
      return `${name}: attempt ${state.attempt} failed${cause}; next try in ${formatDuration(wait)}`;
    }
    case "ready":
      return `${name}: ready`;
    case "lost":
      return `${name}: lost: ${state.cause.message}`;
    case "exhausted":
      return `${name}: gave up after ${state.attempts} attempts: ${state.cause.message}`;
    case "closed":
      return `${name}: closed`;
  }
}
