import type { ObjectRef, Problem } from "../../base/problem.ts";
import { YamlPlaces } from "../../base/yaml-places.ts";
import { type Path, parsePath } from "../../resources/path.ts";

export interface FileText {
  /** As it was named: relative if it was named relatively. */
  readonly name: string;
  readonly text: string;
}

/** Where an object begins: in a document, or in a list that the document is. */
export interface Place {
  readonly file: FileText;
  /** Of the document, from 1. */
  readonly line: number;
  /** Of the object in the document. */
  readonly path: Path;
}

/** Where somebody has to look. */
export type FilePlace = NonNullable<Problem["file"]>;

/** Finds the places of objects and fields; fastest for one file after the other. What it keeps is large: it is for one run of questions. */
export class PlaceFinder {
  #last: { readonly file: FileText; readonly places: YamlPlaces } | undefined;

  /** The place of an object, or of a field in it. */
  of(place: Place, field: Path = []): FilePlace {
    return this.#find(place, field).place;
  }

  /** The problem with the place that it is about. */
  placed(problem: Problem, place: Place): Problem {
    const field = parsePath(problem.path ?? "");
    let { place: file, whole } = this.#find(place, field);
    const plain = plainText(problem.object, field);
    if (!whole && plain !== undefined) {
      const other = this.#find(place, plain);
      if (other.whole) file = other.place;
    }
    return { ...problem, file };
  }

  #find({ file, line, path }: Place, field: Path): { readonly place: FilePlace; readonly whole: boolean } {
    if (this.#last?.file !== file) this.#last = { file, places: new YamlPlaces(file.text) };
    const found = this.#last.places.find(line, [...path, ...field]);
    return { place: { name: file.name, line: found.line, column: found.column }, whole: found.whole };
  }
}

/** What stands in the `data` of a Secret may have been written as plain text. */
function plainText({ kind, group }: ObjectRef, [first, ...rest]: Path): Path | undefined {
  return kind === "Secret" && group === "" && first === "data" ? ["stringData", ...rest] : undefined;
}
