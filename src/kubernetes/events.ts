import { createHash } from "node:crypto";
import { delayAfter, type RetryPolicy } from "../base/backoff.ts";
import { type Clock, sleep } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import { type Log, messageOf } from "../base/log.ts";
import { ApiError, hasStatus } from "./api-error.ts";
import type { ApiClient } from "./client.ts";
import { RateLimit } from "./rate-limit.ts";

/** The object that an event is about; `namespace` is "" for cluster-wide ones. Without a uid `kubectl describe` does not show it. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** Something to be said about an object. */
export interface ObjectEvent {
  readonly subject: EventSubject;
  readonly type: "Normal" | "Warning";
  /** One word in UpperCamelCase, for programs. */
  readonly reason: string;
  /** For people; cut at 1024 bytes. */
  readonly message: string;
}

export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly clock: Clock;
  readonly log: Log;
  /** Which program says so (`source.component`). */
  readonly component: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Writes a second in the long run, and at once: what is said by thousands of objects at the same time is said slowly. */
const RATE = 20;
const BURST = 100;
/** One event is not counted up more often than this, ms. */
const REPEAT_AFTER = 30_000;
/** What waits beyond this many is not said. */
const MAX_WAITING = 10_000;
/** Events that are remembered for counting them up; the server forgets them after an hour. */
const MAX_KNOWN = 20_000;
const MAX_MESSAGE_BYTES = 1024;
const RETRY: RetryPolicy = { maxAttempts: 0, initialDelay: 1_000, maxDelay: 60_000 };
/** So many 403 in a row are meant: an API server that just started refuses everything until it has read its rules. Until then it is tried again after so long, ms. */
const REFUSALS = 3;
const SOON = 2_000;

interface Known {
  readonly event: ObjectEvent;
  /** `/api/v1/namespaces/…/events`. */
  readonly collection: string;
  readonly name: string;
  /** Undefined until the server has told. */
  count: number | undefined;
  /** Monotonic ms. */
  lastWrite: number;
  /** How often it is still to be counted. */
  owed: number;
}

