import { readFile } from "node:fs/promises";
import { ManualClock } from "../../src/base/manual-clock.ts";
import { Slices } from "../../src/base/slices.ts";
import { checkDocument } from "../../src/kong/declarative/check-document.ts";
import type { RouterFlavor } from "../../src/kong/entities.ts";
import type { Compiler } from "../../src/translate/compiler.ts";
import { DocumentEncoder } from "../../src/translate/document-encoder.ts";
import { stripper } from "../../src/translate/strip.ts";

/** What the open-source Kong 3.9 says against the document as it would be pushed; undefined when it takes it. `now`: ms since 1970. */
export async function refusal(compiler: Compiler, flavor: RouterFlavor, now: number): Promise<unknown> {
  const { bytes } = await new DocumentEncoder(compiler.document, stripper(flavor)).encode(
    new Slices(new ManualClock()),
  );
  let drawn = 0;
  const fresh = () => `00000000-0000-4000-8000-${String(drawn++).padStart(12, "0")}`;
  const result = checkDocument(JSON.parse(bytes.toString()), {
    flavor,
    now,
    auto: { now: 0, uuid: fresh, token: fresh },
  });
  return result.ok ? undefined : result.errors;
}

/** The golden cases that the open-source Kong 3.9 refuses on purpose, each with its reason. */
export async function notAccepted(): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile(new URL("../golden/not-accepted.txt", import.meta.url), "utf8")).split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const colon = line.indexOf(": ");
      return colon < 0 || line.startsWith("#") ? [] : [[line.slice(0, colon), line.slice(colon + 2)]];
    }),
  );
}
