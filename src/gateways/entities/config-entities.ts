import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { Slices } from "../../base/slices.ts";
import { parseYaml } from "../../base/yaml.ts";
import { AdminFailure } from "../admin-failure.ts";
import { blockYaml } from "./block-yaml.ts";
import type { CurrentEntity } from "./entity.ts";
import { type EntityKinds, isKept } from "./kinds.ts";
import type { CurrentEntities } from "./match-entities.ts";

/** So many entities are read in one go: a YAML parser needs much more room than the text has. */
const PIECE = 100;

/**
 * The entities in what `GET /config` of a gateway without a database shows: one list for each kind, references as bare ids (facts: kong-3.9/admin.md). Throws an
 * AdminFailure when it cannot be read.
 */
export async function configEntities(text: string, kinds: EntityKinds, slices: Slices): Promise<CurrentEntities> {
  const sections = new Map<string, JsonObject[]>();
  for (const piece of pieces(text)) {
    const document = blockYaml(piece) ?? anyYaml(piece);
    if (document === undefined) continue;
    if (!isJsonObject(document)) throw unreadable("it is no map");
    for (const [section, list] of Object.entries(document as JsonObject)) {
      if (!Array.isArray(list)) continue;
      const known = sections.get(section) ?? [];
      known.push(...(list as readonly Json[]).filter((one): one is JsonObject => isJsonObject(one)));
      sections.set(section, known);
    }
    if (slices.due) await slices.pause();
  }
  return currentEntities(sections, kinds);
}

/** Undefined when there is nothing in it. */
function anyYaml(text: string): unknown {
  const [document] = parseYaml(text);
  if (document?.error !== undefined) throw unreadable(document.error.message);
  return document?.value;
}

function unreadable(why: string): AdminFailure {
  return new AdminFailure("unfit", `what GET /config shows cannot be read: ${why}`);
}

/** Documents that hold a part of the whole each: an item of a list begins with a dash, and what belongs to it stands further to the right. */
function* pieces(text: string): Generator<string, void> {
  const lines = text.split("\n");
  let heading = "";
  let from = 0;
  let items = 0;
  let dash: string | undefined;
  // Only the first piece of a section has its heading. A text in lines keeps its last line break only if one follows.
  const cut = (to: number) => [...(lines[from] === heading ? [] : [heading]), ...lines.slice(from, to), ""].join("\n");
  for (const [at, line] of lines.entries()) {
    const begins = /^\w+:/.test(line);
    if (!begins) {
      dash ??= /^ *- /.exec(line)?.[0];
      if (dash === undefined || !line.startsWith(dash)) continue;
      if (++items <= PIECE) continue;
    }
    if (at > from) yield cut(at);
    from = at;
    items = begins ? 0 : 1;
    if (!begins) continue;
    heading = line;
    dash = undefined;
  }
  yield cut(lines.length);
}

function currentEntities(sections: ReadonlyMap<string, readonly JsonObject[]>, kinds: EntityKinds): CurrentEntities {
  const names = namesInTls(sections.get("snis") ?? []);
  const out = new Map<string, CurrentEntity[]>();
  for (const [section, entities] of sections) {
    if (!isKept(section)) continue;
    const { references } = kinds.get(section);
    out.set(
      section,
      entities.map((entity) => {
        const id = String(own(entity, "id") ?? "");
        const value = withReferences(entity, references);
        return {
          kind: section,
          id,
          value: section === "certificates" ? { ...value, snis: names.get(id) ?? [] } : value,
        };
      }),
    );
  }
  return out;
}

function withReferences(entity: JsonObject, references: ReadonlyMap<string, string>): JsonObject {
  const out: Record<string, Json> = { ...entity };
  for (const field of references.keys()) {
    const value = own(entity, field);
    if (typeof value === "string") out[field] = { id: value };
  }
  return out;
}

/** By the certificate's id. */
function namesInTls(snis: readonly JsonObject[]): ReadonlyMap<string, string[]> {
  const out = new Map<string, string[]>();
  for (const sni of snis) {
    const id = String(own(sni, "certificate"));
    out.set(id, [...(out.get(id) ?? []), String(own(sni, "name"))]);
  }
  return out;
}
