import { type Json, type JsonObject, own } from "../../base/json.ts";
import { type CheckOptions, checkField, checkFilled, type ForeignForm, unknownSubschema } from "../schema/check.ts";
import type { CheckContext, EntitySchema, Field } from "../schema/field.ts";
import { fillDefaults } from "../schema/fill.ts";
import { array, boolean, string } from "../schema/notation.ts";
import { ViolationTree } from "../schema/violation.ts";
import type { Node, Section } from "./node.ts";

const FORMAT: Field = string({ required: true, oneOf: ["1.1", "2.1", "3.0"] });
const TOP: ReadonlyMap<string, Field> = new Map([
  ["_format_version", FORMAT],
  ["_transform", boolean()],
]);
const NOTES: ReadonlyMap<string, Field> = new Map([
  ["_comment", string()],
  ["_ignore", array({ type: "any" })],
]);

/** How one pass sees an entity: the fields that it looks at, and the form of their references. */
export interface Pass {
  readonly valueOf: (node: Node) => JsonObject;
  readonly foreign: (node: Node) => ForeignForm;
}

/** The first pass: what was given; references are names at the top, and inside of another entity there are none. */
export const asGiven: Pass = {
  valueOf: (node) => node.given,
  foreign: (node) => (node.parent === undefined ? "name" : "none"),
};

/** What is wrong with a document, entity by entity; references are not followed. */
export function validateDocument(
  document: JsonObject,
  sections: readonly Section[],
  schemas: ReadonlyMap<string, EntitySchema>,
  pass: Pass,
  context: CheckContext,
): ViolationTree {
  const out = new ViolationTree();
  for (const [key, value] of Object.entries(document)) {
    const field = TOP.get(key) ?? NOTES.get(key);
    if (field !== undefined) out.add(key, checkField(field, value, context));
    else if (!schemas.has(key)) out.add(key, "unknown field");
  }
  const version = own(document, "_format_version");
  if (version === undefined || version === null) out.add("_format_version", "required field missing");
  for (const section of sections) out.add(section.kind, validateSection(section, pass, context));
  return out;
}

function validateSection(section: Section, pass: Pass, context: CheckContext): ViolationTree | string | undefined {
  if (!Array.isArray(section.value)) return isEmptyTable(section.value) ? undefined : "expected an array";
  const out = new ViolationTree();
  section.nodes.forEach((node, i) => {
    const item = (section.value as readonly Json[])[i];
    if (node !== undefined) out.add(i + 1, validateNode(node, pass, context));
    else out.add(i + 1, item === null ? "required field missing" : "expected a record");
  });
  return out.orNothing();
}

function isEmptyTable(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function validateNode(node: Node, pass: Pass, context: CheckContext): ViolationTree | undefined {
  const { value, notes } = withoutNotes(pass.valueOf(node), context);
  const filled = fillDefaults(node.schema, value);
  if (filled instanceof ViolationTree) return filled;
  // Without knowing which schema is meant, Kong looks no further, not even inside.
  const unknown = unknownSubschema(node.schema, filled);
  if (unknown !== undefined) return unknown;
  const options: CheckOptions = { flavor: context.flavor, now: context.now, foreign: pass.foreign(node) };
  const out = checkFilled(node.schema, filled, options) ?? new ViolationTree();
  for (const [key, violation] of notes.parts) out.add(key, violation);
  for (const section of node.children) out.add(section.kind, validateSection(section, pass, context));
  return out.orNothing();
}

function withoutNotes(
  value: JsonObject,
  context: CheckContext,
): { readonly value: JsonObject; readonly notes: ViolationTree } {
  const notes = new ViolationTree();
  if (!Object.keys(value).some((key) => NOTES.has(key))) return { value, notes };
  for (const [key, field] of NOTES) {
    const note = own(value, key);
    if (note !== undefined) notes.add(key, checkField(field, note, context));
  }
  return { value: Object.fromEntries(Object.entries(value).filter(([key]) => !NOTES.has(key))), notes };
}

/** Whether a key stands for a remark only. */
export function isNote(key: string): boolean {
  return NOTES.has(key);
}
