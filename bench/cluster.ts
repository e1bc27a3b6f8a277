import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { KubernetesObject } from "../src/resources/kind.ts";
import type { Cluster } from "../test/support/cluster.ts";
import { fill, withCluster } from "./filled-cluster.ts";
import { fleet, ingress, slice } from "./fleet.ts";
import { INTERVAL, quiet, stallOf, startController } from "./measured-controller.ts";
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
  /** The longest turn of the event loop until the first push, during changes, and while there is nothing to do. */
  readonly stallMs: readonly [number, number, number];
  /** Of one core. */
  readonly idlePercent: number;
}

/** Of each sort. */
const CHANGES = 15;
/** The changes are spread over so many applications. */
export const FEWEST = 300;
/** The controller is started so often on each size. */
export const ROUNDS = 3;
const IDLE_MS = 20_000;
/** Longer than this nothing may take, ms. */
const LIMIT = 120_000;
/** A controller that finds no statuses writes fifty a second. */
const STATUS_MS = 30;

/**
 * Measures each size on one API server, which is filled further from one to the next, and says each figure when it is there. The controller is started several times; of times and CPU the least counts, since whatever else
 * the machine does makes them greater and never smaller; of memory the most.
 */
export async function measureCluster(sizes: readonly number[], said: (figures: ClusterFigures) => void): Promise<void> {
  await withCluster(async (cluster) => {
    let filled = 0;
    for (const size of [...sizes].sort((a, b) => a - b)) {
      await fill(cluster, fleet(size, filled));
      filled = size;
      const rounds: ClusterFigures[] = [];
      for (let round = 1; round <= ROUNDS; round++) rounds.push(await measure(cluster, size, round));
      said(summary(rounds));
    }
  });
}

function summary(rounds: readonly ClusterFigures[]): ClusterFigures {
  const least = (pick: (figures: ClusterFigures) => number) => Math.min(...rounds.map(pick));
  const most = (pick: (figures: ClusterFigures) => number) => Math.max(...rounds.map(pick));
  return {
    ...rounds[0]!,
    firstPushMs: least(({ firstPushMs }) => firstPushMs),
    ingressMs: { median: least(({ ingressMs }) => ingressMs.median), worst: least(({ ingressMs }) => ingressMs.worst) },
    endpointMs: {
      median: least(({ endpointMs }) => endpointMs.median),
      worst: least(({ endpointMs }) => endpointMs.worst),
    },
    steadyMb: most(({ steadyMb }) => steadyMb),
    peakMb: most(({ peakMb }) => peakMb),
    stallMs: [
      least(({ stallMs }) => stallMs[0]),
      least(({ stallMs }) => stallMs[1]),
      least(({ stallMs }) => stallMs[2]),
    ],
    idlePercent: least(({ idlePercent }) => idlePercent),
  };
}

async function measure(cluster: Cluster, applications: number, round: number): Promise<ClusterFigures> {
  const gateway = await recordingGateway();
  const start = performance.now();
  const controller = startController(cluster, gateway);
  try {
    // The first is a whole one, or it does not hold the last of all.
    const first = await gateway.push(start, `app-${applications - 1}.example.com`, LIMIT);
    if (gateway.count !== 1) throw new Error("a partial configuration was pushed before the whole one");
    await controller.ready(LIMIT);
    const startStall = await stallOf(controller);
    // The first of all writes the statuses, which the later ones find.
    await quiet(controller, LIMIT + applications * STATUS_MS);
    await stallOf(controller);
    const { pid } = controller;
    // All over the document: what a change costs depends on how much of it comes after.
    const ingressMs = await changes(cluster, gateway, (turn) => {
      const sign = `/change-${applications}-${round}-${turn}-`;
      return { object: ingress(Math.floor(((turn - 0.5) / CHANGES) * applications), sign), sign };
    });
    // Of the last ones: the addresses of a smaller size have been changed before.
    const endpointMs = await changes(cluster, gateway, (turn) => {
      const object = slice(applications - turn * 17, round);
      return { object, sign: (object as unknown as SliceShape).endpoints[0]!.addresses[0]! };
    });
    const changeStall = await stallOf(controller);
    await quiet(controller, LIMIT);
    await stallOf(controller);
    const before = cpuTimeOf(pid);
    await wait(IDLE_MS);
    const idlePercent = ((cpuTimeOf(pid) - before) / IDLE_MS) * 100;
    const idleStall = await stallOf(controller);
    const memory = memoryOf(pid);
    return {
      applications,
      firstPushMs: first.received - start,
      ingressMs,
      endpointMs,
      documentMb: first.body.length / 1e6,
      steadyMb: memory.now,
      peakMb: memory.peak,
      stallMs: [startStall, changeStall, idleStall],
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
