import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Field } from "../../kong/schema/field.ts";
import { type AdminRequest, type Answer, BAD_JSON, page } from "./answer.ts";
import { multipartField } from "./config-body.ts";

/** A body that Kong would not even look into; undefined when it would. */
export function unreadableBody(request: AdminRequest): Answer | undefined {
  if (!["POST", "PUT", "PATCH"].includes(request.method)) return undefined;
  const type = request.contentType.toLowerCase();
  if (type === "") return request.body.length === 0 ? undefined : page(415, "Unsupported Media Type");
  if (type.startsWith("application/json")) return isJson(request.body) ? undefined : BAD_JSON;
  const known = ["multipart/form-data", "application/x-www-form-urlencoded", "text/yaml", "application/yaml"];
  return known.some((one) => type.startsWith(one)) ? undefined : page(415, "Unsupported Media Type");
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

/** The fields in a body that `unreadableBody` lets pass: JSON, or a form whose texts become what the fields hold. What is no object is an empty one. */
export function entityBody(request: AdminRequest, fields: ReadonlyMap<string, Field>): JsonObject {
  const type = request.contentType.toLowerCase();
  const text = request.body.toString("utf8");
  if (type.startsWith("application/json")) {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? (value as JsonObject) : {};
  }
  if (type.startsWith("application/x-www-form-urlencoded")) return formFields([...new URLSearchParams(text)], fields);
  if (!type.startsWith("multipart/form-data")) return {};
  const names = [...text.matchAll(/name="([^"]+)"/g)].map(([, name]) => name!);
  return formFields(
    names.map((name) => [name, multipartField(request.contentType, text, name) ?? ""]),
    fields,
  );
}

/** `config.minute=5`, `tags[]=a`, `paths[1]=/x`: dots go into records, brackets into lists. */
function formFields(pairs: readonly (readonly [string, string])[], fields: ReadonlyMap<string, Field>): JsonObject {
  const root = new Map<string, FormNode>();
  for (const [name, value] of pairs) {
    const path = name.replace(/\[\d*\]$/, "").split(".");
    let level = root;
    for (const part of path.slice(0, -1)) {
      const below = level.get(part);
      const next = below instanceof Map ? below : new Map<string, FormNode>();
      level.set(part, next);
      level = next;
    }
    const last = path.at(-1)!;
    const present = level.get(last);
    level.set(last, Array.isArray(present) ? [...present, value] : [value]);
  }
  return recordOf(root, fields);
}

type FormNode = readonly string[] | Map<string, FormNode>;

function recordOf(level: ReadonlyMap<string, FormNode>, fields: ReadonlyMap<string, Field> | undefined): JsonObject {
  const entries = [...level].map(([name, node]): [string, Json] => {
    const field = fields?.get(name);
    if (node instanceof Map) return [name, recordOf(node, field?.record?.fields)];
    if (field?.type === "array" || field?.type === "set")
      return [name, (node as readonly string[]).map((text) => typed(text, field.elements))];
    return [name, typed((node as readonly string[]).at(-1) ?? "", field)];
  });
  return Object.fromEntries(entries);
}

function typed(text: string, field: Field | undefined): Json {
  const number = Number(text);
  if ((field?.type === "number" || field?.type === "integer") && text !== "" && !Number.isNaN(number)) return number;
  if (field?.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
