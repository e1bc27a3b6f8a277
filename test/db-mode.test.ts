import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { replayFile } from "./db-mode/replay.ts";

const folder = fileURLToPath(new URL("../../shared/facts/kong-3.9/db-mode/", import.meta.url));

/** Those that begin with an empty database and hold no keys that were taken out. */
const FILES = [
  "01-root-status-config",
  "02-services-routes",
  "03-services-routes-2",
  "04-preconditions",
  "05-upstreams-targets",
  "06-targets-2",
  "07-consumers-credentials",
  "08-plugins",
  "10-keys",
  "14-explicit-null",
];

/** Where the preview is known to differ: `file number: why`, one a line. */
const listed = readFileSync(new URL("db-mode-differences.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.slice(0, line.indexOf(": ")));

describe.skipIf(!existsSync(folder))("the Admin API with a database, beside the recorded answers of a real one", () => {
  test.each(FILES)("%s", async (file) => {
    const { differences } = await replayFile(`${folder}${file}.json`);
    const found = differences.map(({ number, about, lines }) => `${file} ${number}: ${about}\n  ${lines.join("\n  ")}`);
    const unlisted = found.filter((line) => !listed.includes(line.slice(0, line.indexOf(": "))));
    expect(unlisted).toEqual([]);
    expect(differences.map(({ number }) => `${file} ${number}`)).toEqual(
      listed.filter((line) => line.startsWith(`${file} `)),
    );
  });
});
