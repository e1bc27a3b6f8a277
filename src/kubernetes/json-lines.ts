const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines, wherever the chunks are split; a watch sends one JSON document a line. */
export class LineSplitter {
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  readonly #maxBytes: number;

  /** A line longer than `maxBytes` is refused: etcd holds no object beyond 1.5 MB unless told to. */
  constructor(maxBytes = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that are whole with this chunk, without their line ends and without empty ones. Throws when a line grows too long. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#take(chunk.subarray(start, end)).trim();
      if (line !== "") lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#pending.push(chunk.subarray(start));
      this.#pendingBytes += chunk.length - start;
      if (this.#pendingBytes > this.#maxBytes) throw new Error(`a line is longer than ${this.#maxBytes} bytes`);
    }
    return lines;
  }

  /** Bytes that wait for the rest of their line. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  #take(end: Uint8Array): string {
    if (this.#pending.length === 0) return text(end);
    const whole = Buffer.concat([...this.#pending, end]);
    this.#pending = [];
    this.#pendingBytes = 0;
    return text(whole);
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
