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
  /** By their first characters; the longest value first. */
  readonly #byStart = new Map<string, readonly string[]>();
  /** One bit for each pair of first characters (their low bytes): most places of a text are passed with one look. */
  readonly #pairs = new Uint8Array(65_536);
  readonly #most: number;

  /** `most`: how many beginnings of values to remember; beyond it the oldest are forgotten, so that rotating secrets for months costs nothing. */
  constructor(most = 50_000) {
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
      const known = this.#byStart.get(text.slice(at, at + SHORTEST));
      const hit = known?.find((value) => text.startsWith(value, at));
      if (hit === undefined) continue;
      out += text.slice(done, at) + MASK;
      done = at + hit.length;
      at = done - 1;
    }
    return done === 0 ? text : out + text.slice(done);
  }

  #remember(value: string): void {
    if (value.length < SHORTEST) return;
    const start = value.slice(0, SHORTEST);
    const known = this.#byStart.get(start) ?? [];
    // Put back at the end: what is read again is not the oldest.
    this.#byStart.delete(start);
    this.#byStart.set(start, known.includes(value) ? known : [...known, value].sort((a, b) => b.length - a.length));
    this.#pairs[pairAt(value, 0)] = 1;
    if (this.#byStart.size > this.#most)
      for (const oldest of this.#byStart.keys()) return void this.#byStart.delete(oldest);
  }
}

function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) & 0xff) << 8) | (text.charCodeAt(at + 1) & 0xff);
}
