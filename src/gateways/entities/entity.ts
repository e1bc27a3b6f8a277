import type { Json, JsonObject } from "../../base/json.ts";
import type { ObjectRef } from "../../base/problem.ts";

/** An entity that a gateway holds. */
export interface CurrentEntity {
  readonly kind: string;
  readonly id: string;
  /** As the gateway shows it, references as `{ id }`. A certificate has its `snis` as a list of names. */
  readonly value: JsonObject;
}

/** An entity that a gateway shall hold. */
export interface DesiredEntity {
  readonly kind: string;
  /** As it was compiled, without references and without the entities nested in it. */
  readonly given: JsonObject;
  /** By field. */
  readonly references: ReadonlyMap<string, Reference>;
  /** The objects behind it, the owner first. */
  readonly origins: readonly ObjectRef[];
}

/** What a reference leads to: an entity that is desired too, or one that must be there, as Kong takes it (`{ id }`, `{ name }`). */
export type Reference = { readonly entity: DesiredEntity } | { readonly key: JsonObject };

/** The values of fields as one text, for comparing; undefined when the first of them is not set. References count by their ids. */
export function keyText(value: JsonObject, fields: readonly string[]): string | undefined {
  const parts = fields.map((field) => keyPart(value[field]));
  return parts[0] === undefined || (parts.length === 1 && parts[0] === null) ? undefined : JSON.stringify(parts);
}

function keyPart(value: Json | undefined): Json {
  if (typeof value === "object" && value !== null && "id" in value) return value.id;
  return value ?? null;
}