/**
 * Writes Events (core/v1). The same said again is counted up in the one event: its name comes from what it says, so that a successor of this process goes on with
 * it. Needs the verbs create and patch only. Nothing it does fails: what cannot be written is logged.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #limit: RateLimit;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Set<Known>();
  readonly #abort = new AbortController();
  readonly #timers = new Set<() => void>();
  #running: Promise<void> | undefined;
  #saidFull = false;
  #saidForbidden = false;
  #refusals = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#limit = new RateLimit(options.clock, RATE, BURST);
  }

  /** Says it, or counts it up. */
  report(event: ObjectEvent): void {
    if (this.#abort.signal.aborted) return;
    const known = this.#remember(event);
    known.owed += 1;
    if (known.owed === 1) this.#schedule(known);
  }

  #schedule(known: Known): void {
    const { clock } = this.#options;
    const wait = known.lastWrite + REPEAT_AFTER - clock.monotonic();
    if (wait <= 0) {
      this.#enqueue(known);
      return;
    }
    const cancel = clock.after(wait, () => {
      this.#timers.delete(cancel);
      this.#enqueue(known);
    });
    this.#timers.add(cancel);
  }

  /** Ends what is under way; what waits is not said. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    await this.#running;
  }

  #remember(event: ObjectEvent): Known {
    const { subject, type, reason, message } = event;
    const { apiVersion, kind, namespace, name, uid = "" } = subject;
    const id = JSON.stringify([apiVersion, kind, namespace, name, uid, type, reason, message]);
    const known = this.#known.get(id) ?? newEvent(event, id);
    this.#known.delete(id);
    this.#known.set(id, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(oldest);
    }
    return known;
  }

  #enqueue(known: Known): void {
    if (this.#waiting.size >= MAX_WAITING) {
      known.owed = 0;
      if (!this.#saidFull)
        this.#options.log.error(
          `More than ${MAX_WAITING} Kubernetes events wait to be written; further ones are only logged`,
        );
      this.#saidFull = true;
      return;
    }
    this.#waiting.add(known);
    this.#work();
  }

  #work(): void {
    this.#running ??= this.#run(this.#abort.signal).finally(() => {
      this.#running = undefined;
      // Something may have come while it ended.
      if (this.#waiting.size > 0 && !this.#abort.signal.aborted) this.#work();
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    // What is said in one go is counted together.
    await Promise.resolve();
    let failures = 0;
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || signal.aborted) break;
      await this.#limit.take(signal);
      if (signal.aborted) break;
      try {
        const { owed } = next;
        await this.#write(next, owed, signal);
        this.#done(next, owed);
        failures = 0;
        this.#refusals = 0;
      } catch (error) {
        if (signal.aborted) break;
        const wait = this.#failed(next, error, ++failures);
        if (wait > 0) await sleep(this.#options.clock, wait, signal);
      }
    }
    this.#saidFull = false;
  }

  #done(known: Known, counted: number): void {
    this.#waiting.delete(known);
    known.owed -= counted;
    known.lastWrite = this.#options.clock.monotonic();
    if (known.owed > 0) this.#schedule(known);
  }

  /** How long to wait before the same is tried again, ms; 0 when it is given up. */
  #failed(known: Known, error: unknown, failures: number): number {
    const { log } = this.#options;
    const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
    if (!refused) {
      log.debug("An event cannot be written; it is tried again", { cause: messageOf(error) });
      const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
      return Math.max(asked, delayAfter(RETRY, failures));
    }
    if (hasStatus(error, 403) && !this.#saidForbidden && ++this.#refusals < REFUSALS) return SOON;
    this.#done(known, known.owed);
    if (hasStatus(error, 403) && !this.#saidForbidden) {
      this.#saidForbidden = true;
      log.error("Kubernetes events cannot be written; grant create and patch for events", { cause: messageOf(error) });
    } else log.debug("An event was refused", { cause: messageOf(error) });
    return 0;
  }

  async #write(known: Known, owed: number, signal: AbortSignal): Promise<void> {
    if (known.count !== undefined && (await this.#patch(known, known.count + owed, signal))) return;
    const { client } = this.#options;
    const body = this.#body(known, owed);
    const request = client.request({ method: "POST", path: known.collection, body, signal });
    const created = await request.then(
      () => true,
      (error: unknown) => {
        if (hasStatus(error, 409)) return false;
        throw error;
      },
    );
    if (created) known.count = owed;
    // A predecessor of this process said it; how often, the answer tells.
    else await this.#patch(known, undefined, signal);
  }

  /** False when the server has forgotten it. */
  async #patch(known: Known, count: number | undefined, signal: AbortSignal): Promise<boolean> {
    const { client, annotations } = this.#options;
    const body = {
      metadata: { annotations },
      lastTimestamp: this.#now(),
      ...(count === undefined ? {} : { count }),
    };
    const request = client.request({
      method: "PATCH",
      path: `${known.collection}/${known.name}`,
      body,
      contentType: "application/merge-patch+json",
      signal,
    });
    const answer = await request.catch((error: unknown) => {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    });
    const told = isJsonObject(answer?.value) ? answer.value["count"] : undefined;
    known.count = answer === undefined ? undefined : typeof told === "number" ? told : (count ?? 1);
    return answer !== undefined;
  }

  #body({ event, collection, name }: Known, count: number): object {
    const { subject, type, reason, message } = event;
    const { component, annotations } = this.#options;
    const { namespace, ...rest } = subject;
    const now = this.#now();
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace: collection.split("/").at(-2), annotations },
      involvedObject: { ...rest, ...(namespace === "" ? {} : { namespace }) },
      reason,
      message: shortened(message),
      type,
      source: { component },
      reportingComponent: component,
      firstTimestamp: now,
      lastTimestamp: now,
      count,
    };
  }

  /** Kubernetes' Time has no fractions. */
  #now(): string {
    return new Date(this.#options.clock.now()).toISOString().replace(/\.\d+/, "");
  }
}

/** client-go's form of a name: the object's, a dot, and hex digits. Events about cluster-wide objects are in the namespace default. */
function newEvent(event: ObjectEvent, id: string): Known {
  const digits = createHash("sha256").update(id).digest("hex").slice(0, 16);
  const { name, namespace } = event.subject;
  const base = name.slice(0, 253 - digits.length - 1).replace(/[^a-z0-9]+$/, "");
  return {
    event,
    collection: `/api/v1/namespaces/${namespace === "" ? "default" : namespace}/events`,
    name: `${base}.${digits}`,
    count: undefined,
    lastWrite: Number.NEGATIVE_INFINITY,
    owed: 0,
  };
}

function shortened(message: string): string {
  if (Buffer.byteLength(message) <= MAX_MESSAGE_BYTES) return message;
  const cut = Buffer.from(message)
    .subarray(0, MAX_MESSAGE_BYTES - 3)
    .toString();
  return `${cut.replace(/\uFFFD$/, "")}…`;
}
