// `npm run demo`: the main job with everything embedded. `--once` checks every answer and ends; without it the demo stays until Ctrl-C.
import { Demo } from "./demo/demo.ts";
import { terminalPrinter } from "./demo/printer.ts";

const once = process.argv.includes("--once");
const unknown = process.argv.slice(2).filter((argument) => argument !== "--once");
if (unknown.length > 0) {
  console.error(`the demo knows only --once, not ${unknown.join(" ")}`);
  process.exit(2);
}
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());

const demo = new Demo(terminalPrinter(process.stdout), stop.signal);
let code = 1;
try {
  const wrong = await demo.show();
  code = stop.signal.aborted || wrong === 0 ? 0 : 1;
  if (!once && !stop.signal.aborted) {
    demo.invite();
    await demo.stay();
  }
} catch (error) {
  if (stop.signal.aborted) code = 0;
  else console.error(`the demo failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await demo.end();
}
process.exit(code);
