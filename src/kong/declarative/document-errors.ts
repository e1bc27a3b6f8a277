import type { Json, JsonObject } from "../../base/json.ts";
import { type ViolationTree, violationJson } from "../schema/violation.ts";
import { flattenErrors } from "./flatten-errors.ts";
import { luaText } from "./lua-text.ts";

/** Why a document is refused, in the forms in which Kong says it. */
export class DocumentErrors {
  /** By section; undefined where Kong itself stumbles and says nothing. */
  readonly violations: ViolationTree | undefined;
  readonly #document: JsonObject;

  constructor(violations: ViolationTree | undefined, document: JsonObject) {
    this.violations = violations;
    this.#document = document;
  }

  /** What Kong cannot put into words: it answers 500. */
  static unspeakable(): DocumentErrors {
    return new DocumentErrors(undefined, {});
  }

  get status(): 400 | 500 {
    return this.violations === undefined ? 500 : 400;
  }

  /** The body without `flatten_errors`: all errors in the shape of the document. */
  plain(): JsonObject {
    return this.violations === undefined ? STUMBLED : body(this.violations);
  }

  /** The body with `flatten_errors=1`: errors by entity; only what belongs to none stays in `fields`. */
  flattened(): JsonObject {
    if (this.violations === undefined) return STUMBLED;
    const { entities, rest } = flattenErrors(this.#document, this.violations);
    // An empty list is an empty Lua table, which is written as an object.
    return { ...body(rest), flattened_errors: entities.length === 0 ? {} : (entities as readonly Json[]) };
  }
}

const STUMBLED: JsonObject = { message: "An unexpected error occurred" };

function body(violations: ViolationTree): JsonObject {
  const fields = violationJson(violations);
  return {
    code: 14,
    name: "invalid declarative configuration",
    message: `declarative config is invalid: ${luaText(violations)}`,
    fields: Array.isArray(fields) && fields.length === 0 ? {} : fields,
  };
}
