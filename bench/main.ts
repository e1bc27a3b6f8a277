// `npm run bench [N]`: what the compiler costs. `npm run bench -- --cluster [N]`: what the controller costs as a process between an API server and a gateway.
// `npm run bench -- --admission [N]`: what reviews of the admission webhook cost.
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { CompilerInput } from "../src/translate/input.ts";
import { apiServerAvailable } from "../test/support/cluster.ts";
import { measureAdmission } from "./admission.ts";
import { FEWEST, measureCluster } from "./cluster.ts";
import { measureCompile } from "./compile.ts";

const SIZES = [1_000, 5_000, 10_000];

const input: CompilerInput = {
  settings: {
    ingressClass: "kong",
    controllerName: "konghq.com/kic-gateway-controller",
    clusterDomain: "",
    drainSupport: false,
    combinedServices: false,
    watchIngressClasses: true,
    gatewayToReconcile: undefined,
    publishServices: [],
    fillIds: true,
    rewriteUris: false,
    serviceFacade: false,
    customEntities: true,
    preflight: true,
    assumeExisting: false,
  },
  profile: { flavor: "traditional_compatible", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
};

const given = process.argv.slice(2);
const numbers = given.filter((argument) => /^[1-9]\d*$/.test(argument)).map(Number);
const wrong = given.find((argument) => !/^(--cluster|--admission|[1-9]\d*)$/.test(argument));
if (wrong !== undefined) {
  console.error(`unknown argument ${wrong}; usage: npm run bench -- [--cluster | --admission] [N …]`);
  process.exit(2);
}
const sizes = numbers.length === 0 ? SIZES : numbers;

const memory = `${(totalmem() / 1e9).toFixed(0)} GB`;
console.log(`${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${memory}, ${process.platform}, Node ${process.version}`);
if (given.includes("--cluster")) await benchCluster();
else if (given.includes("--admission")) await benchAdmission();
else await benchCompile();

async function benchCompile(): Promise<void> {
  row(["applications", "cold", "ingress (worst)", "endpoint (worst)", "document", "memory", "stall", "units/change"]);
  for (const size of sizes) {
    const f = await measureCompile(size, input);
    row([
      String(f.applications),
      ms(f.coldMs),
      `${ms(f.ingressMs.median)} (${ms(f.ingressMs.worst)})`,
      `${ms(f.endpointMs.median)} (${ms(f.endpointMs.worst)})`,
      mb(f.documentMb, 1),
      mb(f.rssMb),
      ms(f.stallMs),
      f.unitsPerChange.map((n) => n.toFixed(0)).join("/"),
    ]);
  }
}

async function benchCluster(): Promise<void> {
  if (Math.min(...sizes) < FEWEST) {
    console.error(`at least ${FEWEST} applications are needed, so that each change is one of its own`);
    process.exit(2);
  }
  // It says itself why there is none.
  if (!apiServerAvailable()) process.exit(1);
  const root = fileURLToPath(new URL("..", import.meta.url));
  execFileSync(process.execPath, [`${root}scripts/build.ts`], { stdio: "inherit" });
  row(["applications", "first push", "ingress (worst)", "endpoint (worst)", "document", "memory", "stall", "idle CPU"]);
  await measureCluster(sizes, "dist/silverback.mjs", (f) =>
    row([
      String(f.applications),
      ms(f.firstPushMs),
      `${ms(f.ingressMs.median)} (${ms(f.ingressMs.worst)})`,
      `${ms(f.endpointMs.median)} (${ms(f.endpointMs.worst)})`,
      mb(f.documentMb, 1),
      `${f.steadyMb.toFixed(0)}/${mb(f.peakMb)}`,
      f.stallMs.map(ms).join("/"),
      `${f.idlePercent.toFixed(2)} %`,
    ]),
  );
}

async function benchAdmission(): Promise<void> {
  row(["applications", "reviews/s", "latency (worst)", "kind"]);
  for (const size of sizes)
    await measureAdmission(size, input, ({ kind, perSecond, latencyMs: { median, worst } }) =>
      row([String(size), perSecond.toFixed(0), `${ms(median)} (${ms(worst)})`, kind]),
    );
}

function row(columns: readonly string[]): void {
  const widths = [12, 10, 17, 17, 9, 11, 15, 12];
  console.log(columns.map((text, at) => text.padStart(widths[at]!)).join("  "));
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function mb(value: number, digits = 0): string {
  return `${value.toFixed(digits)} MB`;
}
