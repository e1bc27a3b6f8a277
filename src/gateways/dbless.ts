import type { Clock } from "../base/clock.ts";
import type { Payload, PushOutcome } from "../sync/gateway.ts";
import type { AdminAnswer, AdminClient } from "./admin-client.ts";
import { type AdminFailure, causeOf, failureOf } from "./admin-failure.ts";
import { failedAnswer, kongMessage, retryAfter } from "./answers.ts";
import { type Contact, readStatus } from "./first-contact.ts";
import { readRefusal } from "./refusal.ts";
import { BODY_LIMIT_SETTING } from "./root.ts";

export interface DblessOptions {
  readonly clock: Clock;
  /** For the whole of one push, ms. */
  readonly timeout: number;
  /** For a question what the gateway holds, ms. */
  readonly checkTimeout: number;
}

/**
 * The push to a gateway without a database: the whole document as text in one request. As text, because Kong then reports the MD5 of these very bytes as its
 * configuration_hash (facts: kong-3.9/README.md), which proves what it holds.
 */
export function dblessPush(client: AdminClient, options: DblessOptions) {
  return async (payload: Payload, root: Contact, signal: AbortSignal): Promise<PushOutcome> => {
    const size = payload.bytes.length;
    const limit = root.bodyLimit;
    if (limit !== undefined && size > limit) return { kind: "too-large", size, limit, setting: BODY_LIMIT_SETTING };
    let answer: AdminAnswer;
    try {
      answer = await post(client, payload, "?check_hash=1&flatten_errors=1", options.timeout, signal);
    } catch (error) {
      return unanswered(failureOf(error), client, payload, options, signal);
    }
    switch (answer.status) {
      case 200:
      case 201:
        return held("accepted", client, payload, options, signal);
      case 304:
        return { kind: "unchanged", hash: payload.md5 };
      case 400:
        return refused(answer, client, payload, options, signal);
      case 413:
        return tooLarge(answer, size, limit);
      case 429:
        return {
          kind: "busy",
          retryAfter: retryAfter(answer, options.clock.now()),
          cause: causeOf(failedAnswer("the push", answer)),
        };
      default:
        return { kind: "failed", cause: causeOf(failedAnswer("the push", answer)) };
    }
  };
}

/** The answer to an accepted push repeats the whole configuration, expanded: it is read past. */
function post(
  client: AdminClient,
  payload: Payload,
  query: string,
  timeout: number,
  signal: AbortSignal,
): Promise<AdminAnswer> {
  return client.call({
    method: "POST",
    path: `/config${query}`,
    body: { type: "text/yaml", content: payload.bytes },
    timeout,
    signal,
    keep: (status) => status >= 400,
  });
}

/** What the gateway says it holds after it took the payload. */
async function held(
  kind: "accepted",
  client: AdminClient,
  payload: Payload,
  { checkTimeout }: DblessOptions,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const { hash } = await readStatus(client, checkTimeout, signal);
  return { kind, hash: hash ?? payload.md5 };
}

/** No whole answer came. Where the request may have been taken, the gateway's hash tells; nothing is repeated blindly. */
async function unanswered(
  failure: AdminFailure,
  client: AdminClient,
  payload: Payload,
  options: DblessOptions,
  signal: AbortSignal,
): Promise<PushOutcome> {
  if (failure.kind !== "interrupted" && failure.kind !== "timeout") throw failure;
  const { hash } = await readStatus(client, options.checkTimeout, signal);
  if (hash === payload.md5) return { kind: "accepted", hash };
  const hint =
    failure.kind === "timeout" ? "; if the gateway needs longer to load it, raise --proxy-timeout-seconds" : "";
  return {
    kind: "failed",
    cause: { message: `${failure.message}, and the gateway does not hold the new configuration${hint}` },
  };
}

async function refused(
  answer: AdminAnswer,
  client: AdminClient,
  payload: Payload,
  options: DblessOptions,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const refusal = readRefusal(answer.text, payload);
  if (!refusal.saysNothing) return { kind: "rejected", rejections: refusal.rejections, answer: answer.text };
  const plain = await post(client, payload, "?check_hash=1", options.timeout, signal);
  if (plain.status === 201) return held("accepted", client, payload, options, signal);
  const again = plain.status === 400 ? readRefusal(plain.text, payload) : refusal;
  return { kind: "rejected", rejections: again.rejections, answer: plain.text || answer.text };
}

/** nginx refuses by its own limit with a page; Kong by the size of its store, with JSON. */
function tooLarge(answer: AdminAnswer, size: number, limit: number | undefined): PushOutcome {
  const ofStore = /lmdb/i.test(kongMessage(answer.text));
  return ofStore
    ? { kind: "too-large", size, limit: undefined, setting: "lmdb_map_size" }
    : { kind: "too-large", size, limit, setting: BODY_LIMIT_SETTING };
}
