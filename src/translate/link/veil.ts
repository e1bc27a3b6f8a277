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

/** What Kong says of a field (`field` as Kong names it), without names that may be a Secret's. Its values are not in the message any more, or are taken out later. */
export function veiledFault<T extends { readonly field?: string | undefined }>(
  fault: T,
  veil: Veil | undefined,
): { readonly fault: T; readonly path: string | undefined } {
  const veiled = veil?.(fault.field ?? "");
  if (veiled === undefined) return { fault, path: undefined };
  return { fault: fault.field === undefined ? fault : { ...fault, field: veiled.field }, path: veiled.path };
}
