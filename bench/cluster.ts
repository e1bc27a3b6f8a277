import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { KubernetesObject } from "../src/resources/kind.ts";
import { type Cluster, startCluster } from "../test/support/cluster.ts";
import { ControllerProcess } from "../test/support/controller.ts";
import { eventually } from "../test/support/eventually.ts";
import { fleet, ingress, slice } from "./fleet.ts";
import { cpuTimeOf, memoryOf } from "./process-figures.ts";
import { type RecordingGateway, recordingGateway } from "./recording-gateway.ts";
import { type Spread, spread } from "./spread.ts";

/** What a controller costs that runs as a process beside an API server. Times in ms, sizes in MB. */
export interface ClusterFigures {
  readonly applications: number;
  /** From the start of the process to its first configuration on the gateway. */
  readonly firstPushMs: number;
  /** From the API server's answer to the change of an Ingress to the configuration on the gateway. */
  readonly ingressMs: Spread;
  /** The same for an endpoint. */
  readonly endpointMs: Spread;
  readonly documentMb: number;
  readonly steadyMb: number;
  readonly peakMb: number;
  /** The longest turn of the event loop until the first push, and after it. */
  readonly stallMs: readonly [number, number];
  /** Of one core. */
  readonly idlePercent: number;
}

/** Of each sort. */
const CHANGES = 15;
/** The changes are spread over so many applications. */
export const FEWEST = 300;
/** The least time between two pushes, s: a change comes after more than that. */
const INTERVAL = 1;
const IDLE_MS = 20_000;
/** Longer than this nothing may take, ms. */
const LIMIT = 120_000;
const AT_ONCE = 48;

/** Measures each size on one API server, which is filled further from one to the next, and says each figure when it is there. */
export async function measureCluster(
  sizes: readonly number[],
  program: string,
  said: (figures: ClusterFigures) => void,
): Promise<void> {
  const cluster = await startCluster();
  try {
    await cluster.applyCrds(ownCrds());
    let filled = 0;
    for (const size of [...sizes].sort((a, b) => a - b)) {
      await fill(cluster, fleet(size, filled));
      filled = size;
      said(await measure(cluster, size, program));
    }
  } finally {
    await cluster.stop();
  }
}

function ownCrds(): string {
  const folder = fileURLToPath(new URL("../crds/", import.meta.url));
  return readdirSync(folder)
    .map((file) => readFileSync(`${folder}${file}`, "utf8"))
    .join("\n---\n");
}

async function fill(cluster: Cluster, objects: Iterator<KubernetesObject>): Promise<void> {
  const namespaces = new Set<string>();
  const worker = async () => {
    for (let next = objects.next(); next.done !== true; next = objects.next()) {
      const { apiVersion, kind, metadata } = next.value;
      const namespace = metadata.namespace ?? "default";
      // Nobody waits for a namespace that another worker makes: what comes too early comes again.
      if (!namespaces.has(namespace)) {
        namespaces.add(namespace);
        await cluster.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      }
      const path = await cluster.collectionPath(apiVersion, kind, namespace);
      await eventually(async () => (await cluster.request("POST", path, next.value)).status === 201, LIMIT);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function measure(cluster: Cluster, applications: number, program: string): Promise<ClusterFigures> {
  const gateway = await recordingGateway();
  const start = performance.now();
  const controller = new ControllerProcess(
    [
      `--kubeconfig=${cluster.kubeconfigPath}`,
      `--kong-admin-url=${gateway.url}`,
      `--proxy-sync-seconds=${INTERVAL}`,
      "--publish-status-address=192.0.2.1",
    ],
    {},
    program,
  );
  try {
    // The first is a whole one, or it does not hold the last of all.
    const first = await gateway.push(start, `app-${applications - 1}.example.com`, LIMIT);
    if (gateway.count !== 1) throw new Error("a partial configuration was pushed before the whole one");
    await controller.ready(LIMIT);
    await wait(2_000);
    const startStall = await stallOf(controller);
    const { pid } = controller;
    // Of the last ones: those of a smaller size have been changed before.
    const ingressMs = await changes(cluster, gateway, (turn) => {
      const sign = `/change-${applications}-${turn}-`;
      return { object: ingress(applications - turn * 13, sign), sign };
    });
    const endpointMs = await changes(cluster, gateway, (turn) => {
      const object = slice(applications - turn * 17, 1);
      return { object, sign: (object as unknown as SliceShape).endpoints[0]!.addresses[0]! };
    });
    const changeStall = await stallOf(controller);
    await wait(3_000);
    const before = cpuTimeOf(pid);
    await wait(IDLE_MS);
    const idlePercent = ((cpuTimeOf(pid) - before) / IDLE_MS) * 100;
    const memory = memoryOf(pid);
    return {
      applications,
      firstPushMs: first.received - start,
      ingressMs,
      endpointMs,
      documentMb: first.body.length / 1e6,
      steadyMb: memory.now,
      peakMb: memory.peak,
      stallMs: [startStall, changeStall],
      idlePercent,
    };
  } catch (error) {
    throw new Error(`the controller said:\n${controller.log.slice(-2000)}`, { cause: error });
  } finally {
    await controller.remove();
    gateway.close();
  }
}

interface SliceShape {
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
}

/** How long changes take that come after quiet; `sign` is a text that the configuration holds only after the change. */
async function changes(
  cluster: Cluster,
  gateway: RecordingGateway,
  change: (turn: number) => { readonly object: KubernetesObject; readonly sign: string },
): Promise<Spread> {
  const times: number[] = [];
  for (let turn = 1; turn <= CHANGES; turn++) {
    await wait(INTERVAL * 1000 + 200);
    const { object, sign } = change(turn);
    const ref = { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? "default" } };
    const { apiVersion, kind, metadata, ...fields } = ref;
    await cluster.path(ref);
    const since = performance.now();
    await cluster.patch({ apiVersion, kind, metadata }, fields);
    const changed = performance.now();
    const push = await gateway.push(since, sign, LIMIT);
    times.push(push.received - changed);
  }
  return spread(times);
}

/** The longest turn of the event loop since this was asked last, ms. */
async function stallOf(controller: ControllerProcess): Promise<number> {
  const [, text] = await controller.get("/metrics", "metrics");
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1]) * 1000;
}
