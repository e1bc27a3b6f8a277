import { randomUUID } from "node:crypto";
import { type JsonObject, own } from "../../base/json.ts";
import { readEntityRefusal } from "../../kong/errors.ts";
import type { RecordType } from "../../kong/schema/field.ts";
import { readSchema } from "../../kong/schema/read.ts";
import type { AdminAnswer } from "../admin-client.ts";
import { AdminFailure } from "../admin-failure.ts";
import type { AskableGateway, Fault, Question } from "./opinion.ts";

/** Asks a gateway what is wrong with an entity for itself; undefined when its answer is no verdict. `section` is Kong's plural of its kind. */
export async function validateEntity(
  gateway: Pick<AskableGateway, "ask">,
  section: string,
  entity: JsonObject,
  signal: AbortSignal,
): Promise<readonly Fault[] | undefined> {
  const path = `/schemas/${encodeURIComponent(section)}`;
  let body = entity;
  if (!BY_NAME.has(section)) {
    const shown = await gateway.ask({ method: "GET", path }, signal);
    if (shown.status === 404)
      return [{ field: undefined, message: `the gateway has no kind of entity named '${section}'` }];
    if (shown.status !== 200) return undefined;
    body = withForeign(schemaIn(shown), entity);
  }
  const question: Question = { method: "POST", path: `${path}/validate`, body };
  return verdictOf(await gateway.ask(question, signal));
}

/** Sections whose schemas Kong keeps by the entity's name; none of them has to belong to something. */
const BY_NAME: ReadonlySet<string> = new Set(["plugins", "vaults"]);

/** What the entity will belong to is known only later: something stands in its place. */
export function withForeign(schema: RecordType, entity: JsonObject): JsonObject {
  const missing = [...schema.fields].filter(
    ([name, { type, required }]) => type === "foreign" && required === true && own(entity, name) === undefined,
  );
  if (missing.length === 0) return entity;
  return { ...entity, ...Object.fromEntries(missing.map(([name]) => [name, { id: randomUUID() }])) };
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
