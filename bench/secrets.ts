import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { KubernetesObject } from "../src/resources/kind.ts";
import type { Cluster } from "../test/support/cluster.ts";
import { fill, withCluster } from "./filled-cluster.ts";
import { fleet } from "./fleet.ts";
import { liveHeapOf } from "./live-heap.ts";
import { quiet, startController } from "./measured-controller.ts";
import { memoryOf, readBytesOf } from "./process-figures.ts";
import { recordingGateway } from "./recording-gateway.ts";

/** A controller that has settled, MB. */
export interface Footprint {
  readonly residentMb: number;
  /** What is left of the heap when everything that nobody needs is collected, buffers included. */
  readonly heapMb: number;
  /** Read from sockets and files since the start of the process. */
  readonly readMb: number;
}

export interface SecretFigures {
  readonly secrets: number;
  /** Of all of them together, as they are stored. */
  readonly contentMb: number;
  readonly without: Footprint;
  readonly with: Footprint;
}

const APPLICATIONS = 1_000;
/** Bytes of content, before base64. */
const SIZE = 100_000;
const ROUNDS = 3;
const LIMIT = 120_000;

/** What a controller costs more when a cluster holds Secrets that nothing refers to. */
export async function measureSecrets(count: number): Promise<SecretFigures> {
  let figures: SecretFigures | undefined;
  await withCluster(async (cluster) => {
    await fill(cluster, fleet(APPLICATIONS));
    const without = await footprint(cluster);
    await fill(cluster, unrelated(count));
    figures = { secrets: count, contentMb: (count * SIZE) / 1e6, without, with: await footprint(cluster) };
  });
  return figures!;
}

function* unrelated(count: number): IterableIterator<KubernetesObject> {
  for (let at = 0; at < count; at++) {
    const metadata = { name: `release-${at}`, namespace: "releases", labels: { owner: "helm", version: String(at) } };
    const data = { release: randomBytes(SIZE).toString("base64") };
    yield { apiVersion: "v1", kind: "Secret", metadata, ...{ type: "helm.sh/release.v1", data } };
  }
}

/** The least of several starts. */
async function footprint(cluster: Cluster): Promise<Footprint> {
  const all: Footprint[] = [];
  for (let round = 0; round < ROUNDS; round++) all.push(await measure(cluster));
  const least = (pick: (footprint: Footprint) => number) => Math.min(...all.map(pick));
  return {
    residentMb: least(({ residentMb }) => residentMb),
    heapMb: least(({ heapMb }) => heapMb),
    readMb: least(({ readMb }) => readMb),
  };
}

async function measure(cluster: Cluster): Promise<Footprint> {
  const gateway = await recordingGateway();
  const start = performance.now();
  const controller = startController(cluster, gateway, { NODE_OPTIONS: "--inspect=127.0.0.1:0" });
  try {
    await gateway.push(start, `app-${APPLICATIONS - 1}.example.com`, LIMIT);
    await controller.ready(LIMIT);
    await quiet(controller, LIMIT);
    await wait(1_000);
    const residentMb = memoryOf(controller.pid).now;
    return { residentMb, readMb: readBytesOf(controller.pid) / 1e6, heapMb: await liveHeapOf(controller) };
  } finally {
    await controller.remove();
    gateway.close();
  }
}
