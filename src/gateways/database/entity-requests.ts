import { delayAfter, type RetryPolicy } from "../../base/backoff.ts";
import type { Clock } from "../../base/clock.ts";
import { sleep } from "../../base/clock.ts";
import { isJsonObject, type JsonObject, own } from "../../base/json.ts";
import type { AdminAnswer, AdminClient } from "../admin-client.ts";
import { AdminFailure, failureOf } from "../admin-failure.ts";
import { failedAnswer, retryAfter } from "../answers.ts";

export interface EntityRequestOptions {
  readonly client: AdminClient;
  readonly clock: Clock;
  /** For one request, ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Asked right before each request that changes something; it is not sent when this is false. */
  readonly mayWrite?: (() => boolean) | undefined;
}

/** What a request that changes something was answered with. */
export interface Written {
  readonly answer: AdminAnswer;
  /** It was sent more than once, and one before may have been carried out although its answer never came. */
  readonly repeated: boolean;
}

/** A database that is away for a moment, a connection that breaks: after this a request is given up. Waits in ms. */
const RETRIES: RetryPolicy = { maxAttempts: 6, initialDelay: 200, maxDelay: 3200 };
/** Nobody is waited for longer because he says so, ms. */
const LONGEST_WAIT = 30_000;
/** The most that Kong gives. */
const PAGE = 1000;

/** Requests about entities to one gateway, those repeated that may succeed the next time. Everything throws an AdminFailure when the gateway cannot be spoken to. */
export class EntityRequests {
  readonly #options: EntityRequestOptions;

  constructor(options: EntityRequestOptions) {
    this.#options = options;
  }

  /** What is at a path; undefined when there is nothing. */
  async get(path: string): Promise<JsonObject | undefined> {
    const { answer } = await this.#send("GET", path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw failedAnswer(`GET ${path}`, answer);
    return parsed(path, answer);
  }

  /**
   * The pages of a list; none when there is no such list. With tags those that carry all of them, where the list obeys it: lists within an entity do not (facts:
   * db-mode/README.md §7).
   */
  async *pages(path: string, tags: readonly string[] = []): AsyncGenerator<readonly JsonObject[], void> {
    const filter = tags.length === 0 ? "" : `&tags=${tags.map(encodeURIComponent).join(",")}`;
    // `next` loses the size on the way, so only the offset is taken from an answer.
    for (let offset: string | undefined = ""; offset !== undefined; ) {
      const from: string = offset === "" ? "" : `&offset=${encodeURIComponent(offset)}`;
      const page = await this.get(`${path}?size=${PAGE}${filter}${from}`);
      if (page === undefined) return;
      const data = own(page, "data");
      yield Array.isArray(data) ? (data as readonly JsonObject[]).filter(isJsonObject) : [];
      const next = own(page, "offset");
      if (next === offset) throw new AdminFailure("unfit", `the pages of ${path} have no end`);
      offset = typeof next === "string" ? next : undefined;
    }
  }

  /** Changes something. Never with a condition: Kong's nginx applies it to the answer, when the change is made already (facts: db-mode/README.md §8). */
  write(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: JsonObject): Promise<Written> {
    return this.#send(method, path, body);
  }

  /** Whether the gateway reaches its database. */
  async databaseReachable(): Promise<boolean> {
    const status = await this.get("/status");
    const database = status === undefined ? undefined : own(status, "database");
    return isJsonObject(database) && own(database as JsonObject, "reachable") === true;
  }

  async #send(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: JsonObject): Promise<Written> {
    const { client, clock, timeout, signal, mayWrite } = this.#options;
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    let repeated = false;
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= RETRIES.maxAttempts;
      let wait = delayAfter(RETRIES, attempt);
      // A process that was stopped for a while goes on here, before anybody can tell it that another one leads.
      if (method !== "GET" && mayWrite?.() === false) throw new AdminFailure("aborted", "another one may write now");
      try {
        const answer = await client.call({
          method,
          path,
          timeout,
          signal,
          ...(content === undefined ? {} : { body: { type: "application/json", content } }),
        });
        if (last || (answer.status < 500 && answer.status !== 429)) return { answer, repeated };
        if (answer.status === 429) wait = Math.min(retryAfter(answer, clock.now()) ?? wait, LONGEST_WAIT);
        else repeated = true;
      } catch (error) {
        const failure = failureOf(error);
        if (last || (failure.kind !== "unreachable" && failure.kind !== "interrupted")) throw failure;
        repeated ||= failure.kind === "interrupted";
      }
      if (!(await sleep(clock, wait, signal))) throw new AdminFailure("aborted", "the call was aborted");
    }
  }
}

function parsed(path: string, answer: AdminAnswer): JsonObject {
  try {
    const json: unknown = JSON.parse(answer.text);
    if (isJsonObject(json)) return json as JsonObject;
  } catch {
    // Said below.
  }
  throw new AdminFailure("interrupted", `GET ${path} was answered with something other than a JSON object`);
}
