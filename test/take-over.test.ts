import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { freshHash } from "./support/fresh-configuration.ts";
import { authorFlag, PushRecord } from "./support/push-record.ts";
import { WebsiteStream } from "./support/website-stream.ts";

/** Two controllers and a Lease under a stream of changes. LEASE_MINUTES: for how long (a third of one). */

const LENGTH = Number(process.env["LEASE_MINUTES"] ?? 1 / 3) * 60_000;
/** Nobody may lead for 15 s after a leader that said nothing; the rest is for a machine that has much to do, ms. */
const TAKE_OVER_LIMIT = 45_000;
const RENEW_DEADLINE = 10_000;
const WAYS = ["SIGTERM", "SIGKILL", "SIGSTOP"] as const;

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { namespace: "kong", name: "5b374a9e.konghq.com" },
};

interface Candidate {
  readonly name: string;
  readonly process: ControllerProcess;
}

describe.skipIf(!apiServerAvailable())("one leader after the other", () => {
  let cluster: Cluster;
  let stream: WebsiteStream;
  let gateway: Preview;
  let pushes: PushRecord;
  const candidates: Candidate[] = [];
  let made = 0;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply([
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name: "kong" },
        spec: { controller: "ingress-controllers.konghq.com/kong" },
      },
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "kong" } },
    ]);
    stream = new WebsiteStream(cluster);
    gateway = await startPreview({ loaded: stream.loaded });
    pushes = new PushRecord(gateway);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await gateway?.close();
    await cluster?.stop();
  });
  afterEach(async () => {
    await Promise.all(candidates.splice(0).map(({ process }) => process.remove()));
    await cluster.delete(LEASE);
  });

  function candidate(kubeconfig = cluster.controllerKubeconfig()): Candidate {
    const name = `candidate-${made++}`;
    const process = new ControllerProcess([
      `--kubeconfig=${kubeconfig}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      authorFlag(name),
      "--publish-status-address=192.0.2.1",
      "--election-namespace=kong",
      "--proxy-sync-seconds=0.1",
      "--force-leader-election=enabled",
    ]);
    candidates.push({ name, process });
    return { name, process };
  }

  const reigns = ({ process }: Candidate) => process.lines("Leading: the Lease is ours").length;
  const leads = (one: Candidate) => reigns(one) > one.process.lines("stepped down").length;

  /** One change every now and then, until `so`. */
  async function changeUntil(so: () => boolean, limit: number, what: () => string): Promise<void> {
    const end = performance.now() + limit;
    while (!so()) {
      await stream.change();
      pushes.look();
      if (performance.now() > end) throw new Error(what());
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  test(
    "ended, killed and stopped in turn: no change is lost, and nobody pushes after somebody else has",
    async () => {
      const began = performance.now();
      let pair: readonly Candidate[] = [candidate(), candidate()];
      await Promise.all(pair.map(({ process }) => process.ready(60_000)));
      const leaders = [(await eventually(() => pair.find(leads))).name];
      await stream.change();
      await stream.settled();
      const takeOvers: string[] = [];
      for (let round = 0; round < 2 || performance.now() - began < LENGTH; round++) {
        const leader = await eventually(() => pair.find(leads));
        const other = pair.find((one) => one !== leader)!;
        const [before, way] = [reigns(other), WAYS[round % WAYS.length]!];
        const struck = performance.now();
        leader.process.signal(way);
        await changeUntil(
          () => reigns(other) > before,
          TAKE_OVER_LIMIT,
          () => `nobody took over after ${way}:\n${other.process.log}`,
        );
        takeOvers.push(`${way} ${Math.round(performance.now() - struck)} ms`);
        leaders.push(other.name);
        await stream.change();
        await stream.settled();
        if (way === "SIGSTOP") {
          leader.process.signal("SIGCONT");
          await eventually(() => !leads(leader));
        } else {
          expect(await leader.process.ended).toBe(way === "SIGTERM" ? 0 : "SIGKILL");
          pair = [other, candidate()];
          await pair[1]!.process.ready(60_000);
        }
        // Under changes the one that was replaced had every chance to push.
        for (let i = 0; i < 5; i++) await stream.change();
        await stream.settled();
      }
      expect(gateway.hash()).toBe(await freshHash(cluster));
      expect(pushes.authors()).toEqual(leaders);
      expect(stream.slowest).toBeLessThan(TAKE_OVER_LIMIT);
      console.log(`${stream.count} changes, the slowest live after ${stream.slowest} ms; ${takeOvers.join(", ")}`);
    },
    LENGTH + 240_000,
  );

  test("a leader that cannot renew pushes until the renew deadline, and not a moment longer", async () => {
    const proxy = await cluster.proxy();
    const first = candidate(cluster.controllerKubeconfig(proxy.url));
    await first.process.ready(60_000);
    await eventually(() => leads(first));
    const second = candidate();
    await second.process.ready(60_000);
    const renewals = proxy.writes.filter(({ method, target }) => method === "PUT" && target.includes("/leases/"));
    await eventually(() => proxy.writes.filter(({ target }) => target.includes("/leases/")).length > renewals.length);
    proxy.refuses = ({ target }) => target.includes("/leases/");
    const refusedFrom = proxy.writes.length;
    await changeUntil(
      () => leads(second),
      TAKE_OVER_LIMIT,
      () => `nobody took over:\n${second.process.log}`,
    );
    await stream.change();
    await stream.settled();
    const times = proxy.writes
      .slice(0, refusedFrom)
      .filter(({ target }) => target.includes("/leases/"))
      .map(({ body }) => Date.parse((JSON.parse(body) as { spec: { renewTime: string } }).spec.renewTime));
    const deadline = Math.max(...times) + RENEW_DEADLINE;
    const ofFirst = pushes.look().filter(({ author }) => author === first.name);
    const late = ofFirst.filter(({ at }) => at > deadline + 1_000);
    expect(late).toEqual([]);
    // Not because it gave up at once.
    expect(ofFirst.filter(({ at }) => at > deadline - 5_000).length).toBeGreaterThan(0);
    expect(pushes.authors().slice(-2)).toEqual([first.name, second.name]);
    expect([first.process.running, leads(first)]).toEqual([true, false]);
  }, 180_000);
});
