import { createHash } from "node:crypto";
import type { DocumentDraft } from "./link/document-draft.ts";
import type { LinkedEntity } from "./link/rule.ts";

/** Known sections in the order in which they are written; custom entities follow under their type. */
const SECTIONS: readonly string[] = [
  "services",
  "upstreams",
  "certificates",
  "ca_certificates",
  "consumers",
  "consumer_groups",
  "consumer_group_consumers",
  "plugins",
  "vaults",
  "licenses",
];

/** A Kong without any entity never becomes ready: KIC pushes this one instead of nothing, and so do we. */
const PLACEHOLDER = { name: "kong" };

/** A whole declarative configuration as it is pushed. */
export interface EncodedDocument {
  /** JSON text, UTF-8; pushed as text so that the gateway's `configuration_hash` is `md5`. */
  readonly bytes: Buffer;
  /** 32 hex digits. */
  readonly md5: string;
  /** Number of entities on the top level of the document. */
  readonly entities: number;
  /** The entities in the order of the document, by section: who looks for the place of an error looks here. */
  readonly sections: ReadonlyMap<string, readonly LinkedEntity[]>;
}

const encoded = new WeakMap<LinkedEntity, string>();

/** The document as it goes to a gateway, joined from the encoded form of each entity. */
export function encodeDocument(
  draft: DocumentDraft,
  strip: (section: string, value: object) => object,
): EncodedDocument {
  const sections = new Map<string, readonly LinkedEntity[]>();
  let text = '{"_format_version":"3.0"';
  let count = 0;
  for (const name of sectionNames(draft)) {
    const entities = draft.entities(name);
    sections.set(name, entities);
    count += entities.length;
    text += `,${JSON.stringify(name)}:[${entities.map((entity) => encode(entity, strip)).join(",")}]`;
  }
  if (count === 0) text += `,"upstreams":[${JSON.stringify(PLACEHOLDER)}]`;
  const bytes = Buffer.from(`${text}}`);
  return { bytes, md5: createHash("md5").update(bytes).digest("hex"), entities: count, sections };
}

function encode(entity: LinkedEntity, strip: (section: string, value: object) => object): string {
  let text = encoded.get(entity);
  if (text === undefined) {
    text = JSON.stringify(strip(entity.section, entity.value));
    encoded.set(entity, text);
  }
  return text;
}

/** The document as `translate` prints it, defaults and all. */
export function printableDocument(draft: DocumentDraft): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = { _format_version: "3.0" };
  for (const name of sectionNames(draft)) out[name] = draft.entities(name).map((entity) => entity.value);
  if (Object.keys(out).length === 1) out["upstreams"] = [PLACEHOLDER];
  return out;
}

function sectionNames(draft: DocumentDraft): readonly string[] {
  const present = new Set(draft.names());
  return [...SECTIONS.filter((name) => present.has(name)), ...[...present].filter((name) => !SECTIONS.includes(name))];
}
