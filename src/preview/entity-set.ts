/** One entity as the gateway keeps it: its defaults filled in, references as `{ id }`, null where nothing is set. */
export type Entity = Readonly<Record<string, unknown>> & { readonly id: string };

/** Entities by Kong's plural (`services`, `keyauth_credentials`), then by id, in the order of the document. */
export type EntitySet = ReadonlyMap<string, ReadonlyMap<string, Entity>>;

export const NO_ENTITIES: EntitySet = new Map();

/** The entities of a kind; none when the kind is unknown. */
export function entitiesOf(set: EntitySet, kind: string): readonly Entity[] {
  return [...(set.get(kind)?.values() ?? [])];
}

/** The id in a reference such as `service: { id }`; undefined when there is none. */
export function refId(entity: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = entity[field];
  if (typeof value !== "object" || value === null) return undefined;
  const id = (value as Readonly<Record<string, unknown>>)["id"];
  return typeof id === "string" ? id : undefined;
}
