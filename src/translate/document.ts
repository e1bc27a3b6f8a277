import type { Pieces } from "../base/pieces.ts";
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
export const PLACEHOLDER = { name: "kong" };

/** A whole declarative configuration as it is pushed. */
export interface EncodedDocument {
  /** JSON text; pushed as text so that the gateway's `configuration_hash` is `md5`. */
  readonly bytes: Pieces;
  /** 32 hex digits. */
  readonly md5: string;
  /** Number of entities on the top level of the document. */
  readonly entities: number;
  /** The entities in the order of the document, by section: who looks for the place of an error looks here. */
  readonly sections: ReadonlyMap<string, readonly LinkedEntity[]>;
}

/** How the fields that Kong fills in by itself are left out of an entity. */
export type Strip = (section: string, value: object) => object;

/** The document as `translate` prints it, defaults and all. */
export function printableDocument(draft: DocumentDraft): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = { _format_version: "3.0" };
  for (const name of sectionNames(draft)) out[name] = draft.entities(name).map((entity) => entity.value);
  if (Object.keys(out).length === 1) out["upstreams"] = [PLACEHOLDER];
  return out;
}

/** Of the sections that hold anything, in the order in which they are written. */
export function sectionNames(draft: DocumentDraft): readonly string[] {
  const present = new Set(draft.names());
  return [...SECTIONS.filter((name) => present.has(name)), ...[...present].filter((name) => !SECTIONS.includes(name))];
}
