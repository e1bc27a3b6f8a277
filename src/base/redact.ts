/** Hiding shorter values would hide ordinary words. */
const SHORTEST = 8;
/** Longer ones are only looked for line by line. */
const LONGEST_ENCODED = 4096;
const MASK = "[redacted]";
const PEM = /-----BEGIN [\s\S]*?-----END [^\n]*/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * The secret values that this process has read, so that a text on its way to a log can be cleared of them. The second line of defence: messages are made without
 * secrets in the first place. The cost of clearing a text grows with the text, not with the number of values.
 */
export class SecretValues {
  /** The one read last stands last. */
  readonly #values = new Set<string>();
  /** Under the first characters of values: their lengths, the greatest first. */
  #lengths = new Map<string, readonly number[]>();
  /** One bit for each pair of first characters (their low bytes): most places of a text are passed with one look. */
  readonly #pairs = new Uint8Array(65_536);
  readonly #most: number;

  /** `most`: how many forms of values to remember; beyond it the oldest are forgotten, so that secrets that rotate for months cost nothing. */
  constructor(most = 100_000) {
    this.#most = most;
  }

  /** Remembers a value, each line of it, and how JSON, URLs and base64 write it. Values under 8 characters are not remembered, nor are certificates; private keys in PEM are always cleared. */
  add(value: string): void {
    const lines = value.replace(PEM, "\n").split(/[\r\n]+/);
    for (const line of lines.map((untrimmed) => untrimmed.trim())) {
      this.#remember(line);
      this.#remember(JSON.stringify(line).slice(1, -1));
      // A lone surrogate has no place in a URL.
      if (line.isWellFormed()) this.#remember(encodeURIComponent(line));
    }
    if (value.length >= SHORTEST && value.length <= LONGEST_ENCODED)
      this.#remember(Buffer.from(value).toString("base64").replace(/=+$/, ""));
  }

  /** The text with `[redacted]` in the place of each value. */
  redact(text: string): string {
    if (text.includes("PRIVATE KEY-----")) text = text.replace(PRIVATE_KEY, MASK);
    let out = "";
    let done = 0;
    for (let at = 0; at + SHORTEST <= text.length; at++) {
      if (this.#pairs[pairAt(text, at)] === 0) continue;
      const lengths = this.#lengths.get(text.slice(at, at + SHORTEST));
      const length = lengths?.find((each) => this.#values.has(text.slice(at, at + each)));
      if (length === undefined) continue;
      out += text.slice(done, at) + MASK;
      done = at + length;
      at = done - 1;
    }
    return done === 0 ? text : out + text.slice(done);
  }

  #remember(value: string): void {
    if (value.length < SHORTEST) return;
    this.#values.delete(value);
    this.#values.add(value);
    this.#index(value);
    if (this.#values.size <= this.#most) return;
    for (const oldest of this.#values) {
      this.#values.delete(oldest);
      break;
    }
    if (this.#lengths.size <= 2 * this.#most) return;
    this.#lengths = new Map();
    for (const each of this.#values) this.#index(each);
  }

  #index(value: string): void {
    const start = value.slice(0, SHORTEST);
    const lengths = this.#lengths.get(start) ?? [];
    if (!lengths.includes(value.length))
      this.#lengths.set(
        start,
        [...lengths, value.length].sort((a, b) => b - a),
      );
    this.#pairs[pairAt(value, 0)] = 1;
  }
}

function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) & 0xff) << 8) | (text.charCodeAt(at + 1) & 0xff);
}
