import type { Clock } from "../base/clock.ts";
import { isOlder } from "../kubernetes/resource-version.ts";
import type { WholeObject } from "../kubernetes/status-writes.ts";
import type { KubernetesObject, ObjectKey } from "../resources/kind.ts";
import type { PlannedWrite } from "./planned-write.ts";

/** So many writes to one object in a row are made without waiting: it comes, it is pushed, something is missing. */
const FREE_WRITES = 3;
/** Further ones are this far apart, ms, each twice as far as the one before, until there is quiet. */
const FIRST_GAP = 1_000;
const LONGEST_GAP = 30_000;
/** After so long without a write the next one goes out at once again, ms. */
const QUIET = 60_000;

interface Written {
  /** As the server answered; undefined once the watch has told of it. */
  answer: WholeObject | undefined;
  /** What the server did not take, though it accepted the write: fields that its definition of the kind does not know. */
  ignored: string | undefined;
  /** Monotonic ms. */
  at: number;
  /** Writes in a row. */
  count: number;
}

/** Remembers what was written, so that nothing is written because the watch lags, or because the server drops it, or again and again because somebody else does not like it. */
export class WrittenStatuses {
  readonly #clock: Clock;
  readonly #objects = new Map<ObjectKey, Written>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The newest state of an object that is known: what the watch told, or the answer to our own write. */
  newest(key: ObjectKey, stored: KubernetesObject): KubernetesObject {
    const written = this.#objects.get(key);
    if (written?.answer === undefined) return stored;
    const { answer } = written;
    const newer = isOlder(stored.metadata.resourceVersion ?? "", answer.metadata.resourceVersion ?? "");
    if (newer && answer.metadata.uid === stored.metadata.uid) return answer as KubernetesObject;
    written.answer = undefined;
    return stored;
  }

  /** The watch told of this state: an answer that is no newer is let go of at once. Ten thousand objects wait long for the next look at them, and the answers are whole, with all their bookkeeping. */
  told(key: ObjectKey, stored: KubernetesObject): void {
    this.newest(key, stored);
  }

  /** How long a write has to wait, ms; Infinity when it would do nothing. */
  wait(key: ObjectKey, text: string): number {
    const written = this.#objects.get(key);
    if (written === undefined) return 0;
    if (written.ignored === text) return Number.POSITIVE_INFINITY;
    return Math.max(0, written.at + gapAfter(written.count) - this.#clock.monotonic());
  }

  wrote(key: ObjectKey, write: PlannedWrite, answer: WholeObject): void {
    const now = this.#clock.monotonic();
    const before = this.#objects.get(key);
    const soon = before !== undefined && now - before.at < QUIET;
    this.#objects.set(key, {
      answer,
      ignored: write.left(answer),
      at: now,
      count: soon ? before.count + 1 : 1,
    });
  }

  /** The status is as it shall be. */
  settled(key: ObjectKey): void {
    const written = this.#objects.get(key);
    if (written === undefined) return;
    const old = this.#clock.monotonic() - written.at > QUIET;
    if (old && written.answer === undefined && written.ignored === undefined) this.#objects.delete(key);
  }

  forget(key: ObjectKey): void {
    this.#objects.delete(key);
  }
}

function gapAfter(writes: number): number {
  return writes < FREE_WRITES ? 0 : Math.min(FIRST_GAP * 2 ** (writes - FREE_WRITES), LONGEST_GAP);
}
