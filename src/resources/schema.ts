import {
  type Static,
  type TObjectOptions,
  type TProperties,
  type TSchema,
  type TSchemaOptions,
  type TUnsafe,
  Type,
} from "typebox";
import type { Json, JsonObject } from "../base/json.ts";
import type { ObjectMeta } from "./kind.ts";

/** A type with nothing in it that could be written to. */
export type ReadonlyDeep<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? readonly ReadonlyDeep<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
      : T;

/** The type of the objects that a schema describes. */
export type ObjectOf<S extends TSchema> = ReadonlyDeep<Static<S>>;

/** A rule in the Common Expression Language, as a CRD carries it (`x-kubernetes-validations`). */
export interface CelRule {
  readonly rule: string;
  /** Programs match on it: the published CRDs' text. */
  readonly message: string;
}

/** The keywords that Kubernetes adds to JSON Schema, as options of a schema. */
export function rules(...all: readonly CelRule[]): TSchemaOptions {
  return { "x-kubernetes-validations": all };
}

/** A list whose items are told apart by these fields. */
export function listMap(...keys: readonly string[]): TSchemaOptions {
  return { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys };
}

/** A list in which an item stands once. */
export const LIST_SET: TSchemaOptions = { "x-kubernetes-list-type": "set" };
/** A list that is written as a whole. */
export const LIST_ATOMIC: TSchemaOptions = { "x-kubernetes-list-type": "atomic" };

/** Any JSON value, left as it is. */
export function freeForm(options: TSchemaOptions = {}): TUnsafe<Json> {
  return Type.Unsafe<Json>({ ...options, "x-kubernetes-preserve-unknown-fields": true });
}

/** A JSON object whose content is left as it is. */
export function freeFormObject(options: TSchemaOptions = {}): TUnsafe<JsonObject> {
  return Type.Unsafe<JsonObject>({ ...options, type: "object", "x-kubernetes-preserve-unknown-fields": true });
}

/** A port by number or by name. */
export function intOrString(options: TSchemaOptions = {}): TUnsafe<number | string> {
  return Type.Unsafe<number | string>({ ...options, "x-kubernetes-int-or-string": true });
}

/** Names to values of one type. */
export function map<Value extends TSchema>(value: Value, options: TSchemaOptions = {}) {
  return Type.Record(Type.String(), value, options);
}

export function list<Item extends TSchema>(item: Item, options: TSchemaOptions = {}) {
  return Type.Array(item, options);
}

export function text(options: TSchemaOptions = {}) {
  return Type.String(options);
}

/** One of some words. Its type is `string`: what a cluster holds may be newer than this list. */
export function word(words: readonly string[], options: TSchemaOptions = {}) {
  return Type.String({ ...options, enum: words });
}

export function flag(options: TSchemaOptions = {}) {
  return Type.Boolean(options);
}

export function integer(options: TSchemaOptions = {}) {
  return Type.Integer(options);
}

/** A TCP or UDP port. */
export function port(options: TSchemaOptions = {}) {
  return Type.Integer({ format: "int32", minimum: 1, maximum: 65535, ...options });
}

export const record = Type.Object;
export const optional = Type.Optional;

const metadata = Type.Unsafe<ObjectMeta>(
  Type.Object({
    name: Type.String({ minLength: 1 }),
    namespace: Type.Optional(Type.String()),
    uid: Type.Optional(Type.String()),
    creationTimestamp: Type.Optional(Type.String()),
    deletionTimestamp: Type.Optional(Type.String()),
    generation: Type.Optional(Type.Integer()),
    resourceVersion: Type.Optional(Type.String()),
    labels: Type.Optional(map(Type.String())),
    annotations: Type.Optional(map(Type.String())),
  }),
);

/** A whole object: what every kind has, and the given fields beside `metadata`. */
export function wholeObject<Properties extends TProperties>(properties: Properties, options: TObjectOptions = {}) {
  return Type.Object({ apiVersion: Type.String(), kind: Type.String(), metadata, ...properties }, options);
}
