import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** For tests: what a real gateway answered, kept beside the project where it is developed. Nothing of the product reads it. */
const root = fileURLToPath(new URL("../../../../shared/", import.meta.url));

export const haveSharedFacts = existsSync(`${root}facts/kong-3.9`);

/** Reads a JSON file, its name relative to the folder of recorded answers. */
export function sharedJson(name: string): unknown {
  return JSON.parse(readFileSync(root + name, "utf8"));
}

/** The names in a folder; none where it does not exist. */
export function sharedNames(folder: string): readonly string[] {
  return existsSync(root + folder) ? readdirSync(root + folder).sort() : [];
}
