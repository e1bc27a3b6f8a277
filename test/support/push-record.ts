import type { Preview } from "../../src/preview/gateway.ts";

/** One configuration that reached a gateway. */
export interface RecordedPush {
  /** The controller that sent it, by the header of `authorFlag`. */
  readonly author: string;
  /** Wall-clock ms, when its head came. */
  readonly at: number;
}

const HEADER = "x-test-controller";

/** A flag that has a controller put its name on what it asks of a gateway. */
export function authorFlag(name: string): string {
  return `--kong-admin-header=${HEADER}:${name}`;
}

/** All pushes to a gateway: a gateway itself remembers only the last requests, so `look` has to be called now and then. */
export class PushRecord {
  readonly #gateway: Preview;
  readonly #pushes: RecordedPush[] = [];
  #total = 0;

  constructor(gateway: Preview) {
    this.#gateway = gateway;
  }

  /** Those so far, in the order in which they began. */
  look(): readonly RecordedPush[] {
    const { total } = this.#gateway.recording;
    const requests = this.#gateway.recording.requests();
    if (total - this.#total > requests.length) throw new Error("the gateway has forgotten requests: look more often");
    for (const { method, target, headers, at } of requests.slice(requests.length - (total - this.#total)))
      if (method === "POST" && target.startsWith("/config")) this.#pushes.push({ author: String(headers[HEADER]), at });
    this.#total = total;
    return [...this.#pushes].sort((a, b) => a.at - b.at);
  }

  /** Whoever pushed, one after the other; one who comes again later stands there again. */
  authors(): readonly string[] {
    const authors = this.look().map(({ author }) => author);
    return authors.filter((author, i) => author !== authors[i - 1]);
  }
}
