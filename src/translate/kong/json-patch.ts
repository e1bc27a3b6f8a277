import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";

/** Why a value could not be put where it should go; completes "the path …". */
export interface PatchFailure {
  readonly failure: string;
}

/**
 * JSON Patch's `add` (RFC 6902 §4.1), but parents that are missing are made: lists where the next part is a number or `-`, else objects. The empty pointer
 * replaces the document.
 */
export function addAt(document: Json, pointer: string, value: Json): { readonly document: Json } | PatchFailure {
  if (pointer === "") return { document: value };
  if (!pointer.startsWith("/")) return { failure: 'is no JSON pointer: it has to be empty or to start with "/"' };
  const parts = pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const put = put1(document, parts, value);
  return typeof put === "string" ? { failure: put } : { document: put.node };
}

function put1(node: Json, [part = "", ...rest]: readonly string[], value: Json): { readonly node: Json } | string {
  if (Array.isArray(node)) return putInList(node, part, rest, value);
  if (!isJsonObject(node)) return `leads into a value that is neither an object nor a list, at "${part}"`;
  const object = node as JsonObject;
  const child = rest.length === 0 ? { node: value } : put1(own(object, part) ?? made(rest), rest, value);
  return typeof child === "string" ? child : { node: { ...object, [part]: child.node } };
}

function putInList(
  list: readonly Json[],
  part: string,
  rest: readonly string[],
  value: Json,
): { readonly node: Json } | string {
  if (part !== "-" && !isIndex(part)) return `leads into a list, where "${part}" is no index`;
  const at = part === "-" ? list.length : Number(part);
  if (at > list.length) return `leads to item ${part} of a list that has ${list.length}`;
  if (rest.length === 0) return { node: list.toSpliced(at, 0, value) };
  const child = put1(list[at] ?? made(rest), rest, value);
  return typeof child === "string" ? child : { node: list.toSpliced(at, 1, child.node) };
}

function made([next = ""]: readonly string[]): Json {
  return next === "-" || isIndex(next) ? [] : {};
}

function isIndex(part: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(part);
}
