import { isJsonObject } from "../../base/json.ts";
import type { Field, RecordType } from "../../kong/schema/field.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import type { KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import type { KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import type { Profile } from "../input.ts";

/** How people are told of a field that comes from a Secret: where in the object it is taken from, and its name without what is no name of Kong's. */
interface Veiled {
  readonly path: string;
  readonly field: string;
}

/** Of a field as Kong names it (`config.key_names.1`; "" is the entity as a whole): undefined when it does not come from a Secret. */
export type Veil = (field: string) => Veiled | undefined;

const MASK = "…";

/** Undefined for a plugin that takes nothing from Secrets. */
export function pluginVeil(object: KongPluginObject | KongClusterPluginObject, { flavor }: Profile): Veil | undefined {
  const from = object.configFrom === undefined ? [] : [{ path: "configFrom.secretKeyRef", first: "" }];
  const patches = (object.configPatches ?? []).map((patch, at) => ({
    path: `configPatches[${at}].valueFrom.secretKeyRef`,
    first: patch.path.split("/")[1] ?? "",
  }));
  const sources = [...from, ...patches];
  if (sources.length === 0) return undefined;
  const plugin = schemasOf(flavor).get("plugins")?.subschemas?.byName.get(object.plugin);
  return (field) => {
    const [root, first] = field.split(".");
    if (root !== "" && root !== "config") return undefined;
    const source = sources.findLast((one) => one.first === "" || first === undefined || one.first === first);
    return source === undefined ? undefined : { path: source.path, field: namesIn(field, plugin) };
  };
}

/** The field with a mask for every part that is neither a name of the schema nor an index. */
function namesIn(field: string, schema: RecordType | undefined): string {
  const names = schema === undefined ? new Set(["config"]) : fieldNames(schema);
  return field
    .split(".")
    .map((part) => (part === "" || names.has(part) || /^\d{1,3}$/.test(part) ? part : MASK))
    .join(".");
}

const known = new WeakMap<RecordType, ReadonlySet<string>>();

function fieldNames(schema: RecordType): ReadonlySet<string> {
  let names = known.get(schema);
  if (names === undefined) {
    names = new Set(namesBelow(schema));
    known.set(schema, names);
  }
  return names;
}

function namesBelow({ fields, shorthands }: RecordType): readonly string[] {
  return [...[...fields].flatMap(([name, field]) => [name, ...namesOf(field)]), ...shorthands.keys()];
}

function namesOf({ record, elements, values }: Field): readonly string[] {
  return [
    record === undefined ? [] : namesBelow(record),
    elements === undefined ? [] : namesOf(elements),
    values === undefined ? [] : namesOf(values),
  ].flat();
}

/** What Kong says of a field, as people may read it; `field` as Kong names it. */
export function veiledFault(
  fault: { readonly field: string | undefined; readonly message: string },
  entity: object,
  veil: Veil | undefined,
): { readonly field: string | undefined; readonly message: string; readonly path?: string } {
  const veiled = veil?.(fault.field ?? "");
  if (veiled === undefined) return fault;
  const field = veiled.field === "" ? undefined : veiled.field;
  return { field, path: veiled.path, message: withoutValuesAt(fault.message, entity, fault.field ?? "") };
}

/** Kong's words on a field of an entity, without the values that stand there. */
export function withoutValuesAt(message: string, entity: object, field: string): string {
  const values = leaves(valueAt(entity, field === "" ? "config" : field));
  const quoted = message.replaceAll(/'[^']*'|"[^"]*"/g, MASK);
  return values.reduce((out, value) => withoutWord(out, value), quoted);
}

/** By Kong's names: indexes count from 1. */
function valueAt(entity: object, field: string): unknown {
  let value: unknown = entity;
  for (const part of field.split(".")) {
    if (Array.isArray(value)) value = value[Number(part) - 1];
    else if (isJsonObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value;
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...leaves(inner), ...(Array.isArray(value) ? [] : [key])]);
}

/** A short value may be a part of an ordinary word, and then says nothing. */
function withoutWord(text: string, word: string): string {
  if (word === "" || !text.includes(word)) return text;
  const letter = /[\p{L}\p{N}_]/u;
  let out = "";
  let done = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at < done) continue;
    const end = at + word.length;
    const within = letter.test(text[at - 1] ?? " ") || letter.test(text[end] ?? " ");
    if (within && word.length < 8) continue;
    out += text.slice(done, at) + MASK;
    done = end;
  }
  return out + text.slice(done);
}
