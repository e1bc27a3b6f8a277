// What Silverback costs: `npm run bench -- --help` names the benches.
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { CompilerInput } from "../src/translate/input.ts";
import { apiServerAvailable } from "../test/support/cluster.ts";
import { measureAdmission } from "./admission.ts";
import { FEWEST, measureCluster, ROUNDS } from "./cluster.ts";
import { measureCompile } from "./compile.ts";
import type { ChangeCost } from "./compiler-rig.ts";
import { measureRoutes } from "./routes.ts";
import { type Footprint, measureSecrets } from "./secrets.ts";
import { measureSharing } from "./shared-service.ts";
import type { Spread } from "./spread.ts";

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

interface Bench {
  readonly what: string;
  /** Unless given. */
  readonly sizes: readonly number[];
  readonly run: (sizes: readonly number[]) => Promise<void>;
}

const SIZES = [1_000, 5_000, 10_000];

const BENCHES: Readonly<Record<string, Bench>> = {
  "": {
    what: "the compiler alone: N times Service, EndpointSlice and Ingress, every tenth with a plugin",
    sizes: SIZES,
    run: benchCompile,
  },
  "--routes": {
    what: "the compiler alone: what a change costs with N HTTPRoutes, beside N Ingresses of the same applications",
    sizes: [5_000],
    run: benchRoutes,
  },
  "--shared": {
    what: "the compiler alone: an endpoint of one Service that N Ingresses share",
    sizes: [5_000],
    run: benchSharing,
  },
  "--cluster": {
    what: "the controller as a process between an API server and a gateway that takes everything",
    sizes: SIZES,
    run: benchCluster,
  },
  "--secrets": {
    what: "the controller as a process: what N Secrets of 100 kB cost that nothing refers to",
    sizes: [1_000],
    run: benchSecrets,
  },
  "--admission": {
    what: "reviews of the admission webhook over HTTPS, with N applications in the store",
    sizes: SIZES,
    run: benchAdmission,
  },
};

const USAGE = `npm run bench -- [${Object.keys(BENCHES)
  .filter((name) => name !== "")
  .join(" | ")}] [N ...]

${Object.entries(BENCHES)
  .map(([name, { what, sizes }]) => `  ${name.padEnd(12)} ${what} (${sizes.join(", ")})`)
  .join("\n")}

--cluster and --secrets need the API server of the tests, and Linux. Times are those of a machine with nothing else to do.`;

const given = process.argv.slice(2);
if (given.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const numbers = given.filter((argument) => /^[1-9]\d*$/.test(argument)).map(Number);
const [name = "", more] = given.filter((argument) => !/^[1-9]\d*$/.test(argument));
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined || more !== undefined) {
  console.error(
    `${bench === undefined ? `unknown argument ${name}` : `not both ${name} and ${more}`}; usage: ${USAGE}`,
  );
  process.exit(2);
}
const memory = `${(totalmem() / 1e9).toFixed(0)} GB`;
console.log(`${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${memory}, ${process.platform}, Node ${process.version}`);
await bench.run(numbers.length === 0 ? bench.sizes : numbers);

async function benchCompile(sizes: readonly number[]): Promise<void> {
  row(["applications", "cold", "ingress (worst)", "endpoint (worst)", "document", "memory", "stall", "units/change"]);
  for (const size of sizes) {
    const f = await measureCompile(size, input);
    row([
      String(f.applications),
      ms(f.coldMs),
      times(f.ingress.ms),
      times(f.endpoint.ms),
      mb(f.documentMb, 1),
      mb(f.rssMb),
      ms(f.stallMs),
      [f.ingress, f.endpoint].map(({ units }) => units.toFixed(0)).join("/"),
    ]);
  }
}

