import { systemClock } from "../src/base/clock.ts";
import { Slices } from "../src/base/slices.ts";
import type { KubernetesObject } from "../src/resources/kind.ts";
import { ObjectStore } from "../src/store/object-store.ts";
import { Compiler } from "../src/translate/compiler.ts";
import type { EncodedDocument } from "../src/translate/document.ts";
import { DocumentEncoder } from "../src/translate/document-encoder.ts";
import { indexes } from "../src/translate/indexes.ts";
import type { CompilerInput } from "../src/translate/input.ts";
import { reporters } from "../src/translate/reports/reporters.ts";
import { stripper } from "../src/translate/strip.ts";
import { type Spread, spread } from "./spread.ts";

/** What changes of one sort cost: the time from an object to a document with its MD5, ms, and what was done again for one of them. */
export interface ChangeCost {
  readonly ms: Spread;
  readonly units: number;
  /** Derived values. */
  readonly values: number;
}

const CHANGES = 31;

/** A compiler as a controller has it, with its objects and its documents. */
export class CompilerRig {
  readonly store = new ObjectStore(indexes);
  readonly #compiler: Compiler;
  readonly #encoder: DocumentEncoder;
  document: EncodedDocument | undefined;

  constructor(objects: Iterable<KubernetesObject>, input: CompilerInput) {
    // As from an API server: no object shares anything with another.
    for (const object of objects) this.store.set(JSON.parse(JSON.stringify(object)));
    this.#compiler = new Compiler(this.store, input, systemClock, reporters);
    this.#encoder = new DocumentEncoder(this.#compiler.document, stripper(input.profile.flavor));
  }

  /** Brings the document up to date; ms. */
  async round(): Promise<number> {
    const start = performance.now();
    await this.#compiler.run();
    this.document = await this.#encoder.encode(new Slices(systemClock));
    return performance.now() - start;
  }

  /** What problems there are is no figure, but a fleet with problems is not what was meant. */
  get wrong(): string | undefined {
    return this.#compiler.problems()[0]?.message;
  }

  /** Each turn gives another object. */
  async changes(change: (turn: number) => KubernetesObject): Promise<ChangeCost> {
    const times: number[] = [];
    const { compiled, computed } = this.#compiler;
    for (let turn = 1; turn <= CHANGES; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      this.store.set(change(turn));
      times.push(await this.round());
    }
    return {
      ms: spread(times),
      units: (this.#compiler.compiled - compiled) / CHANGES,
      values: (this.#compiler.computed - computed) / CHANGES,
    };
  }
}
