import type { JsonObject } from "../../base/json.ts";
import { checkDocument, type DocumentOptions, type EntitySet } from "../declarative/check-document.ts";
import { uuidV5 } from "../ids.ts";

let drawn = 0;

export const NOW = Date.UTC(2026, 0, 1);

/** For tests: what Kong makes up is another thing each time, and a UUID where it should be one. */
export const options: DocumentOptions = {
  flavor: "traditional_compatible",
  now: NOW,
  auto: {
    now: NOW,
    uuid: () => uuidV5("6ba7b811-9dad-11d1-80b4-00c04fd430c8", String(drawn++)),
    token: () => `token-${drawn++}`,
  },
};

/** The entities of a document that has to be accepted. */
export function load(document: JsonObject): EntitySet {
  const result = checkDocument({ _format_version: "3.0", ...document }, options);
  if (!result.ok) throw new Error(JSON.stringify(result.errors.plain()));
  return result.entities;
}

/** Both forms of the refusal of a document that has to be refused. */
export function refusal(document: unknown): { readonly plain: JsonObject; readonly flat: JsonObject } {
  const result = checkDocument(document, options);
  if (result.ok) throw new Error("accepted");
  return { plain: result.errors.plain(), flat: result.errors.flattened() };
}

export const fieldsOf = (document: JsonObject) => refusal({ _format_version: "3.0", ...document }).plain["fields"];
export const one = (entities: EntitySet, kind: string): JsonObject => [...(entities.get(kind)?.values() ?? [])][0]!;
