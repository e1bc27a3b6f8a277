import type { ManualClock } from "../base/manual-clock.ts";
import type { Profile } from "../translate/input.ts";
import {
  type ConnectionState,
  EMPTY_HASH,
  type Gateway,
  type GatewayEvent,
  type Payload,
  type PushOutcome,
} from "./gateway.ts";

export const COMPATIBLE: Profile = {
  flavor: "traditional_compatible",
  version: [3, 9, 1],
  enterprise: false,
  workspace: "",
  dbless: true,
};
export const EXPRESSIONS: Profile = { ...COMPATIBLE, flavor: "expressions" };

/** A gateway that holds what it is given, unless the test says otherwise. */
export class FakeGateway implements Gateway {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  state: ConnectionState = { phase: "waiting" };
  attempts = 0;
  readonly placeholder = false;
  hash = EMPTY_HASH;
  nodeId = "node";
  readonly pushes: { readonly at: number; readonly text: string }[] = [];
  /** How long a push takes, ms. */
  takes = 0;
  /** What it shows as the text of what it holds. */
  text: string | undefined;
  /** Decides about pushes; undefined: take it. */
  answer: ((payload: Payload) => PushOutcome | undefined) | undefined;
  readonly #clock: ManualClock;
  readonly #send: (event: GatewayEvent) => void;

  constructor(id: string, clock: ManualClock, send: (event: GatewayEvent) => void) {
    this.id = id;
    this.name = id;
    this.url = `http://${id}`;
    this.#clock = clock;
    this.#send = send;
  }

  connect(profile: Profile = COMPATIBLE): void {
    const facts = { profile, version: profile.version.join("."), nodeId: this.nodeId, hash: this.hash };
    this.#become({ phase: "ready", since: this.#clock.monotonic(), facts });
  }

  lose(): void {
    this.#become({ phase: "lost", since: this.#clock.monotonic(), cause: { message: "reset" } });
  }

  #become(state: ConnectionState): void {
    this.state = state;
    this.#send({ type: "state", gateway: this });
  }

  async heldText(): Promise<string | undefined> {
    return this.text;
  }

  /** The regular question what it holds. */
  asked(): void {
    this.#send({ type: "held", gateway: this, hash: this.hash });
  }

  push(payload: Payload, signal: AbortSignal): Promise<PushOutcome> {
    this.pushes.push({ at: this.#clock.monotonic(), text: payload.bytes.toString() });
    return new Promise((resolve) => {
      const end = () => resolve(signal.aborted ? { kind: "cancelled" } : this.#outcome(payload));
      signal.addEventListener("abort", end);
      if (this.takes === 0) end();
      else this.#clock.after(this.takes, end);
    });
  }

  #outcome(payload: Payload): PushOutcome {
    const decided = this.answer?.(payload);
    if (decided !== undefined) return decided;
    if (this.hash === payload.md5) return { kind: "unchanged", hash: this.hash };
    this.hash = payload.md5;
    return { kind: "accepted", hash: this.hash };
  }
}
