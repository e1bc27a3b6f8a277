import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Whether this system lets a test have a network of its own. With CI set its lack is an error. */
export function privateNetworkAvailable(): boolean {
  try {
    execFileSync("unshare", ["-rn", "ip", "link", "set", "lo", "up"], { stdio: "ignore" });
    return true;
  } catch {
    if (process.env["CI"])
      throw new Error("tests with addresses of Pods need unshare -rn and ip, and may not use them here");
    return false;
  }
}

/**
 * Runs a script of test/scenarios in a network of its own, where the given private addresses are local: EndpointSlices cannot hold 127.0.0.0/8, and the
 * machine's own addresses are nobody's to use. Resolves with its exit code and what it wrote.
 */
export function runInPrivateNetwork(
  scenario: string,
  addresses: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const setup = ["ip link set lo up", ...addresses.map((address) => `ip addr add ${address}/32 dev lo`)].join(" && ");
  const node = `${root}node_modules/.bin/node`;
  const child = spawn(
    "unshare",
    ["-rn", "sh", "-c", `${setup} && exec "$0" "$1"`, node, `${root}test/scenarios/${scenario}`],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
