import manifest from "../../package.json" with { type: "json" };
import type { RunCommand } from "./command.ts";

/** Written into the bundle by `npm run build`; from source they are not defined. */
declare const SILVERBACK_RELEASE: string | undefined;
declare const SILVERBACK_REPO: string | undefined;
declare const SILVERBACK_COMMIT: string | undefined;

/** What this program is. `unknown` stands for what only a build can tell. */
export const buildInfo = {
  release: typeof SILVERBACK_RELEASE === "string" ? SILVERBACK_RELEASE : manifest.version,
  repo: typeof SILVERBACK_REPO === "string" ? SILVERBACK_REPO : "unknown",
  commit: typeof SILVERBACK_COMMIT === "string" ? SILVERBACK_COMMIT : "unknown",
};

/** `silverback version`: one line of JSON with KIC's keys. */
export const version: RunCommand = async ({ stdout }) => {
  stdout.write(`${JSON.stringify(buildInfo)}\n`);
  return 0;
};
