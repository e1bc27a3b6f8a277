import { createHash, type Hash } from "node:crypto";
import { canonicalJson } from "../base/canonical-json.ts";
import { Pieces } from "../base/pieces.ts";
import type { Slices } from "../base/slices.ts";
import { type EncodedDocument, PLACEHOLDER, type Strip, sectionNames } from "./document.ts";
import type { DocumentDraft } from "./link/document-draft.ts";
import type { LinkedEntity } from "./link/rule.ts";

/** Entities that stand in a row, and their bytes. */
interface Stretch {
  readonly entities: readonly LinkedEntity[];
  /** Nothing stands before them in their section, so no comma does. */
  readonly first: boolean;
  readonly bytes: Uint8Array;
}

/** So many entities make a stretch: short enough to be encoded anew for one of them, long enough that there are not too many. */
const LENGTH = 64;
/** A remainder shorter than this is encoded together with what follows. */
const SHORTEST = 16;
/** So many pieces lie between two states of the hash that are kept. */
const MARK_EVERY = 16;

/**
 * Encodes one draft again and again. Of the former document it keeps the bytes, in stretches, and encodes only those anew in which something changed; the hash
 * is continued from where the first change is.
 */
export class DocumentEncoder {
  readonly #draft: DocumentDraft;
  readonly #strip: Strip;
  /** What stands between sections. */
  readonly #separators = new Map<string, Uint8Array>();
  #stretches: ReadonlyMap<string, readonly Stretch[]> = new Map();
  #pieces: readonly Uint8Array[] = [];
  #marks: readonly Hash[] = [];

  constructor(draft: DocumentDraft, strip: Strip) {
    this.#draft = draft;
    this.#strip = strip;
  }

  /** The document as it goes to a gateway; yields to the event loop between slices. The draft must not change before it is done. */
  async encode(slices: Slices): Promise<EncodedDocument> {
    const sections = new Map<string, readonly LinkedEntity[]>();
    const stretches = new Map<string, readonly Stretch[]>();
    const pieces: Uint8Array[] = [];
    let between = '{"_format_version":"3.0"';
    let count = 0;
    for (const name of sectionNames(this.#draft)) {
      const entities = this.#draft.entities(name);
      const encoded = await this.#section(name, entities, slices);
      sections.set(name, entities);
      stretches.set(name, encoded);
      count += entities.length;
      pieces.push(this.#separator(`${between},${JSON.stringify(name)}:[`), ...encoded.map(({ bytes }) => bytes));
      between = "]";
    }
    const placeholder = count === 0 ? `,"upstreams":[${JSON.stringify(PLACEHOLDER)}]` : "";
    pieces.push(this.#separator(`${between}${placeholder}}`));
    this.#stretches = stretches;
    const md5 = await this.#md5(pieces, slices);
    return { bytes: new Pieces(pieces), md5, entities: count, sections };
  }

  /** Goes along the entities and takes over every former stretch that stands there as it was. */
  async #section(name: string, entities: readonly LinkedEntity[], slices: Slices): Promise<readonly Stretch[]> {
    const former = new Map((this.#stretches.get(name) ?? []).map((stretch) => [stretch.entities[0], stretch]));
    const stretches: Stretch[] = [];
    let changed: LinkedEntity[] = [];
    const encodeChanged = async () => {
      for (let at = 0; at < changed.length; at += LENGTH)
        stretches.push(await this.#stretch(changed.slice(at, at + LENGTH), stretches.length === 0, slices));
      changed = [];
    };
    for (let at = 0; at < entities.length; ) {
      const stretch = former.get(entities[at]);
      const same =
        stretch?.first === (at === 0) && stretch.entities.every((entity, offset) => entities[at + offset] === entity);
      if (same && (changed.length === 0 || changed.length >= SHORTEST)) {
        await encodeChanged();
        stretches.push(stretch!);
        at += stretch!.entities.length;
      } else changed.push(entities[at++]!);
    }
    await encodeChanged();
    return stretches;
  }

  async #stretch(entities: readonly LinkedEntity[], first: boolean, slices: Slices): Promise<Stretch> {
    const texts: string[] = [];
    for (const { section, value } of entities) {
      texts.push(canonicalJson(this.#strip(section, value)));
      if (slices.due) await slices.pause();
    }
    return { entities, first, bytes: Buffer.from(`${first ? "" : ","}${texts.join(",")}`) };
  }

  #separator(text: string): Uint8Array {
    const bytes = this.#separators.get(text) ?? Buffer.from(text);
    this.#separators.set(text, bytes);
    return bytes;
  }

  async #md5(pieces: readonly Uint8Array[], slices: Slices): Promise<string> {
    let same = 0;
    while (same < pieces.length && pieces[same] === this.#pieces[same]) same++;
    const marks = this.#marks.slice(0, Math.floor(same / MARK_EVERY));
    const hash = marks.at(-1)?.copy() ?? createHash("md5");
    for (let at = marks.length * MARK_EVERY; at < pieces.length; at++) {
      hash.update(pieces[at]!);
      if ((at + 1) % MARK_EVERY === 0) marks.push(hash.copy());
      if (slices.due) await slices.pause();
    }
    this.#pieces = pieces;
    this.#marks = marks;
    return hash.digest("hex");
  }
}
