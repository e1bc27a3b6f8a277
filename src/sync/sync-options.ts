import type { Clock } from "../base/clock.ts";
import type { ObjectKey } from "../resources/kind.ts";
import type { Profile } from "../translate/input.ts";
import type { StartCompilation } from "./compilation.ts";
import type { Fleet } from "./gateway.ts";
import type { SyncObserver } from "./observer.ts";
import type { ProblemBoard } from "./problem-board.ts";

/** What the loop works with. */
export interface SyncOptions {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly compilations: StartCompilation;
  /** What to compile for until a gateway has answered. */
  readonly assumed: Profile;
  /** The least time between the starts of two pushes under a steady stream of changes, ms. */
  readonly interval: number;
  /** The longest wait after a push that failed for reasons of the gateway's own, ms; half a minute unless given. */
  readonly retryWithin?: number;
  /** What to do when a gateway refuses a configuration. */
  readonly onRejection: "keep-last-good" | "leave-out";
  /** A configuration that would delete more than this share of the entities at once waits until `relist` has confirmed it; undefined: nothing waits. */
  readonly maxShrinkPercent?: number | undefined;
  /** Reads every object anew; resolves when all are here. */
  readonly relist?: () => Promise<void>;
  /** Whether this replica pushes from the start. */
  readonly leading: boolean;
  /** Whether it leads at this very moment: asked before each push, since what is told with `setLeading` may be late. Unless given, what was told counts. */
  readonly mayPush?: () => boolean;
  readonly problems: ProblemBoard;
  readonly observers: readonly SyncObserver[];
  /** Kinds of which the content is read only when it is needed. */
  readonly onDemand: readonly string[];
  /** Told after each compile which objects of such a kind are read. */
  readonly want: (kind: string, keys: ReadonlySet<ObjectKey>) => void;
}
