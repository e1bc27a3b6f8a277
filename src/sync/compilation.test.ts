import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { ObjectStore } from "../store/object-store.ts";
import { indexes } from "../translate/indexes.ts";
import { objectsOf, PROFILE, SETTINGS } from "../translate/testing/compile.ts";
import { compilationsOf } from "./compilation.ts";

/** A clock on which every slice is used up at once: the compiler pauses after each object. */
class HastyClock extends ManualClock {
  #asked = 0;

  override monotonic(): number {
    this.#asked += 1000;
    return this.#asked;
  }
}

const VAULT = (name: string) =>
  `{apiVersion: configuration.konghq.com/v1alpha1, kind: KongVault, metadata: {name: ${name}, annotations: {kubernetes.io/ingress.class: kong}}, spec: {backend: env, prefix: ${name}}}`;

test("what changed while it compiled is covered when it was compiled too, and not when it was not", async () => {
  const store = new ObjectStore(indexes);
  const set = (name: string) => objectsOf(VAULT(name)).forEach((object) => void store.set(object));
  const compilation = compilationsOf(store, SETTINGS, new HastyClock(), () => (_, value) => value)(PROFILE);
  for (let at = 0; at < 5; at++) set(`a${at}`);
  const running = compilation.run();
  setImmediate(() => set("b1"));
  await running;
  expect((await compilation.encode()).bytes.toString()).toContain('"prefix":"b1"');
  expect(compilation.covers).toBe(store.revision);
  set("c1");
  expect(compilation.covers).toBe(store.revision - 1);
  expect(compilation.settled).toBe(false);
  compilation.close();
});
