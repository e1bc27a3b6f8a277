import { isJsonObject } from "../../base/json.ts";
import type { Problem } from "../../base/problem.ts";
import type { SecretValues } from "../../base/redact.ts";
import type { KubernetesObject, ObjectKey } from "../../resources/kind.ts";
import type { ObjectSink } from "../../sources/sink.ts";

/** Where the controller's objects come from: a cluster or files. */
export interface ObjectFeed {
  /** Begins to fill the sink; rejects when it never will. */
  start(): Promise<void>;
  /** Everything was listed once. */
  readonly complete: boolean;
  /** What is not here yet, a line each. */
  missing(): readonly string[];
  /** What is wrong with where the objects come from. */
  problems(): readonly Problem[];
  /** Reads everything anew; resolves when it is here, however long that takes. */
  relist(): Promise<void>;
  /** Kinds of which the content is read only when it is wanted. */
  readonly onDemand: readonly string[];
  want(kind: string, keys: ReadonlySet<ObjectKey>): void;
  /** The problem with the file and line that it is about, if there is one. */
  place(problem: Problem): Problem;
  stop(): Promise<void>;
}

/** A sink that remembers the values of the Secrets that pass, so that no log line will show them. */
export function rememberingSink(sink: ObjectSink, secrets: SecretValues): ObjectSink {
  const remember = (object: KubernetesObject): void => rememberSecret(object, secrets);
  return {
    set(object) {
      remember(object);
      sink.set(object);
    },
    setUnloaded: (object) => sink.setUnloaded(object),
    delete: (kind, namespace, name) => sink.delete(kind, namespace, name),
    replace(kind, objects) {
      objects.forEach(remember);
      sink.replace(kind, objects);
    },
  };
}

/** Remembers what is secret in an object. */
export function rememberSecret(object: KubernetesObject, secrets: SecretValues): void {
  for (const value of secretValuesOf(object)) secrets.add(value);
}

function secretValuesOf(object: KubernetesObject): readonly string[] {
  const fields = object as unknown as Readonly<Record<string, unknown>>;
  if (object.kind === "KongLicense") return texts([fields["rawLicenseString"]]);
  if (object.kind !== "Secret") return [];
  const { data, stringData } = fields;
  const encoded = isJsonObject(data) ? texts(Object.values(data)) : [];
  const plain = isJsonObject(stringData) ? texts(Object.values(stringData)) : [];
  return [...encoded.map((value) => Buffer.from(value, "base64").toString()), ...plain];
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === "string");
}
