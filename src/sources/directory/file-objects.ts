import { isJsonObject } from "../../base/json.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { Slices } from "../../base/slices.ts";
import { yamlDocuments } from "../../base/yaml.ts";
import { admit, asProblem } from "../../resources/check.ts";
import type { SecretObject } from "../../resources/core/secret.ts";
import { withDefaults, withStringData } from "../../resources/defaults.ts";
import { type Kind, type KubernetesObject, refOf } from "../../resources/kind.ts";
import { kindOf } from "../../resources/kinds.ts";
import { findUnknown, validateObject } from "../../resources/validate.ts";
import { mistakenKind } from "./misspelt.ts";
import { type FilePlace, type FileText, type Place, PlaceFinder } from "./place-finder.ts";

export interface PlacedObject {
  readonly object: KubernetesObject;
  readonly place: Place;
  /** Kept from an earlier reading of a file that is broken now: anything else of its name comes first. */
  readonly kept?: true;
}

/** What one file holds. */
export interface FileObjects {
  readonly objects: readonly PlacedObject[];
  readonly problems: readonly Problem[];
  /** How many objects there are of each kind that is not read. */
  readonly ignored: ReadonlyMap<string, number>;
}

export interface ReadOptions {
  /** Whether the API server's defaults are filled in. */
  readonly defaults: boolean;
  /** Whether objects are checked as the API server would check them; those that it would refuse are handed on all the same as long as they have the shape of their kind. */
  readonly validate?: boolean;
  /** The namespace of objects that give none, as kubectl takes it from its context; they stay without one unless given. */
  readonly namespace?: string;
}

/** Reads the objects of one file. What is wrong with one of them is a problem and hides no other. */
export async function objectsOfFile(file: FileText, options: ReadOptions, slices: Slices): Promise<FileObjects> {
  const reading = new Reading(file, options);
  for (const document of yamlDocuments(file.text)) {
    if (document.error === undefined) reading.take(document.value, { file, line: document.line, path: [] }, undefined);
    else {
      const { message, line, column } = document.error;
      reading.reject(fileRef(file.name), "document-malformed", message, { name: file.name, line, column });
    }
    if (slices.due) await slices.pause();
  }
  const { objects, problems, ignored } = reading;
  return { objects, problems, ignored };
}

/** Names a file in a problem that is about no object. */
export function fileRef(name: string): ObjectRef {
  return { group: "", version: "", kind: "File", namespace: "", name };
}

interface TypeNames {
  readonly apiVersion: string;
  readonly kind: string;
}

function typeNames(value: Readonly<Record<string, unknown>>): TypeNames | undefined {
  const { apiVersion, kind } = value;
  return typeof apiVersion === "string" && typeof kind === "string" ? { apiVersion, kind } : undefined;
}

class Reading implements FileObjects {
  readonly objects: PlacedObject[] = [];
  readonly problems: Problem[] = [];
  readonly ignored = new Map<string, number>();
  readonly #file: FileText;
  readonly #options: ReadOptions;
  readonly #finder = new PlaceFinder();

  constructor(file: FileText, options: ReadOptions) {
    this.#file = file;
    this.#options = options;
  }

  reject(object: ObjectRef, code: string, message: string, file: FilePlace): void {
    this.problems.push({ code, severity: "error", object, message, file });
  }

  /** Takes an object, or every object of a list. `inherited`: what the items of a list of one kind leave out. */
  take(value: unknown, place: Place, inherited: TypeNames | undefined): void {
    const names = isJsonObject(value) ? typeNames({ ...inherited, ...value }) : undefined;
    if (!isJsonObject(value) || names === undefined) {
      this.#noObject(place, "is no Kubernetes object: it must be a map with apiVersion, kind and metadata");
    } else if (names.kind.endsWith("List") && Object.hasOwn(value, "items")) {
      this.#takeAll(value["items"], place, names);
    } else {
      const known = kindOf(names.apiVersion, names.kind);
      if (known === undefined) this.#pass(value, place, names);
      else this.#takeOne(known, withNamespace(known, { ...value, ...names }, this.#options.namespace), place);
    }
  }

  /** Leaves out an object of a kind that is not read. */
  #pass(value: Readonly<Record<string, unknown>>, place: Place, { apiVersion, kind }: TypeNames): void {
    const mistake = mistakenKind(apiVersion, kind);
    if (mistake !== undefined) {
      this.reject(nameIn(value, apiVersion, kind), "kind-unknown", mistake, this.#finder.of(place, ["kind"]));
      return;
    }
    const name = `${apiVersion} ${kind}`;
    this.ignored.set(name, (this.ignored.get(name) ?? 0) + 1);
  }

  #noObject(place: Place, message: string): void {
    const where = place.path.length === 0 ? "a document" : "an item of a list";
    this.reject(fileRef(this.#file.name), "document-malformed", `${where} ${message}`, this.#finder.of(place));
  }

  #takeAll(items: unknown, place: Place, { apiVersion, kind }: TypeNames): void {
    if (items !== null && !Array.isArray(items)) {
      this.#noObject(place, "is a list whose items are none");
      return;
    }
    // The items of a `v1 List` say themselves what they are.
    const inherited = kind === "List" ? undefined : { apiVersion, kind: kind.slice(0, -"List".length) };
    (items ?? []).forEach((item: unknown, i: number) => {
      this.take(item, { ...place, path: [...place.path, "items", i] }, inherited);
    });
  }

  #takeOne(kind: Kind, value: unknown, place: Place): void {
    const admitted = admit(kind, value);
    const problems = admitted.problems ?? this.#problemsOfName(admitted.object);
    this.#say(problems, place);
    if (this.#options.validate) this.#say(findUnknown(kind, value), place);
    if (problems.length > 0 || admitted.object === undefined) return;
    let object: KubernetesObject = kind.namespaced ? admitted.object : withoutNamespace(admitted.object);
    if (kind.kind === "Secret") object = withStringData(object as SecretObject);
    if (this.#options.validate) this.#say(validateObject(object), place);
    this.objects.push({ object: this.#options.defaults ? withDefaults(object) : object, place });
  }

  #say(problems: readonly Problem[], place: Place): void {
    for (const problem of problems) this.problems.push(this.#finder.placed(problem, place));
  }

  #problemsOfName(object: KubernetesObject): readonly Problem[] {
    const finding = { path: "metadata.name", message: "is required: objects from files are known by it" };
    return object.metadata.name === "" ? [asProblem("object-malformed", refOf(object), finding)] : [];
  }
}

/** The value in a namespace, if its kind has one and it gives none. */
function withNamespace(
  kind: Kind,
  value: Readonly<Record<string, unknown>>,
  namespace: string | undefined,
): Readonly<Record<string, unknown>> {
  const metadata = value["metadata"];
  if (namespace === undefined || !kind.namespaced || !isJsonObject(metadata)) return value;
  return (metadata["namespace"] ?? "") === "" ? { ...value, metadata: { ...metadata, namespace } } : value;
}

/** Objects of cluster-wide kinds are known by their name alone; kubectl overlooks a namespace in them. */
function withoutNamespace(object: KubernetesObject): KubernetesObject {
  if (object.metadata.namespace === undefined) return object;
  const { namespace: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function nameIn(value: Readonly<Record<string, unknown>>, apiVersion: string, kind: string): ObjectRef {
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  const text = (key: string) => (typeof metadata[key] === "string" ? metadata[key] : "");
  const slash = apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    namespace: text("namespace"),
    name: text("name"),
  };
}
