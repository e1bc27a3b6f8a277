import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical-json.ts";
import type { Slices } from "../base/slices.ts";
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

/** How the fields that Kong fills in by itself are left out of an entity. */
export type Strip = (section: string, value: object) => object;

/**
 * The document as it goes to a gateway, joined from the encoded form of each entity; it yields to the event loop between slices. The draft must not change
 * before it is done.
 */
export async function encodeDocument(draft: DocumentDraft, strip: Strip, slices: Slices): Promise<EncodedDocument> {
  const sections = new Map<string, readonly LinkedEntity[]>();
  const parts: string[] = ['{"_format_version":"3.0"'];
  let count = 0;
  for (const name of sectionNames(draft)) {
    const entities = draft.entities(name);
    sections.set(name, entities);
    let before = `,${JSON.stringify(name)}:[`;
    for (const entity of entities) {
      parts.push(before, encode(entity, strip));
      before = ",";
      // The clock is asked now and then only: asking costs as much as joining.
      if ((++count & 31) === 0 && slices.due) await slices.pause();
    }
    parts.push("]");
  }
  if (count === 0) parts.push(`,"upstreams":[${JSON.stringify(PLACEHOLDER)}]`);
  parts.push("}");
  const bytes = await toBytes(parts, slices);
  return { bytes, md5: await md5(bytes, slices), entities: count, sections };
}

const CHUNK = 2_000;

async function toBytes(parts: readonly string[], slices: Slices): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < parts.length; at += CHUNK) {
    chunks.push(Buffer.from(parts.slice(at, at + CHUNK).join("")));
    if (slices.due) await slices.pause();
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

const MD5_STEP = 1 << 20;

async function md5(bytes: Buffer, slices: Slices): Promise<string> {
  const hash = createHash("md5");
  for (let at = 0; at < bytes.length; at += MD5_STEP) {
    hash.update(bytes.subarray(at, at + MD5_STEP));
    if (slices.due) await slices.pause();
  }
  return hash.digest("hex");
}

function encode(entity: LinkedEntity, strip: Strip): string {
  let text = encoded.get(entity);
  if (text === undefined) {
    text = canonicalJson(strip(entity.section, entity.value));
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
