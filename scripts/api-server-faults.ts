// `npm run e2e:api-faults`: every test of a controller beside an API server again, with the API server restarted all the time, and with the connections of watches cut all the time. `-- restart` or `-- watches`: only that;
// further arguments: only these files.
import { readdirSync, readFileSync } from "node:fs";
import { ROOT, runTool } from "./tool.ts";

const FAULTS = ["watches", "restart"];
/** Whatever waits for an API server waits several times as long. */
const LIMITS = ["--testTimeout=300000", "--hookTimeout=1200000", "--no-file-parallelism"];

/** It asks what stands when nothing changes any more, and what is never said because nothing is late. */
const UNFIT = "test/status-as-kic.test.ts";

const given = process.argv.slice(2);
const faults = given.filter((argument) => FAULTS.includes(argument));
const named = given.filter((argument) => !FAULTS.includes(argument));
const files = named.length > 0 ? named : testsOfControllers();
let failed = 0;
for (const fault of faults.length > 0 ? faults : FAULTS)
  for (const file of files) {
    console.log(`\n== ${file}, API_SERVER_FAULTS=${fault}`);
    const { code } = await runTool("node_modules/vitest/vitest.mjs", ["run", "--project", "e2e", ...LIMITS, file], {
      show: true,
      environment: { API_SERVER_FAULTS: fault },
    });
    if (code !== 0) failed += 1;
  }
console.log(failed === 0 ? "all passed" : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** The files that run a controller as a process beside an API server, less those that make such faults anyway. */
function testsOfControllers(): readonly string[] {
  const runsBoth = (text: string) => text.includes("startCluster(") && text.includes("new ControllerProcess(");
  return readdirSync(`${ROOT}test`)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`)
    .filter((file) => {
      const text = readFileSync(`${ROOT}${file}`, "utf8");
      const support = [...text.matchAll(/"\.(\/support\/[\w-]+\.ts)"/g)].map(([, path]) => `${ROOT}test${path}`);
      const texts = [text, ...support.map((path) => readFileSync(path, "utf8"))];
      return texts.some(runsBoth) && !text.includes("testApiServerFault(") && file !== UNFIT;
    });
}
