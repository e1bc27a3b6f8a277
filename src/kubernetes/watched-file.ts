import type { Clock } from "../base/clock.ts";
import type { ReadText } from "./access.ts";

/** How long a file's text is taken as current before it is looked at again, ms: Kubernetes renews mounted tokens long before they run out. */
const FRESH_FOR = 10_000;

/** A file that somebody else renews (a mounted token, a certificate): read again every few seconds while it is in use. */
export class WatchedFile {
  readonly path: string;
  readonly #read: ReadText;
  readonly #clock: Clock;
  #text: string | undefined;
  #readAt = 0;
  #reading: Promise<string> | undefined;

  constructor(path: string, read: ReadText, clock: Clock) {
    this.path = path;
    this.#read = read;
    this.#clock = clock;
  }

  /** The text; while the file cannot be read, the last one. Rejects when it never could be read. */
  async text(): Promise<string> {
    if (this.#text !== undefined && this.#clock.monotonic() - this.#readAt < FRESH_FOR) return this.#text;
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Makes the next `text` look at the file. */
  expire(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #load(): Promise<string> {
    try {
      this.#text = await this.#read(this.path);
      this.#readAt = this.#clock.monotonic();
      return this.#text;
    } catch (error) {
      // A mounted folder is swapped under us now and then; what was read last stays good meanwhile.
      if (this.#text === undefined) throw error;
      return this.#text;
    }
  }
}
