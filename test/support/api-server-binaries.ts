import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Paths of the two programs that make a cluster for tests. */
export interface ApiServerBinaries {
  readonly etcd: string;
  readonly apiServer: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "test/apiserver");
const version = "k8s.io/component-base/version";
const ldflags = `-s -w -X ${version}.gitVersion=v1.34.4 -X ${version}.gitMajor=1 -X ${version}.gitMinor=34`;

const advice =
  "Put kube-apiserver and etcd on the PATH or name their folder in KUBEBUILDER_ASSETS, or install Go (1.24 or newer), with which they are built once (five minutes).";
const WITHOUT = `Tests against a real API server are left out: there is no kube-apiserver and etcd, and no Go to build them. ${advice}`;

/** Whether tests can have an API server: one is there, or can be built. With CI set its lack is an error. */
export function apiServerAvailable(): boolean {
  if (found() !== undefined || built() !== undefined || onPath("go") !== undefined) return true;
  if (process.env["CI"]) throw new Error(WITHOUT);
  return false;
}

/** Gets the API server ready, which may take minutes the first time, or says in one line what is left out. Run once before all tests that may use it. */
export default async function prepareApiServer(): Promise<void> {
  if (apiServerAvailable()) await apiServerBinaries();
  else console.log(WITHOUT);
}

/** The programs from KUBEBUILDER_ASSETS, else from PATH, else from the cache folder, where they are built first if need be (five minutes on two cores). */
export async function apiServerBinaries(say: (line: string) => void = console.log): Promise<ApiServerBinaries> {
  return found() ?? built() ?? (await build(say));
}

function found(): ApiServerBinaries | undefined {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets) {
    const pair = pairIn(assets);
    if (pair === undefined) throw new Error(`KUBEBUILDER_ASSETS is ${assets}, which holds no kube-apiserver and etcd`);
    return pair;
  }
  const etcd = onPath("etcd");
  const apiServer = onPath("kube-apiserver");
  return etcd !== undefined && apiServer !== undefined ? { etcd, apiServer } : undefined;
}

function built(): ApiServerBinaries | undefined {
  return pairIn(cacheFolder());
}

function pairIn(folder: string): ApiServerBinaries | undefined {
  const pair = { etcd: join(folder, "etcd"), apiServer: join(folder, "kube-apiserver") };
  return executable(pair.etcd) && executable(pair.apiServer) ? pair : undefined;
}

function onPath(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A folder of its own for everything that the programs are made from. */
function cacheFolder(): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${ldflags}\n`);
  for (const file of ["go.mod", "go.sum", "kube-apiserver/main.go", "etcd/main.go"])
    hash.update(readFileSync(join(source, file)));
  return join(root, ".cache/apiserver", hash.digest("hex").slice(0, 16));
}

async function build(say: (line: string) => void): Promise<ApiServerBinaries> {
  const folder = cacheFolder();
  const unlock = await lock(`${folder}.lock`);
  try {
    const earlier = built();
    if (earlier !== undefined) return earlier;
    say(
      `Building kube-apiserver and etcd for the tests with Go into ${folder} (once; five minutes on two cores, progress in build.log beside it) …`,
    );
    const unfinished = `${folder}.${randomUUID()}`;
    mkdirSync(unfinished, { recursive: true });
    await goBuild(unfinished, join(root, ".cache/apiserver/build.log"));
    // Whoever finds the folder finds both programs whole.
    renameSync(unfinished, folder);
  } finally {
    unlock();
  }
  const pair = built();
  if (pair === undefined) throw new Error(`go build left no kube-apiserver and etcd in ${folder}`);
  return pair;
}

function goBuild(folder: string, log: string): Promise<void> {
  const args = ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o", folder];
  const child = spawn("go", [...args, "./kube-apiserver", "./etcd"], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => {
    output += String(chunk);
    writeFileSync(log, output);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve();
      rmSync(folder, { recursive: true, force: true });
      reject(new Error(`building the test API server failed. ${advice}\n${output.split("\n").slice(-20).join("\n")}`));
    });
  });
}

/** One build at a time; the lock of a process that has ended is taken over. Returns the function that unlocks. */
async function lock(path: string): Promise<() => void> {
  mkdirSync(join(root, ".cache/apiserver"), { recursive: true });
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (!alive(path)) rmSync(path, { force: true });
    await wait(500);
  }
}

function alive(lockFile: string): boolean {
  try {
    process.kill(Number(readFileSync(lockFile, "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}
