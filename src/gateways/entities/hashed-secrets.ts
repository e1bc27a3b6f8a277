import { createHash, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { Match } from "./match-entities.ts";

const derive = promisify(pbkdf2);

/** `$pbkdf2-sha512$i=10000,l=32$salt$hash`, salt and hash in base64 without padding. */
const PBKDF2 = /^\$pbkdf2-(sha\d+)\$i=(\d+),l=(\d+)\$([^$]+)\$([^$]+)$/;

/** So many are remembered beyond those in use. */
const SPARE = 1000;

/** More work than this nobody asks for: a text that says so is not Kong's. */
const MOST_ITERATIONS = 1_000_000;

/**
 * Secrets that Kong keeps as hashes only: whether one is the hash of a secret can be told all the same (facts: db-mode/README.md §5). Those that take time are
 * computed beforehand, each once.
 */
export class HashedSecrets {
  /** By the hash: the SHA-256 of the secret that it was compared with, and whether it is its own. */
  #known = new Map<string, { readonly secret: string; readonly same: boolean }>();

  /** Computes what `same` will be asked for. */
  async prepare(matches: Iterable<Match>): Promise<void> {
    const known = new Map<string, { readonly secret: string; readonly same: boolean }>();
    for (const { desired, current, value } of matches) {
      if (desired.kind !== "oauth2_credentials" || current === undefined) continue;
      const stored = own(current.value, "client_secret");
      const secret = own(value, "client_secret");
      if (typeof stored !== "string" || typeof secret !== "string" || !PBKDF2.test(stored)) continue;
      const digest = createHash("sha256").update(secret).digest("hex");
      const before = this.#known.get(stored);
      const same = before?.secret === digest ? before.same : await isHashOf(stored, secret);
      known.set(stored, { secret: digest, same });
      this.#known.set(stored, { secret: digest, same });
    }
    if (this.#known.size > 2 * known.size + SPARE) this.#known = known;
  }

  /** Whether what a gateway shows in a field is a hash. */
  isHash(kind: string, field: string, there: Json): boolean {
    if (kind === "basicauth_credentials") return field === "password";
    return (
      kind === "oauth2_credentials" && field === "client_secret" && typeof there === "string" && PBKDF2.test(there)
    );
  }

  /** Whether the hash in an entity that is there is that of the secret in the desired one. */
  same(kind: string, wanted: JsonObject, there: JsonObject): boolean {
    if (kind === "basicauth_credentials") return isPasswordHash(wanted, there);
    const stored = own(there, "client_secret");
    return own(wanted, "client_secret") === undefined || this.#known.get(String(stored))?.same === true;
  }
}

/** Kong hashes a password together with the id of its consumer. */
function isPasswordHash(wanted: JsonObject, there: JsonObject): boolean {
  const password = own(wanted, "password");
  const consumer = own(wanted, "consumer");
  const id = isJsonObject(consumer) ? own(consumer as JsonObject, "id") : undefined;
  if (typeof password !== "string" || typeof id !== "string") return false;
  return createHash("sha1").update(password).update(id).digest("hex") === own(there, "password");
}

async function isHashOf(stored: string, secret: string): Promise<boolean> {
  const [, digest = "", iterations = "", length = "", salt = "", hash] = PBKDF2.exec(stored) ?? [];
  if (Number(iterations) > MOST_ITERATIONS) return false;
  const derived = await derive(secret, Buffer.from(salt, "base64"), Number(iterations), Number(length), digest);
  return derived.toString("base64").replace(/=+$/, "") === hash;
}
