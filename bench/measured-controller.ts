import { setTimeout as wait } from "node:timers/promises";
import type { Cluster } from "../test/support/cluster.ts";
import { ControllerProcess } from "../test/support/controller.ts";
import { cpuTimeOf } from "./process-figures.ts";
import type { RecordingGateway } from "./recording-gateway.ts";

/** The least time between two pushes, s: a change comes after more than that. */
export const INTERVAL = 1;
/** Of the root of the project: what an image runs. */
export const PROGRAM = "dist/silverback.mjs";
/** A process that used no more than this share of a core for so long, ms, has nothing to do. */
const QUIET_PERCENT = 2;
const QUIET_MS = 3_000;

/** Starts a controller, as a process of its own, between an API server and a gateway. */
export function startController(
  cluster: Cluster,
  gateway: RecordingGateway,
  env: Readonly<Record<string, string>> = {},
): ControllerProcess {
  const args = [
    `--kubeconfig=${cluster.controllerKubeconfig()}`,
    `--kong-admin-url=${gateway.url}`,
    `--proxy-sync-seconds=${INTERVAL}`,
    "--publish-status-address=192.0.2.1",
  ];
  return new ControllerProcess(args, env, PROGRAM);
}

/** Waits until it has nothing to do any more: all statuses are written. */
export async function quiet(controller: ControllerProcess, limit: number): Promise<void> {
  const end = Date.now() + limit;
  for (;;) {
    const before = cpuTimeOf(controller.pid);
    await wait(QUIET_MS);
    if (((cpuTimeOf(controller.pid) - before) / QUIET_MS) * 100 <= QUIET_PERCENT) return;
    if (Date.now() > end) throw new Error(`the controller still works after ${limit / 1000} s`);
  }
}

/** The longest turn of the event loop since this was asked last, ms. */
export async function stallOf(controller: ControllerProcess): Promise<number> {
  return (await metric(controller, "nodejs_eventloop_lag_max_seconds")) * 1000;
}

export async function metric(controller: ControllerProcess, name: string): Promise<number> {
  const [, text] = await controller.get("/metrics", "metrics");
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}
