import { hash } from "node:crypto";

/** One request that the Admin API got, as tests ask for it. */
export interface RecordedRequest {
  readonly at: number;
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly bodySize: number;
  /** MD5 of the body, 32 hex digits; of nothing when there was none. */
  readonly bodyMd5: string;
  /** The answer's status; 0 when the connection was cut instead. */
  readonly status: number;
}

/** The last requests and how many there were of each sort; kept small however long a test runs. */
export class Recording {
  readonly #kept: RecordedRequest[] = [];
  readonly #counts = new Map<string, number>();
  readonly #bodies = new Map<string, Buffer>();
  readonly #keep: number;
  #total = 0;

  constructor(keep = 1000) {
    this.#keep = keep;
  }

  add(request: Omit<RecordedRequest, "bodyMd5" | "bodySize">, body: Buffer): void {
    const bodyMd5 = hash("md5", body, "hex");
    this.#kept.push({ ...request, bodyMd5, bodySize: body.length });
    if (this.#kept.length > this.#keep) this.#kept.shift();
    this.#total += 1;
    const sort = `${request.method} ${request.target.split("?")[0]} ${request.status}`;
    if (this.#counts.has(sort) || this.#counts.size < this.#keep)
      this.#counts.set(sort, (this.#counts.get(sort) ?? 0) + 1);
    if (body.length === 0) return;
    this.#bodies.delete(bodyMd5);
    this.#bodies.set(bodyMd5, body);
    // The latest bodies only: a document may have megabytes.
    if (this.#bodies.size > 8) this.#bodies.delete(this.#bodies.keys().next().value as string);
  }

  get total(): number {
    return this.#total;
  }

  /** The last requests, oldest first. */
  requests(): readonly RecordedRequest[] {
    return [...this.#kept];
  }

  /** How many there were by `METHOD /path STATUS`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** One of the last bodies, by its MD5. */
  body(md5: string): Buffer | undefined {
    return this.#bodies.get(md5);
  }

  clear(): void {
    this.#kept.length = 0;
    this.#counts.clear();
    this.#bodies.clear();
    this.#total = 0;
  }
}
