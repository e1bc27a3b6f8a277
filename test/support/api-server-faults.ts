import { setTimeout as wait } from "node:timers/promises";
import type { ApiResponse, Repeat } from "./cluster-client.ts";

/** What goes wrong with the API server all the time: it restarts, or the connections of watches to it are cut. */
export type ApiServerFault = "restart" | "watches";

export interface FaultActions {
  readonly cutWatches: () => void;
  /** Ends the API server, and resolves when it is ready again. */
  readonly restart: (signal: NodeJS.Signals) => Promise<void>;
}

/** From the end of one fault to the next, ms: after a restart a test must be able to go on for a while. */
const PERIODS: Readonly<Record<ApiServerFault, number>> = { restart: 10_000, watches: 2_500 };
/** Short tests see one too, ms. */
const FIRST = 3_000;

/** What the environment variable API_SERVER_FAULTS asks for. */
export function environmentFaults(): ApiServerFault | undefined {
  const value = process.env["API_SERVER_FAULTS"] ?? "";
  if (value === "") return undefined;
  if (value === "restart" || value === "watches") return value;
  throw new Error(`API_SERVER_FAULTS may be restart or watches, and is ${value}`);
}

/** Makes one sort of fault again and again, but not while the test itself does something to the API server. */
export class ApiServerFaults {
  readonly kind: ApiServerFault | undefined;
  readonly #period: number;
  #actions: FaultActions | undefined;
  #timer: NodeJS.Timeout | undefined;
  #outage: Promise<void> | undefined;
  #failure: Error | undefined;
  /** How many there were. */
  count = 0;

  constructor(kind: ApiServerFault | undefined, period?: number) {
    this.kind = kind;
    this.#period = period ?? (kind === undefined ? 0 : PERIODS[kind]);
  }

  begin(actions: FaultActions): void {
    this.#actions = actions;
    this.resume(Math.min(FIRST, this.#period));
  }

  /** Waits for the end of one that is under way; none begins before `resume`. */
  async pause(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#outage;
    clearTimeout(this.#timer);
  }

  /** The next one begins after so long, ms. */
  resume(after = this.#period): void {
    if (this.kind === undefined || this.#actions === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#strike(), after);
  }

  /** What a test asks for itself waits for the end of an outage, and is repeated when one began meanwhile and spoilt it. */
  readonly repeat: Repeat = async (send) => {
    for (;;) {
      await this.#outage;
      if (this.#failure !== undefined) throw this.#failure;
      const before = this.count;
      const sent = await send().then(
        (answer: ApiResponse) => ({ answer }),
        (error: unknown) => ({ error }),
      );
      const disturbed = this.kind === "restart" && (this.count !== before || this.#outage !== undefined);
      if ("answer" in sent && (!disturbed || !isSpoilt(sent.answer.status))) return sent.answer;
      if (!disturbed && "error" in sent) throw sent.error;
      await wait(20);
    }
  };

  #strike(): void {
    this.count += 1;
    const { cutWatches, restart } = this.#actions!;
    if (this.kind === "watches") {
      cutWatches();
      this.resume();
      return;
    }
    // A crash, and an orderly end, in turn.
    this.#outage = restart(this.count % 2 === 1 ? "SIGKILL" : "SIGTERM")
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.#outage = undefined;
        this.resume();
      });
  }
}

/** A server that starts answers so, whatever it holds. */
function isSpoilt(status: number): boolean {
  return status >= 500 || status === 401 || status === 403 || status === 404 || status === 429;
}
