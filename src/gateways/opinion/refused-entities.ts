import type { JsonObject } from "../../base/json.ts";
import type { ObjectRef } from "../../base/problem.ts";
import type { Slices } from "../../base/slices.ts";
import { eachOf } from "../database/each-of.ts";
import { desiredEntities, type Sections } from "../entities/desired-entities.ts";
import type { EntityKinds } from "../entities/kinds.ts";
import { withoutValues } from "../quoted-values.ts";
import { type ShownSchema, shownSchema, validateEntity } from "./entity-validation.ts";
import type { AskableGateway, Fault } from "./opinion.ts";

/** An entity that a gateway is asked about: without references, and without the entities nested in it. */
export interface AskedEntity {
  /** Kong's plural of its type. */
  readonly section: string;
  readonly value: JsonObject;
  /** The objects behind it, the owner first. */
  readonly origins: readonly ObjectRef[];
  /** False: nothing in it is secret, so that the gateway's words are shown as they are. */
  readonly secretive: boolean;
}

export interface Verdicts {
  readonly refused: readonly { readonly entity: AskedEntity; readonly faults: readonly Fault[] }[];
  /** Those on which the gateway answered without a verdict, as one whose access is restricted does. */
  readonly unanswered: readonly AskedEntity[];
}

/** Every entity of a document, as a gateway can be asked about it; `wanted` says about which. */
export async function entitiesToAsk(
  sections: Sections,
  kinds: EntityKinds,
  slices: Slices,
  wanted: (section: string, owner: ObjectRef) => boolean,
): Promise<readonly AskedEntity[]> {
  const entities = await desiredEntities(sections, kinds, slices);
  return entities.flatMap(({ kind, given, origins }) =>
    // A membership consists of references only; an entity that stands for nobody's object is ours to have right.
    kind === "consumer_group_consumers" || origins.length === 0 || !wanted(kind, origins[0]!)
      ? []
      : [{ section: kind, value: asSent(kind, given), origins, secretive: true }],
  );
}

/** The schemas know certificates without their names; ids and tags are ours, and would make equal entities look different. */
function asSent(section: string, { id: _id, tags: _tags, ...value }: JsonObject): JsonObject {
  if (section !== "certificates") return value;
  const { snis: _names, ...certificate } = value;
  return certificate;
}

/** Asks a gateway about entities, `concurrency` at a time and of equal ones once. Rejects with an AdminFailure when it breaks off. */
export async function refusedEntities(
  gateway: Pick<AskableGateway, "ask">,
  entities: readonly AskedEntity[],
  concurrency: number,
  signal: AbortSignal,
): Promise<Verdicts> {
  const schemas = new Map<string, Promise<ShownSchema>>();
  const schemaOf = (section: string): Promise<ShownSchema> => {
    const known = schemas.get(section) ?? shownSchema(gateway, section, signal);
    schemas.set(section, known);
    return known;
  };
  const equal = Map.groupBy(entities, ({ section, value }) => `${section} ${JSON.stringify(value)}`);
  const refused: { entity: AskedEntity; faults: readonly Fault[] }[] = [];
  const unanswered: AskedEntity[] = [];
  await eachOf([...equal.values()], concurrency, async (group) => {
    const { section, value } = group[0]!;
    const faults = await validateEntity(gateway, section, value, signal, schemaOf);
    if (faults === undefined) unanswered.push(...group);
    else if (faults.length > 0)
      refused.push(...group.map((entity) => ({ entity, faults: shownFaults(entity, faults) })));
  });
  return { refused, unanswered };
}

function shownFaults({ section, value, secretive }: AskedEntity, faults: readonly Fault[]): readonly Fault[] {
  if (!secretive) return faults;
  return faults.map(({ field, message }) => ({ field, message: withoutValues(message, section, value) }));
}
