import { randomUUID } from "node:crypto";
import { type JsonObject, own } from "../../base/json.ts";
import { readEntityRefusal } from "../../kong/errors.ts";
import type { RecordType } from "../../kong/schema/field.ts";
import { readSchema } from "../../kong/schema/read.ts";
import type { AdminAnswer } from "../admin-client.ts";
import { AdminFailure } from "../admin-failure.ts";
import type { AskableGateway, Fault, Question } from "./opinion.ts";

/** The schema that a gateway shows of a kind of entity; `none`: it has no such kind; undefined when its answer is neither. */
export type ShownSchema = RecordType | "none" | undefined;

/** Asks a gateway for the schema of a section. */
export async function shownSchema(
  gateway: Pick<AskableGateway, "ask">,
  section: string,
  signal: AbortSignal,
): Promise<ShownSchema> {
  const shown = await gateway.ask({ method: "GET", path: pathOf(section) }, signal);
  if (shown.status === 404) return "none";
  return shown.status === 200 ? schemaIn(shown) : undefined;
}

/**
 * Asks a gateway what is wrong with an entity for itself; undefined when its answer is no verdict. `section` is Kong's plural of its kind, `schemaOf` gives the schema
 * that the gateway shows: whoever asks of many entities asks for it once.
 */
export async function validateEntity(
  gateway: Pick<AskableGateway, "ask">,
  section: string,
  entity: JsonObject,
  signal: AbortSignal,
  schemaOf: (section: string) => Promise<ShownSchema> = (name) => shownSchema(gateway, name, signal),
): Promise<readonly Fault[] | undefined> {
  let body = entity;
  if (!BY_NAME.has(section)) {
    const schema = await schemaOf(section);
    if (schema === undefined) return undefined;
    if (schema === "none")
      return [{ field: undefined, message: `the gateway has no kind of entity named '${section}'` }];
    body = withForeign(schema, entity);
  }
  const question: Question = { method: "POST", path: `${pathOf(section)}/validate`, body };
  return verdictOf(await gateway.ask(question, signal));
}

function pathOf(section: string): string {
  return `/schemas/${encodeURIComponent(section)}`;
}

/** Sections whose schemas Kong keeps by the entity's name; none of them has to belong to something. */
const BY_NAME: ReadonlySet<string> = new Set(["plugins", "vaults"]);

/** What the entity will belong to is known only later: something stands in its place, and in that of names, which only documents may use. */
export function withForeign(schema: RecordType, entity: JsonObject): JsonObject {
  const replaced = [...schema.fields].filter(([name, { type, required }]) => {
    const value = own(entity, name);
    return type === "foreign" && (typeof value === "string" || (required === true && value === undefined));
  });
  if (replaced.length === 0) return entity;
  return { ...entity, ...Object.fromEntries(replaced.map(([name]) => [name, { id: randomUUID() }])) };
}

function schemaIn({ text }: AdminAnswer): RecordType {
  try {
    return readSchema(JSON.parse(text));
  } catch {
    throw new AdminFailure("interrupted", "what it shows as a schema cannot be read");
  }
}

function verdictOf(answer: AdminAnswer): readonly Fault[] | undefined {
  if (answer.status === 200 || answer.status === 201) return [];
  if (answer.status !== 400) return undefined;
  const refusal = readEntityRefusal(answer.text);
  return refusal?.errors.map(({ field, message }) => ({ field, message }));
}
