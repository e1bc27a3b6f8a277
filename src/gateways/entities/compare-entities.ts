import { differencesOf, type FieldDifference } from "./differences.ts";
import type { CurrentEntity, DesiredEntity } from "./entity.ts";
import type { GatewaySchemas, ReadSchema } from "./gateway-schemas.ts";
import type { HashedSecrets } from "./hashed-secrets.ts";
import { type CurrentEntities, type Match, type MatchOptions, matchEntities } from "./match-entities.ts";

/** A desired entity and how the one that is there for it differs. */
export interface Compared extends Match {
  readonly differences: readonly FieldDifference[];
}

export interface Comparison {
  readonly desired: readonly Compared[];
  /** What is there without being desired. */
  readonly unwanted: readonly CurrentEntity[];
}

export interface CompareOptions extends MatchOptions {
  readonly schemas: GatewaySchemas;
  readonly readSchema: ReadSchema;
  readonly secrets: HashedSecrets;
}

/** Holds what a gateway has against what it shall have. Rejects when the gateway does not show its schemas. */
export async function compareEntities(
  desired: readonly DesiredEntity[],
  current: CurrentEntities,
  options: CompareOptions,
): Promise<Comparison> {
  const { schemas, readSchema, secrets, slices } = options;
  const { matches, unwanted } = await matchEntities(desired, current, options);
  const there = [...matches.values()].flatMap((match) => (match.current === undefined ? [] : [match]));
  await schemas.prepare(
    there.map((match) => match.desired),
    readSchema,
  );
  await secrets.prepare(there);
  const out: Compared[] = [];
  await slices.forEach(matches.values(), (match) => {
    out.push({ ...match, differences: differencesOf(match, schemas.of(match.desired.kind), secrets) });
  });
  return { desired: out, unwanted };
}
