import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { Slices } from "../base/slices.ts";
import { DocumentEncoder } from "./document-encoder.ts";
import { DocumentDraft } from "./link/document-draft.ts";
import type { LinkedEntity } from "./link/rule.ts";

const slices = new Slices(new ManualClock());

function entity(section: string, at: number, version: number): LinkedEntity {
  return { section, sort: String(at).padStart(5, "0"), value: { name: `n${at}`, version, dropped: true }, origins: [] };
}

/** Takes a field away and keeps count of what it is given. */
class CountingStrip {
  count = 0;
  readonly strip = (_section: string, value: object) => {
    this.count++;
    return { ...value, dropped: undefined };
  };

  /** Since this was asked last. */
  take(): number {
    const { count } = this;
    this.count = 0;
    return count;
  }
}

/** The document as it should be: everything joined. */
function whole(draft: DocumentDraft): string {
  const sections = draft.names().map((name) => {
    const entities = draft.entities(name).map(({ value }) => JSON.stringify({ ...value, dropped: undefined }));
    return `,"${name}":[${entities.join(",")}]`;
  });
  return `{"_format_version":"3.0"${sections.join("") || ',"upstreams":[{"name":"kong"}]'}}`;
}

test("after any changes the bytes and their hash are those of the whole document", async () => {
  const change = fc.record({
    section: fc.constantFrom("services", "upstreams"),
    from: fc.nat(400),
    length: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 2, 5) }, { weight: 1, arbitrary: fc.nat(300) }),
    keep: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      const draft = new DocumentDraft();
      const encoder = new DocumentEncoder(draft, new CountingStrip().strip);
      const held = new Map<string, readonly LinkedEntity[]>();
      let version = 0;
      for (const { section, from, length, keep } of changes) {
        version++;
        for (let at = from; at < from + length; at++) {
          const id = `${section} ${at}`;
          held.set(id, draft.replace(held.get(id) ?? [], keep ? [entity(section, at, version)] : []));
        }
        const { bytes, md5, entities } = await encoder.encode(slices);
        const text = String(bytes);
        expect(text).toBe(whole(draft));
        expect(bytes.length).toBe(text.length);
        expect(md5).toBe(createHash("md5").update(text).digest("hex"));
        expect(entities).toBe(draft.names().reduce((sum, name) => sum + draft.entities(name).length, 0));
      }
    }),
    { numRuns: 60 },
  );
});

test("a change encodes little more than itself, and what is the same shares its bytes", async () => {
  const draft = new DocumentDraft();
  const counting = new CountingStrip();
  const encoder = new DocumentEncoder(draft, counting.strip);
  const first = Array.from({ length: 1000 }, (_, at) => entity("services", at, 1));
  draft.replace([], first);
  const before = await encoder.encode(slices);
  expect(counting.take()).toBe(1000);
  draft.replace([first[500]!], [entity("services", 500, 2)]);
  const after = await encoder.encode(slices);
  expect(counting.take()).toBeLessThan(200);
  expect(after.md5).not.toBe(before.md5);
  const shared = after.bytes.list.filter((piece) => before.bytes.list.includes(piece));
  expect(shared.length).toBeGreaterThan(after.bytes.list.length - 4);
  draft.replace([], [entity("services", 2000, 1)]);
  await encoder.encode(slices);
  expect(counting.take()).toBeLessThan(200);
  await encoder.encode(slices);
  expect(counting.take()).toBe(0);
});
