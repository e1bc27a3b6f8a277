import type { Json, JsonObject } from "../../base/json.ts";
import type { CrdKind, PrinterColumn } from "../crd-kind.ts";
import { type Structural, structuralOf } from "../structural.ts";

/** The CustomResourceDefinition of a kind, as an object for the API server. */
export function crdOf(kind: CrdKind): JsonObject {
  const { crd, group, plural } = kind;
  const singular = kind.kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, ...(crd.labels === undefined ? {} : { labels: crd.labels }) },
    spec: {
      group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular,
        ...(crd.shortNames === undefined ? {} : { shortNames: crd.shortNames }),
        ...(crd.categories === undefined ? {} : { categories: crd.categories }),
      },
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      versions: kind.versions.map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        ...(crd.deprecated === true ? { deprecated: true } : {}),
        ...(crd.columns === undefined ? {} : { additionalPrinterColumns: crd.columns.map(column) }),
        ...(crd.status ? { subresources: { status: {} } } : {}),
        schema: { openAPIV3Schema: rootSchema(structuralOf(kind.schema)) },
      })),
    },
  };
}

function column({ name, type, jsonPath, priority }: PrinterColumn): JsonObject {
  return { name, type, jsonPath, ...(priority === undefined ? {} : { priority }) };
}

/** What every object has is described by Kubernetes; a CRD may not say more of it than this. */
const EVERY_OBJECT: Readonly<Record<string, JsonObject>> = {
  apiVersion: { type: "string", description: "Group and version of this kind." },
  kind: { type: "string", description: "Name of this kind." },
  metadata: { type: "object" },
};

function rootSchema(schema: Structural): JsonObject {
  const { properties, required, ...rest } = openApi(schema);
  const own = Object.entries(properties as JsonObject).filter(([name]) => !(name in EVERY_OBJECT));
  const needed = ((required ?? []) as readonly string[]).filter((name) => !(name in EVERY_OBJECT));
  return {
    ...rest,
    properties: { ...EVERY_OBJECT, ...Object.fromEntries(own) },
    ...(needed.length === 0 ? {} : { required: needed }),
  };
}

/** Keywords that OpenAPI calls the same, in the order in which people like to read them. */
const SAME = [
  "default",
  "enum",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "maxProperties",
] as const;

/** A structural schema in the words of OpenAPI v3. */
export function openApi(schema: Structural): JsonObject {
  const out: Record<string, Json> = {};
  if (schema.description !== undefined) out["description"] = schema.description;
  if (schema.type !== undefined) out["type"] = schema.type;
  for (const key of SAME) if (schema[key] !== undefined) out[key] = schema[key];
  if (schema.properties !== undefined) {
    out["properties"] = Object.fromEntries([...schema.properties].map(([name, of]) => [name, openApi(of)]));
    const needed = schema.required.filter((name) => schema.properties?.get(name)?.default === undefined);
    if (needed.length > 0) out["required"] = needed;
  }
  if (schema.values !== undefined) out["additionalProperties"] = openApi(schema.values);
  if (schema.items !== undefined) out["items"] = openApi(schema.items);
  if (schema.intOrString) out["x-kubernetes-int-or-string"] = true;
  if (schema.open) out["x-kubernetes-preserve-unknown-fields"] = true;
  if (schema.listType !== undefined) out["x-kubernetes-list-type"] = schema.listType;
  if (schema.listKeys.length > 0) out["x-kubernetes-list-map-keys"] = schema.listKeys;
  if (schema.rules.length > 0) {
    out["x-kubernetes-validations"] = schema.rules.map(({ rule, message }) => ({ rule, message }));
  }
  return out;
}