async function benchRoutes(sizes: readonly number[]): Promise<void> {
  row(["applications", "cold", "change (worst)", "units/values", "kind"]);
  for (const size of sizes) {
    const { ingress, route } = await measureRoutes(size, input);
    for (const [kind, { coldMs, change }] of Object.entries({ Ingress: ingress, HTTPRoute: route }))
      row([String(size), ms(coldMs), times(change.ms), work(change), kind]);
    const ratio = (a: number, b: number) => (a / b).toFixed(2);
    const { median } = route.change.ms;
    row([
      "ratio",
      ratio(route.coldMs, ingress.coldMs),
      ratio(median, ingress.change.ms.median),
      "",
      "HTTPRoute/Ingress",
    ]);
  }
}

async function benchSharing(sizes: readonly number[]): Promise<void> {
  row(["ingresses", "cold", "endpoint (worst)", "units/values"]);
  for (const size of sizes) {
    const { ingresses, coldMs, endpoint } = await measureSharing(size, input);
    row([String(ingresses), ms(coldMs), times(endpoint.ms), work(endpoint)]);
  }
}

/** Units and derived values that one change computes again. */
function work({ units, values }: ChangeCost): string {
  return `${units.toFixed(0)}/${values.toFixed(0)}`;
}

async function benchCluster(sizes: readonly number[]): Promise<void> {
  if (Math.min(...sizes) < FEWEST) {
    console.error(`at least ${FEWEST} applications are needed, so that each change is one of its own`);
    process.exit(2);
  }
  makeReady();
  console.log(`of ${ROUNDS} starts: the least of times and of idle CPU, the most of memory (steady/peak)`);
  console.log("stalls: the longest turn of the event loop at the start, during changes, and idle");
  row(["applications", "first push", "ingress (worst)", "endpoint (worst)", "document", "memory", "stall", "idle CPU"]);
  await measureCluster(sizes, (f) =>
    row([
      String(f.applications),
      ms(f.firstPushMs),
      times(f.ingressMs),
      times(f.endpointMs),
      mb(f.documentMb, 1),
      `${f.steadyMb.toFixed(0)}/${mb(f.peakMb)}`,
      `${f.stallMs.map((stall) => stall.toFixed(0)).join("/")} ms`,
      `${f.idlePercent.toFixed(2)} %`,
    ]),
  );
}

async function benchSecrets(sizes: readonly number[]): Promise<void> {
  makeReady();
  row(["secrets", "content", "memory", "live heap", "read"]);
  for (const size of sizes) {
    const { secrets, contentMb, without, with: beside } = await measureSecrets(size);
    footprint("0", 0, without);
    footprint(String(secrets), contentMb, beside);
    footprint("difference", contentMb, {
      residentMb: beside.residentMb - without.residentMb,
      heapMb: beside.heapMb - without.heapMb,
      readMb: beside.readMb - without.readMb,
    });
  }
}

function footprint(title: string, contentMb: number, { residentMb, heapMb, readMb }: Footprint): void {
  row([title, mb(contentMb), mb(residentMb, 1), mb(heapMb, 2), mb(readMb, 2)]);
}

/** For what runs the controller as a process beside an API server. */
function makeReady(): void {
  // It says itself why there is none.
  if (!apiServerAvailable()) process.exit(1);
  const root = fileURLToPath(new URL("..", import.meta.url));
  execFileSync(process.execPath, [`${root}scripts/build.ts`], { stdio: "inherit" });
}

async function benchAdmission(sizes: readonly number[]): Promise<void> {
  row(["applications", "reviews/s", "latency (worst)", "kind"]);
  for (const size of sizes)
    await measureAdmission(size, input, ({ kind, perSecond, latencyMs }) =>
      row([String(size), perSecond.toFixed(0), times(latencyMs), kind]),
    );
}

function row(columns: readonly string[]): void {
  const widths = [12, 10, 17, 17, 9, 11, 15, 12];
  console.log(columns.map((text, at) => text.padStart(widths[at]!)).join("  "));
}

function times({ median, worst }: Spread): string {
  return `${ms(median)} (${ms(worst)})`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function mb(value: number, digits = 0): string {
  return `${value.toFixed(digits)} MB`;
}
