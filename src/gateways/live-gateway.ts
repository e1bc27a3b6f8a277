import type { RetryPolicy } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { isJsonObject, own } from "../base/json.ts";
import type { ConnectionState, Gateway, GatewayFacts, Payload, PushOutcome } from "../sync/gateway.ts";
import type { AdminAnswer } from "./admin-client.ts";
import { AdminFailure, causeOf, failureOf } from "./admin-failure.ts";
import { Connection } from "./connection.ts";
import type { Contact } from "./first-contact.ts";
import type { GatewayAdmin } from "./gateway-admin.ts";
import type { AskableGateway, Question } from "./opinion/opinion.ts";

export interface LiveGatewayOptions {
  readonly id: string;
  readonly name: string;
  readonly admin: GatewayAdmin;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  /** From one question what it holds to the next, ms. */
  readonly checkInterval: number;
  /** See `Gateway`; false unless given. */
  readonly placeholder?: boolean;
  readonly changed: (gateway: LiveGateway) => void;
  readonly held: (gateway: LiveGateway, hash: string) => void;
}

/** One gateway: its connection, the regular question what it holds, and pushes to it. */
export class LiveGateway implements Gateway, AskableGateway {
  readonly id: string;
  readonly name: string;
  readonly #options: LiveGatewayOptions;
  readonly #connection: Connection;
  readonly #closing = new AbortController();
  #contact: Contact | undefined;
  #pushing = false;
  #nextCheck: (() => void) | undefined;

  constructor(options: LiveGatewayOptions) {
    this.#options = options;
    this.id = options.id;
    this.name = options.name;
    this.#connection = new Connection({
      policy: options.policy,
      clock: options.clock,
      attempt: (signal) => this.#attempt(signal),
      changed: (state) => this.#changed(state),
    });
  }

  get url(): string {
    return this.#options.admin.url;
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  get attempts(): number {
    return this.#connection.attempts;
  }

  get placeholder(): boolean {
    return this.#options.placeholder ?? false;
  }

  start(): void {
    this.#connection.start();
  }

  /** Something changed about where it is: a wait for the next attempt ends now. */
  poke(): void {
    this.#connection.poke();
  }

  /** Some gateway was reached: this one has no limit of attempts any more. */
  persist(): void {
    this.#connection.persist();
  }

  /** What it holds may have been changed by somebody else. */
  doubt(): void {
    this.#options.admin.doubt?.();
    // Neither while it is being asked, nor during a push, which tells too.
    if (this.#nextCheck === undefined) return;
    this.#stopChecking();
    void this.#check();
  }

  close(): void {
    this.#closing.abort();
    this.#stopChecking();
    this.#connection.close();
    this.#options.admin.forget();
  }

  async push(payload: Payload, signal: AbortSignal): Promise<PushOutcome> {
    const root = this.#contact;
    if (this.state.phase !== "ready" || root === undefined)
      return { kind: "failed", cause: { message: "there is no connection to it" } };
    if (this.#pushing) throw new Error(`two pushes at a time to ${this.name}`);
    this.#pushing = true;
    this.#stopChecking();
    // Whoever comes first ends the push: the caller, or the end of this gateway.
    const abort = new AbortController();
    const end = () => abort.abort();
    signal.addEventListener("abort", end);
    this.#closing.signal.addEventListener("abort", end);
    try {
      const outcome = await this.#options.admin.push(payload, root, abort.signal);
      if (outcome.kind === "accepted" || outcome.kind === "unchanged") this.#contact = { ...root, hash: outcome.hash };
      return outcome;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "aborted") return { kind: "cancelled" };
      this.#connection.lose(causeOf(failure));
      return { kind: "failed", cause: causeOf(failure) };
    } finally {
      signal.removeEventListener("abort", end);
      this.#closing.signal.removeEventListener("abort", end);
      this.#pushing = false;
      this.#scheduleCheck();
    }
  }

  /** Asks it something besides its configuration. What fails here says nothing about the connection: whoever asked hears it. */
  ask(question: Question, signal: AbortSignal): Promise<AdminAnswer> {
    return this.#options.admin.ask(question, AbortSignal.any([signal, this.#closing.signal]));
  }

  async heldText(): Promise<string | undefined> {
    if (this.state.phase !== "ready" || this.#contact?.profile.dbless !== true) return undefined;
    try {
      const { status, text } = await this.ask({ method: "GET", path: "/config", large: true }, this.#closing.signal);
      return status === 200 ? configOf(text) : undefined;
    } catch (error) {
      // Whether it still answers is for the regular question to find out.
      if (error instanceof AdminFailure) return undefined;
      throw error;
    }
  }

  async #attempt(signal: AbortSignal): Promise<GatewayFacts> {
    try {
      this.#contact = await this.#options.admin.reach(signal);
      return factsOf(this.#contact);
    } catch (error) {
      // A certificate or a token may have been put right meanwhile; a connection that failed is not worth keeping either.
      this.#options.admin.forget();
      throw error;
    }
  }

  #changed(state: ConnectionState): void {
    if (state.phase === "ready") this.#scheduleCheck();
    else this.#stopChecking();
    this.#options.changed(this);
  }

  #scheduleCheck(): void {
    this.#stopChecking();
    if (this.state.phase !== "ready" || this.#pushing) return;
    this.#nextCheck = this.#options.clock.after(this.#options.checkInterval, () => {
      this.#nextCheck = undefined;
      void this.#check();
    });
  }

  #stopChecking(): void {
    this.#nextCheck?.();
    this.#nextCheck = undefined;
  }

  async #check(): Promise<void> {
    const asked = this.#contact;
    const found = await this.#question();
    // A push that began meanwhile knows better, and so does whoever closed the connection.
    if (this.#pushing || this.state.phase !== "ready" || this.#contact !== asked) return;
    if (found instanceof AdminFailure) return this.#connection.lose(causeOf(found));
    this.#contact = found;
    this.#scheduleCheck();
    if (asked === undefined || !sameGateway(asked, found)) this.#connection.update(factsOf(found));
    if (found.hash !== undefined) this.#options.held(this, found.hash);
  }

  /** What the gateway holds; everything about it when that is not what it held before: it may have been replaced. One failure is forgiven. */
  async #question(): Promise<Contact | AdminFailure> {
    for (let chance = 1; ; chance++) {
      try {
        const known = this.#contact;
        const { admin } = this.#options;
        const { hash } = await admin.status(this.#closing.signal);
        return known !== undefined && known.hash === hash ? { ...known } : await admin.reach(this.#closing.signal);
      } catch (error) {
        if (chance === 2 || this.#closing.signal.aborted) return failureOf(error);
      }
    }
  }
}

/** The document in the answer of `GET /config`. */
function configOf(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const config = isJsonObject(answer) ? own(answer, "config") : undefined;
    return typeof config === "string" ? config : undefined;
  } catch {
    return undefined;
  }
}

function factsOf(found: Contact): GatewayFacts {
  return { profile: found.profile, version: found.version, nodeId: found.nodeId, hash: found.hash };
}

function sameGateway(a: Contact, b: Contact): boolean {
  return a.nodeId === b.nodeId && a.version === b.version && a.profile.flavor === b.profile.flavor;
}
