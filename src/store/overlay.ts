import { compareStrings } from "../base/problem.ts";
import { type KubernetesObject, keyOf, type ObjectKey } from "../resources/kind.ts";
import type { Index, ObjectReads } from "./object-store.ts";

/** The objects as they would be if the given ones were stored too, each in the place of the one of its name; nothing is changed. */
export function overlay(below: ObjectReads, objects: readonly KubernetesObject[]): ObjectReads {
  const over = new Map<ObjectKey, KubernetesObject>(objects.map((object) => [keyOf(object), object]));
  return {
    byKey: (key) => over.get(key) ?? below.byKey(key),
    isUnloaded: (key) => !over.has(key) && below.isUnloaded(key),
    find<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[] {
      const under = below.find(index, key);
      const ours = [...over.values()].filter((object) => object.kind === index.kind.kind) as T[];
      if (ours.length === 0) return under;
      const found = [
        ...under.filter((object) => !over.has(keyOf(object))),
        ...ours.filter((object) => index.keys(object).includes(key)),
      ];
      return found.sort((a, b) => compareStrings(keyOf(a), keyOf(b)));
    },
  };
}
