import type { IncomingMessage } from "node:http";

/** How much of a body is kept before it is passed on as it comes. */
const KEEP = 8 * 1024 * 1024;

/** The body of a request on its way: read at most once from the client, sent as often as it takes. */
export class RequestBody {
  readonly #message: IncomingMessage;
  #kept: Buffer | undefined;
  /** What came before the limit, when there is more than can be kept. */
  #begun: Buffer[] | undefined;
  #reading: Promise<void> | undefined;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  /** True when the head of the request announces a body. */
  get announced(): boolean {
    const { headers } = this.#message;
    return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  }

  /** The whole body; undefined when it is too large to keep. Rejects when the client goes away before its end. */
  async read(): Promise<Buffer | undefined> {
    if (this.#kept === undefined && this.#begun === undefined) {
      this.#reading ??= this.#collect();
      await this.#reading;
    }
    return this.#kept;
  }

  /** Puts another body in its place. */
  replace(body: Buffer): void {
    this.#kept = body;
    this.#begun = undefined;
  }

  /** The pieces of a body that was not kept: what was read, then the rest as it comes. Good for one use. */
  async *stream(): AsyncGenerator<Buffer> {
    yield* this.#begun ?? [];
    this.#begun = [];
    for await (const chunk of this.#message) yield chunk as Buffer;
  }

  #collect(): Promise<void> {
    const message = this.#message;
    if (message.complete && message.readableLength === 0 && !this.announced) {
      this.#kept = Buffer.alloc(0);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const onData = (chunk: Buffer): void => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= KEEP) return;
        message.pause();
        this.#begun = chunks;
        done(resolve);
      };
      const onEnd = (): void => {
        this.#kept = Buffer.concat(chunks);
        done(resolve);
      };
      const onClose = (): void => done(() => reject(new Error("the client went away before the end of its body")));
      const done = (then: () => void): void => {
        message.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
        then();
      };
      message.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    });
  }
}
