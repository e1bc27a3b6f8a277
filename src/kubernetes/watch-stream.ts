import type { Clock } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import { Slices } from "../base/slices.ts";
import { ApiError, ApiUnreachable } from "./api-error.ts";
import type { ApiStatus } from "./api-object.ts";
import type { ApiClient } from "./client.ts";
import { LineSplitter } from "./json-lines.ts";
import type { ReceivedObject } from "./trim.ts";

export interface WatchOptions {
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly accept?: string | undefined;
  readonly resourceVersion: string;
  /** After this the server ends the watch, seconds. */
  readonly timeoutSeconds: number;
  /** A watch on which nothing comes for so long (not even a bookmark) is given up, ms: its connection may be half open. */
  readonly idleLimit: number;
  readonly signal: AbortSignal;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: ReceivedObject;
  readonly resourceVersion: string;
}

/** The server sent something that is no watch event: only a new list can tell the state. */
export class WatchGarbled extends Error {
  constructor(path: string, what: string) {
    super(`watch of ${path}: ${what}`);
    this.name = "WatchGarbled";
  }
}

export interface WatchListener {
  /** The server has accepted the watch. */
  opened(): void;
  event(event: WatchEvent): void;
}

/**
 * Watches a collection from a resourceVersion on, and gives each event to the listener, which may throw WatchGarbled to end it. Resolves when the server ends the watch; rejects with ApiError (refused, or an ERROR event),
 * ApiUnreachable (broken, or silent for too long), or WatchGarbled.
 */
export async function watch(
  client: ApiClient,
  clock: Clock,
  options: WatchOptions,
  listener: WatchListener,
): Promise<void> {
  const idle = new IdleWatch(clock, options);
  const splitter = new LineSplitter();
  const slices = new Slices(clock);
  try {
    const stream = await client.stream({
      path: options.path,
      query: {
        watch: 1,
        allowWatchBookmarks: true,
        resourceVersion: options.resourceVersion,
        timeoutSeconds: options.timeoutSeconds,
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
      },
      ...(options.accept === undefined ? {} : { accept: options.accept }),
      signal: idle.signal,
    });
    idle.heard();
    listener.opened();
    for await (const chunk of stream) {
      idle.heard();
      for (const line of splitter.push(chunk)) {
        listener.event(parseEvent(options.path, line));
        if (slices.due) await slices.pause();
        if (options.signal.aborted) return;
      }
    }
  } catch (error) {
    if (options.signal.aborted || error instanceof ApiError || error instanceof WatchGarbled) throw error;
    throw error instanceof ApiUnreachable && !idle.passed
      ? error
      : new ApiUnreachable(`watch of ${options.path}`, idle.passed ?? error);
  } finally {
    idle.end();
  }
}

/** Aborts when nothing was heard for the limit. */
class IdleWatch {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  readonly #onAbort = () => this.#controller.abort(this.#outer.reason);
  #last: number;
  #cancel: () => void;
  passed: Error | undefined;

  constructor(clock: Clock, options: WatchOptions) {
    this.#clock = clock;
    this.#limit = options.idleLimit;
    this.#outer = options.signal;
    this.#last = clock.monotonic();
    this.#cancel = clock.after(this.#limit, () => this.#check());
    if (this.#outer.aborted) this.#onAbort();
    this.#outer.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.#last = this.#clock.monotonic();
  }

  end(): void {
    this.#cancel();
    this.#outer.removeEventListener("abort", this.#onAbort);
    // Whatever is left of the stream is of no use to anybody.
    this.#controller.abort();
  }

  #check(): void {
    const silent = this.#clock.monotonic() - this.#last;
    if (silent < this.#limit) {
      this.#cancel = this.#clock.after(this.#limit - silent, () => this.#check());
      return;
    }
    this.passed = new Error(
      `nothing came for ${Math.round(this.#limit / 1000)} s, not even a bookmark: the connection is taken as dead`,
    );
    this.#controller.abort(this.passed);
  }
}

function parseEvent(path: string, line: string): WatchEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new WatchGarbled(path, "a line is not JSON");
  }
  const { type, object } = isJsonObject(value) ? value : { type: undefined, object: undefined };
  if (type === "ERROR") {
    const status = (isJsonObject(object) ? object : {}) as ApiStatus;
    throw new ApiError(`watch of ${path}`, status.code ?? 500, status);
  }
  const metadata = isJsonObject(object) ? object["metadata"] : undefined;
  const resourceVersion = isJsonObject(metadata) ? metadata["resourceVersion"] : undefined;
  if (typeof resourceVersion !== "string" || resourceVersion === "")
    throw new WatchGarbled(path, "an event's object has no resourceVersion");
  if (type === "BOOKMARK") return { type, object: object as ReceivedObject, resourceVersion };
  if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED")
    throw new WatchGarbled(path, `an event of the unknown type ${JSON.stringify(type)?.slice(0, 40)}`);
  if (typeof (metadata as Record<string, unknown>)["name"] !== "string")
    throw new WatchGarbled(path, "an event's object has no name");
  return { type, object: object as ReceivedObject, resourceVersion };
}
