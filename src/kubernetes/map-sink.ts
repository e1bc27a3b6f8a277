import type { ApiObject } from "./api-object.ts";
import { nameKey } from "./api-object.ts";
import type { ReflectorSink } from "./reflector-options.ts";

/** Keeps what a reflector gives it in a map, for tests. */
export class MapSink implements ReflectorSink {
  readonly objects = new Map<string, ApiObject>();
  /** How many objects there were each time that everything was replaced. */
  readonly sizes: number[] = [];

  get replaced(): number {
    return this.sizes.length;
  }

  replace(objects: readonly ApiObject[]): void {
    this.sizes.push(objects.length);
    this.objects.clear();
    for (const object of objects) this.objects.set(nameKey(object.metadata), object);
  }

  upsert(object: ApiObject): void {
    this.objects.set(nameKey(object.metadata), object);
  }

  remove(object: ApiObject): void {
    this.objects.delete(nameKey(object.metadata));
  }

  /** `namespace/name@resourceVersion`, sorted: the whole state in short. */
  get state(): readonly string[] {
    return [...this.objects].map(([key, object]) => `${key}@${object.metadata.resourceVersion}`).sort();
  }
}
