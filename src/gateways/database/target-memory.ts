import type { CurrentEntity } from "../entities/entity.ts";

/**
 * The targets that each upstream is known to have. They have no list of their own in Kong, so that reading them costs a request for each upstream: what was read or
 * written once is remembered as long as nothing goes wrong.
 */
export class TargetMemory {
  readonly #byUpstream = new Map<string, Map<string, CurrentEntity>>();

  /** Of an upstream, by its id; undefined when they have to be read. */
  of(upstream: string): readonly CurrentEntity[] | undefined {
    const known = this.#byUpstream.get(upstream);
    return known === undefined ? undefined : [...known.values()];
  }

  /** Exactly these are there. */
  read(upstream: string, targets: readonly CurrentEntity[]): void {
    this.#byUpstream.set(upstream, new Map(targets.map((target) => [target.id, target])));
  }

  /** An upstream was made: it has none. */
  made(upstream: string): void {
    this.#byUpstream.set(upstream, new Map());
  }

  /** A target was written. */
  written(upstream: string, target: CurrentEntity): void {
    this.#byUpstream.get(upstream)?.set(target.id, target);
  }

  /** A target was removed. */
  removed(upstream: string, id: string): void {
    this.#byUpstream.get(upstream)?.delete(id);
  }

  /** What an upstream has is not certain any more. */
  forget(upstream: string): void {
    this.#byUpstream.delete(upstream);
  }

  /** Keeps what is known of these only. */
  keepOnly(upstreams: ReadonlySet<string>): void {
    for (const id of this.#byUpstream.keys()) if (!upstreams.has(id)) this.#byUpstream.delete(id);
  }

  /** Nothing is certain any more. */
  clear(): void {
    this.#byUpstream.clear();
  }
}
