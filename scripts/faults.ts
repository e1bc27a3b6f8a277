// `npm run test:faults`: every fault of gateways at every moment, the controller as a process. `--quick`: one fault of each class, three gateways; `--write`: makes docs/faults.md anew.
import { writeFileSync } from "node:fs";
import { FAULT_CASES, type FaultCase } from "../test/faults/fault-cases.ts";
import { faultsPage, faultTable } from "../test/faults/fault-table.ts";
import { runTrial, type TrialResult } from "../test/faults/fault-trial.ts";
import { ROOT } from "./tool.ts";

/** Trials mostly wait, so several go on at a time. */
const AT_A_TIME = 4;

const given = process.argv.slice(2);
const quick = given.includes("--quick");
const write = given.includes("--write");
const names = given.filter((argument) => !argument.startsWith("--"));
const wrong = [
  ...given.filter((argument) => argument.startsWith("--") && argument !== "--quick" && argument !== "--write"),
  ...names.filter((name) => FAULT_CASES.every((fault) => fault.name !== name)),
];
if (wrong.length > 0 || (write && (quick || names.length > 0))) {
  console.error(`usage: npm run test:faults -- [--quick | --write | FAULT …]; unknown: ${wrong.join(", ") || "none"}`);
  console.error(`faults: ${FAULT_CASES.map((fault) => fault.name).join("; ")}`);
  process.exit(2);
}

const faults = FAULT_CASES.filter((fault) => names.length === 0 || names.includes(fault.name)).filter(
  (fault, i, all) => !quick || all.findIndex((other) => other.group === fault.group) === i,
);
const waiting = faults.flatMap((fault) => (quick ? [3] : [1, 3]).map((count) => ({ fault, count })));
const results = new Map<string, readonly TrialResult[]>();
const order = [...waiting];
await Promise.all(Array.from({ length: AT_A_TIME }, work));

const all = order.flatMap(({ fault, count }) => results.get(title(fault, count)) ?? []);
console.log(`\n${faultTable(all)}\n`);
const failed = all.filter((result) => result.wrong.length > 0);
console.log(`${all.length - failed.length} passed, ${failed.length} failed`);
if (write && failed.length === 0) writeFileSync(`${ROOT}docs/faults.md`, faultsPage(all));
// A gateway may still hold an answer back for minutes.
process.exit(failed.length > 0 ? 1 : 0);

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const found = await runTrial(next.fault, next.count);
    results.set(title(next.fault, next.count), found);
    for (const { moment, recovery, wrong: complaints, sockets, rssMb } of found)
      console.log(
        `${title(next.fault, next.count)}, ${moment}: ${recovery ?? "never"} ms, ${sockets} sockets, ${rssMb} MB${complaints.map((c) => `\n  FAILED: ${c}`).join("")}`,
      );
  }
}

function title(fault: FaultCase, count: number): string {
  return `${fault.name}, ${count} gateway${count === 1 ? "" : "s"}`;
}
