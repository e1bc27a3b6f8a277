import type { Json } from "../../base/json.ts";
import { sortedParts, type Violation, type ViolationTree, violationJson } from "../../kong/schema/violation.ts";
import { type Answer, json } from "./answer.ts";

/** Kong's errors about entities: code, name, message and fields (facts: db-mode/README.md §6). */

export function schemaViolation(tree: ViolationTree): Answer {
  const lines = [...tree.entity, ...sortedParts(tree).flatMap(([part, below]) => linesOf(String(part), below))];
  const count = lines.length === 1 ? "schema violation" : `${lines.length} schema violations`;
  return json(400, {
    code: 2,
    name: "schema violation",
    message: `${count} (${lines.join("; ")})`,
    fields: violationJson(tree),
  });
}

/** One field is wrong, outside of what the schema says. */
export function fieldViolation(field: string, message: string): Answer {
  return json(400, {
    code: 2,
    name: "schema violation",
    message: `schema violation (${field}: ${message})`,
    fields: { [field]: message },
  });
}

/** Two levels are written with dots, what lies deeper as a Lua table. */
function linesOf(field: string, violation: Violation): readonly string[] {
  if (typeof violation === "string") return [`${field}: ${violation}`];
  const below = sortedParts(violation).map(([part, deeper]) =>
    typeof deeper === "string" ? `${field}.${part}: ${deeper}` : `${field}.${part}: ${luaTable(deeper, "")}`,
  );
  return [...below, ...violation.entity.map((message) => `${field}: ${message}`)];
}

function luaTable(tree: ViolationTree, indent: string): string {
  const inner = `${indent}  `;
  const parts = sortedParts(tree).map(([part, below]) => {
    const text = typeof below === "string" ? JSON.stringify(below) : luaTable(below, inner);
    return typeof part === "number" ? `${inner}${text}` : `${inner}${part} = ${text}`;
  });
  return `{\n${parts.join(",\n")}\n${indent}}`;
}

export function uniqueViolation(fields: Readonly<Record<string, Json>>): Answer {
  return json(409, {
    code: 5,
    name: "unique constraint violation",
    message: `UNIQUE violation detected on '${luaKey(fields)}'`,
    fields,
  });
}

export function primaryKeyViolation(fields: Readonly<Record<string, Json>>): Answer {
  return json(400, {
    code: 3,
    name: "primary key violation",
    message: `primary key violation on key '${luaKey(fields)}'`,
    fields,
  });
}

export function foreignKeyViolation(field: string, id: string, kind: string): Answer {
  return json(400, {
    code: 4,
    name: "foreign key violation",
    message: `the foreign key '${luaKey({ id })}' does not reference an existing '${kind}' entity.`,
    fields: { [field]: { id } },
  });
}

export function stillReferenced(kind: string, by: string): Answer {
  return json(400, {
    code: 4,
    name: "foreign key violation",
    message: `an existing '${by}' entity references this '${kind}' entity`,
    fields: { "@referenced_by": by },
  });
}

export function unresolved(field: string, key: string, value: string, kind: string): Answer {
  const message = `the foreign key cannot be resolved with '${luaKey({ [key]: value })}' for an existing '${kind}' entity`;
  return json(400, {
    code: 13,
    name: "foreign keys unresolved",
    message: `foreign key unresolved (${field}.${key}: ${message})`,
    fields: { [field]: { [key]: message } },
  });
}

export function noSuchEntity(key: string, value: string): Answer {
  const what = key === "id" ? "entity with primary key" : "entity with";
  return json(404, {
    code: 6,
    name: "not found",
    message: `could not find the ${what} '${luaKey({ [key]: value })}'`,
    fields: { [key]: value },
  });
}

export function invalidName(name: string): Answer {
  return json(400, {
    code: 10,
    name: "invalid unique name",
    message: `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`,
  });
}

export function invalidPrimaryKey(): Answer {
  return json(400, {
    code: 1,
    name: "invalid primary key",
    message: `invalid primary key: '${luaKey({ id: "expected a valid UUID" })}'`,
    fields: { id: "expected a valid UUID" },
  });
}

/** A write to a gateway without a database. */
export function unsupported(verb: string, kind: string, key: string | undefined): Answer {
  const by = key === undefined ? "" : ` by '${key}'`;
  return json(405, {
    code: 12,
    name: "operation unsupported",
    message: `cannot ${verb} '${kind}' entities${by} when not using a database`,
  });
}

/** `{name="a",service={id="…"}}`, keys sorted. */
function luaKey(fields: Readonly<Record<string, Json>>): string {
  const parts = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${luaValue(value)}`);
  return `{${parts.join(",")}}`;
}

function luaValue(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "object" && !Array.isArray(value)) return luaKey(value as Readonly<Record<string, Json>>);
  return typeof value === "string" ? `"${value}"` : String(value);
}
