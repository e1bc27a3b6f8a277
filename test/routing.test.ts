import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { RecordedGroup } from "./routing/facts.ts";
import { placeOf, readListed } from "./routing/listed.ts";
import { type Result, replay } from "./routing/replay.ts";
import { asTraditional, type TraditionalDifference } from "./routing/traditional.ts";

const folder = fileURLToPath(new URL("../../shared/facts/kong-3.9/", import.meta.url));
const file = process.env["ROUTING_FACTS"] ?? `${folder}routing.json`;
const differencesFile = `${folder}traditional-differences.json`;

function groupsOf(path: string): readonly RecordedGroup[] {
  return JSON.parse(readFileSync(path, "utf8")) as RecordedGroup[];
}

function different(results: readonly Result[]): readonly string[] {
  return results.filter(({ differences }) => differences.length > 0).map(placeOf);
}

describe.skipIf(!existsSync(file))("the preview gateway beside the recorded answers of a real one", () => {
  test("answers the same but for what is listed, and differs in that", async () => {
    const results = await replay(groupsOf(file));
    const there = new Set(results.map(({ group }) => group));
    const listed = [...readListed().keys()].filter((place) => there.has(place.split(" ")[0]!));
    expect(different(results)).toEqual(listed);
    expect(listed.length / results.length).toBeLessThan(0.05);
  });

  test.skipIf(!existsSync(differencesFile))("does so in the traditional flavour as well", async () => {
    const differences = JSON.parse(readFileSync(differencesFile, "utf8")) as TraditionalDifference[];
    const results = await replay(asTraditional(groupsOf(file), differences));
    // Kong's sort is not stable: which of two routes without a difference comes first is chance.
    expect(different(results)).toEqual([...readListed().keys(), "equal-weight-ties 9"]);
  });
});
