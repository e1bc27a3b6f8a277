import { randomBytes, randomInt } from "node:crypto";

const LETTERS = "bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789";

/** Values that must not be seen, and the places where they were. */
export class Canaries {
  readonly #names = new Map<string, string>();

  /** A value that is long enough to be looked for in every line of a log. */
  long(name: string): string {
    return this.#keep(name, `canary-${name}-${randomBytes(9).toString("hex")}`);
  }

  /** One that is too short for that: it must not come into a message at all. */
  short(name: string): string {
    return this.#keep(name, Array.from({ length: 7 }, () => LETTERS[randomInt(LETTERS.length)]).join(""));
  }

  /** A value that was made elsewhere. */
  given(name: string, value: string): string {
    return this.#keep(name, value);
  }

  /** A private key in PEM form, by a line of it. */
  pem(name: string, text: string): string {
    this.#keep(name, text.trim().split("\n")[2] ?? text);
    return text;
  }

  /** The names of those that a text holds, as they are or as base64, URLs or JSON write them. */
  in(text: string): readonly string[] {
    return [...this.#names]
      .filter(([value]) => forms(value).some((form) => text.includes(form)))
      .map(([, name]) => name);
  }

  #keep(name: string, value: string): string {
    this.#names.set(value, name);
    return value;
  }
}

function forms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}
