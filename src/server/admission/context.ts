import { messageOf } from "../../base/log.ts";
import type { KongOpinion } from "../../gateways/opinion/kong-opinion.ts";
import type { SecretObject } from "../../resources/core/secret.ts";
import { type KubernetesObject, type ObjectKey, objectKey } from "../../resources/kind.ts";
import type { ObjectReads } from "../../store/object-store.ts";
import { overlay } from "../../store/overlay.ts";
import { tryOut } from "../../store/try-out.ts";
import type { Input, Settings, View } from "../../translate/input.ts";

export interface AdmissionContextOptions {
  /** What the cluster holds, as far as it is known here. */
  readonly objects: ObjectReads;
  readonly settings: Settings;
  readonly kong: KongOpinion;
  /** ms since 1970. */
  readonly now: () => number;
  /** Reads a Secret or a ConfigMap from where it is stored; undefined when there is none, or none that is ours to read. Rejects when that cannot be told. */
  readonly fetch: (key: ObjectKey) => Promise<KubernetesObject | undefined>;
  /** Whether objects of a namespace are ours to look at. */
  readonly watches: (namespace: string) => boolean;
  /** Told of every Secret that is seen here: its values must not get into a log. */
  readonly remember: (secret: KubernetesObject) => void;
}

/** A review cannot be made now, for a reason that whoever writes may be told. */
export class ReviewImpossible extends Error {}

/** What checks may ask. Nothing of it leaves a trace in what is compiled. */
export class AdmissionContext {
  readonly objects: ObjectReads;
  readonly kong: KongOpinion;
  readonly #options: AdmissionContextOptions;

  constructor(options: AdmissionContextOptions) {
    this.objects = options.objects;
    this.kong = options.kong;
    this.#options = options;
  }

  /** What to compile for: the gateways as they are, or as they were seen last. */
  get input(): Input {
    const { settings, now } = this.#options;
    return { settings, profile: this.kong.profile, now };
  }

  /** Computes something as a unit does, `stored` being stored too. Content of Secrets that is not here is read first, and Secrets that are missing are looked for once more: the watch may be a moment behind. */
  async compute<Value>(stored: readonly KubernetesObject[], compute: (view: View) => Value): Promise<Value> {
    const known = new Map<ObjectKey, KubernetesObject>();
    const asked = new Set<ObjectKey>();
    for (;;) {
      const objects = overlay(this.objects, [...known.values(), ...stored]);
      const { value, waiting, read } = tryOut(objects, this.input, compute);
      const missing = read.filter((key) => key.startsWith("Secret/") && objects.byKey(key) === undefined);
      const open = [...waiting, ...missing].filter((key) => !asked.has(key));
      if (open.length === 0) return value;
      const found = await Promise.all(open.map((key) => this.#fetch(key)));
      open.forEach((key, at) => {
        asked.add(key);
        const object = found[at];
        if (object !== undefined) known.set(key, object);
      });
    }
  }

  /** The same without looking for what is not here. */
  glance<Value>(stored: readonly KubernetesObject[], compute: (view: View) => Value): Value {
    return tryOut(overlay(this.objects, stored), this.input, compute).value;
  }

  /** A Secret with its content; undefined when there is none. */
  async secret(namespace: string, name: string): Promise<SecretObject | undefined> {
    const key = objectKey("Secret", namespace, name);
    const here = this.objects.byKey(key);
    const whole = here !== undefined && !this.objects.isUnloaded(key) ? here : await this.#fetch(key);
    return whole as SecretObject | undefined;
  }

  /** Whether objects of a namespace are ours to look at. */
  watches(namespace: string): boolean {
    return this.#options.watches(namespace);
  }

  /** Keeps the values of a Secret out of logs. */
  remember(secret: KubernetesObject): void {
    this.#options.remember(secret);
  }

  async #fetch(key: ObjectKey): Promise<KubernetesObject | undefined> {
    try {
      const found = await this.#options.fetch(key);
      if (found !== undefined) this.remember(found);
      return found;
    } catch (error) {
      const [kind, ...name] = key.split("/");
      throw new ReviewImpossible(`the ${kind} ${name.join("/")} cannot be read at the moment: ${messageOf(error)}`);
    }
  }
}
