import { X509Certificate } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { keyOfRef, type ObjectKey } from "../resources/kind.ts";
import type { LinkedEntity } from "../translate/link/rule.ts";

/** The wall clock may be set anew: it is looked at this often while something is going to expire, ms. */
const LOOK_AGAIN = 60 * 60 * 1000;

/** Watches over the CA certificates of a document: from the moment one expires Kong refuses the whole document, and nothing in the cluster changes then. */
export class Expiry {
  readonly #clock: Clock;
  readonly #expired: (object: ObjectKey) => void;
  /** When each certificate expires, ms since 1970. */
  readonly #ends = new WeakMap<LinkedEntity, number>();
  /** What was told: the same certificate may stand in for what is left out. */
  readonly #told = new WeakSet<LinkedEntity>();
  #entities: readonly LinkedEntity[] = [];
  #cancel: (() => void) | undefined;

  /** `expired`: told once of each object whose certificate has expired. */
  constructor(clock: Clock, expired: (object: ObjectKey) => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  /** Takes over what the document holds now. */
  look(entities: readonly LinkedEntity[]): void {
    this.#entities = entities;
    this.#arm();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#entities = [];
  }

  #arm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const next = Math.min(...this.#entities.filter((one) => !this.#told.has(one)).map((one) => this.#endOf(one)));
    if (next === Infinity) return;
    const wait = Math.min(Math.max(0, next - this.#clock.now()), LOOK_AGAIN);
    this.#cancel = this.#clock.after(wait, () => this.#tell());
  }

  #tell(): void {
    const now = this.#clock.now();
    const over = this.#entities.filter((entity) => !this.#told.has(entity) && this.#endOf(entity) <= now);
    for (const entity of over) {
      this.#told.add(entity);
      for (const origin of entity.origins) this.#expired(keyOfRef(origin));
    }
    this.#arm();
  }

  #endOf(entity: LinkedEntity): number {
    const known = this.#ends.get(entity);
    if (known !== undefined) return known;
    const { cert } = entity.value as { readonly cert: string };
    // Valid up to and including that second.
    const end = new X509Certificate(cert).validToDate.getTime() + 1;
    this.#ends.set(entity, end);
    return end;
  }
}
