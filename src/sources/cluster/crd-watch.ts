import type { ApiObject } from "../../kubernetes/api-object.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import type { ReflectorOptions, ReflectorState } from "../../kubernetes/reflector-options.ts";

export const CRD_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export interface CrdListener {
  /** The definitions were listed, for the first time or after a gap: any of them may have changed. */
  listed(): void;
  /** A definition came, changed or went. */
  changed(name: string): void;
  /** They cannot be listed or watched at the moment, or can again. */
  state(): void;
}

/** Knows the CustomResourceDefinitions of a cluster by name; their content, which can be megabytes, is not read. */
export class CrdWatch {
  readonly #reflector: Reflector;
  readonly #names = new Set<string>();
  readonly #listener: CrdListener;
  #known = false;

  constructor(options: Pick<ReflectorOptions, "client" | "clock" | "log" | "random">, listener: CrdListener) {
    this.#listener = listener;
    this.#reflector = new Reflector({
      ...options,
      path: CRD_PATH,
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadataOnly: true,
      sink: {
        replace: (objects) => this.#replace(objects),
        upsert: ({ metadata }) => this.#upsert(metadata.name),
        remove: ({ metadata }) => this.#remove(metadata.name),
      },
      onState: () => listener.state(),
    });
  }

  get state(): ReflectorState {
    return this.#reflector.state;
  }

  /** Whether there is such a definition; undefined until they were listed: only a list that lacks it says that a kind is absent. */
  has(name: string): boolean | undefined {
    return this.#known ? this.#names.has(name) : undefined;
  }

  start(): void {
    this.#reflector.start();
  }

  async stop(): Promise<void> {
    await this.#reflector.stop();
  }

  #replace(objects: readonly ApiObject[]): void {
    this.#names.clear();
    for (const { metadata } of objects) this.#names.add(metadata.name);
    this.#known = true;
    this.#listener.listed();
  }

  #upsert(name: string): void {
    this.#names.add(name);
    this.#listener.changed(name);
  }

  #remove(name: string): void {
    this.#names.delete(name);
    this.#listener.changed(name);
  }
}
