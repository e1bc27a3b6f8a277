// Ten thousand runs of each property of the compiler: what CI does with three hundred.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = [
  `${root}node_modules/vitest/vitest.mjs`,
  "run",
  "--project",
  "unit",
  "--testTimeout=900000",
  "test/properties",
];
const run = spawnSync(process.execPath, vitest, {
  cwd: root,
  stdio: "inherit",
  env: { PROPERTY_RUNS: "10000", ...process.env },
});
process.exit(run.status ?? 1);
