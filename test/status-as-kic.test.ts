import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import type { TestObject } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import {
  CasePems,
  caseObjects,
  creationOrder,
  type DifferentialCase,
  differentialCases,
  recordedEvents,
  recordedStatuses,
} from "./support/differential-cases.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";
import { statusLines } from "./support/status-lines.ts";

/** What KIC wrote on each object of the recorded cases, and what we write on the test API server: the same conditions, reasons and events, or listed as different on purpose. */

const ALLOWED = new URL("status-differences.txt", import.meta.url);
/** API servers side by side: a case mostly waits. */
const LANES = 3;
const FLAVOURS = process.env["STATUS_FLAVOURS"]?.split(",") ?? ["traditional_compatible"];
const ONLY = process.env["STATUS_CASES"] ?? "";

interface Run {
  readonly spec: DifferentialCase;
  readonly flavour: string;
  readonly args: readonly string[];
}

const runs: readonly Run[] = differentialCases()
  .filter(({ name, unstable }) => unstable === undefined && name.includes(ONLY))
  .flatMap((spec) =>
    spec.routerFlavors
      .filter((one) => FLAVOURS.includes(one))
      .map((flavour) => ({ spec, flavour, args: argsOf(spec) })),
  )
  // Runs with equal flags share a controller.
  .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

function keyOf({ spec, flavour, args }: Run): string {
  return JSON.stringify([flavour, spec.kongVersion ?? "", args]);
}

function argsOf({ flags, featureGates }: DifferentialCase): readonly string[] {
  const gates = Object.entries({ FallbackConfiguration: false, ...featureGates }).map(([name, on]) => `${name}=${on}`);
  const standard = ["--publish-service=kong/kong-proxy"].filter(
    (flag) => !flags.some((given) => given.startsWith(flag.slice(0, flag.indexOf("=") + 1))),
  );
  return [...standard, ...flags, `--feature-gates=${gates.join(",")}`];
}

const allowed = new Map(
  readFileSync(ALLOWED, "utf8")
    .split("\n")
    .filter((line) => /\): /.test(line))
    .map((line) => [line.slice(0, line.indexOf("): ") + 1), line.slice(line.indexOf("): ") + 3)]),
);

describe.skipIf(runs.length === 0 || !publishedCrdsAvailable() || !apiServerAvailable())("statuses and events", () => {
  const pems = new CasePems();
  const lanes: Lane[] = [];
  const free: Lane[] = [];
  const waiting: ((lane: Lane) => void)[] = [];

  beforeAll(async () => {
    for (let at = 0; at < Math.min(LANES, runs.length); at++) lanes.push(await Lane.start());
    free.push(...lanes);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await Promise.all(lanes.map((lane) => lane.end()));
    pems.remove();
  });

  async function inLane<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = free.shift() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
    try {
      return await work(lane);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else next(lane);
    }
  }

  test.concurrent.for(runs.map((run) => ({ title: `${run.spec.name} (${run.flavour})`, run })))(
    "$title",
    { timeout: 20 * 60_000 },
    async ({ title, run }) => {
      const order = creationOrder(run.spec.name);
      const objects = caseObjects(run.spec.name, pems);
      const { statuses, events } = await inLane((lane) => lane.run(run, objects, order));
      const found = [
        ...difference("status", expectedStatuses(run), statuses),
        ...difference("event", expectedEvents(run), events),
      ];
      const reason = allowed.get(title);
      if (reason === undefined) expect(found).toEqual([]);
      else expect(found, `listed as different (${reason}), but equal`).not.toEqual([]);
    },
  );

  test("every listed difference is one of a run", () => {
    const titles = runs.map(({ spec, flavour }) => `${spec.name} (${flavour})`);
    if (ONLY === "")
      expect(
        [...allowed.keys()].filter((title) => FLAVOURS.some((one) => title.includes(one)) && !titles.includes(title)),
      ).toEqual([]);
  });
});

/** What we say beyond KIC, in every case: none of it is compared. */
function isOurOwn(line: string): boolean {
  return (
    // KIC says it of HTTPRoutes only, and not of listeners with another fault.
    (/ResolvedRefs/.test(line) && (!line.startsWith("HTTPRoute/") || / listener /.test(line))) ||
    / listener .*: Conflicted False NoConflicts$/.test(line) ||
    // KIC counts HTTPRoutes only.
    / has \d+ routes$/.test(line)
  );
}

/** What a condition says too, KIC makes no event of. */
const SAID_BY_CONDITIONS =
  /(Route|Gateway|Policy)\/.* \[(route-not-attached|backend-.*|service-missing|listener-.*|tls-policy-.*)\]$/;

function expectedStatuses({ spec, flavour }: Run): readonly string[] {
  return Object.entries(recordedStatuses(spec.name, flavour)).flatMap(([object, { status, annotationsAdded }]) => [
    ...statusLines(object, status),
    ...Object.entries(annotationsAdded ?? {}).map(([key, value]) => `${object} annotation ${key}=${value}`),
  ]);
}

function expectedEvents({ spec, flavour }: Run): readonly string[] {
  return recordedEvents(spec.name, flavour).map(({ type, reason, object }) => `${type} ${reason} ${object}`);
}

function difference(what: string, expected: readonly string[], found: readonly string[]): readonly string[] {
  const [left, right] = [new Set(expected), new Set(found)].map(
    (lines) => new Set([...lines].filter((l) => !isOurOwn(l))),
  );
  return [
    ...[...left!.difference(right!)].map((line) => `${what} only KIC: ${line}`),
    ...[...right!.difference(left!)].map((line) => `${what} only ours: ${line}`),
  ];
}

/** A cluster, a gateway and a controller that take one case after the other. */
class Lane {
  readonly #cluster: Cluster;
  #gateway: Preview | undefined;
  #controller: ControllerProcess | undefined;
  #key = "";

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  static async start(): Promise<Lane> {
    const cluster = await startCluster();
    await cluster.applyCrds(crdsIn(new URL("../crds", import.meta.url).pathname));
    await cluster.applyCrds(gatewayApiCrds("experimental"));
    await cluster.apply(STANDARD);
    await cluster.patchStatus(proxy("kong-proxy"), {
      loadBalancer: { ingress: [{ ip: "192.0.2.10" }, { ip: "192.0.2.11" }, { hostname: "lb.example.net" }] },
    });
    await cluster.patchStatus(proxy("kong-proxy-udp"), { loadBalancer: { ingress: [{ ip: "192.0.2.20" }] } });
    return new Lane(cluster);
  }

  async run(
    run: Run,
    objects: readonly TestObject[],
    order: (object: TestObject) => string,
  ): Promise<{ readonly statuses: readonly string[]; readonly events: readonly string[] }> {
    await this.#configure(run);
    const stored: TestObject[] = [];
    try {
      let time: string | undefined;
      for (const object of objects.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))) {
        if (time !== undefined && order(object) !== time) await new Promise((resolve) => setTimeout(resolve, 1_100));
        time = order(object);
        await this.#apply(object, stored);
      }
      await this.#settle(stored);
      return { statuses: await this.#statuses(stored), events: await this.#events(stored) };
    } finally {
      for (const object of stored.toReversed()) if (object.kind !== "Namespace") await this.#cluster.delete(object);
      for (const event of await this.#cluster.list("v1", "Event"))
        await this.#cluster.delete({ ...event, apiVersion: "v1", kind: "Event" });
    }
  }

  /** What the API server refuses was not there in the recorded case either. */
  async #apply(object: TestObject, stored: TestObject[]): Promise<void> {
    const { status, ...rest } = object as TestObject & { readonly status?: object };
    const made = await this.#cluster.apply(rest as TestObject).catch((error: unknown) => {
      if (String(error).includes(": 422 ")) return undefined;
      throw error;
    });
    if (made === undefined) return;
    stored.push(...made);
    if (status !== undefined) await this.#cluster.patchStatus(object, status);
  }

  async end(): Promise<void> {
    await this.#controller?.remove();
    await this.#gateway?.close();
    await this.#cluster.stop();
  }

  async #configure(run: Run): Promise<void> {
    if (keyOf(run) === this.#key) return;
    this.#key = "";
    // Told to end it gives the Lease back.
    await this.#controller?.stop();
    await this.#controller?.remove();
    await this.#gateway?.close();
    const { kongVersion } = run.spec;
    this.#gateway = await startPreview({
      flavor: run.flavour as "expressions",
      ...(kongVersion === undefined ? {} : { version: kongVersion }),
    });
    this.#controller = new ControllerProcess([
      `--kubeconfig=${this.#cluster.controllerKubeconfig()}`,
      `--kong-admin-url=${this.#gateway.adminUrl}`,
      "--proxy-sync-seconds=0.2",
      "--election-namespace=kong",
      "--force-leader-election=enabled",
      ...run.args,
    ]);
    await this.#controller.ready(60_000);
    await eventually(() => this.#controller!.lines("Leading").length > 0, 30_000);
    this.#key = keyOf(run);
  }

  /** What dangles is said after two seconds; from then on nothing changes for a while. */
  async #settle(objects: readonly TestObject[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    let before = "";
    for (let round = 0; round < 30; round++) {
      const now = JSON.stringify([await this.#statuses(objects), await this.#events(objects)]);
      if (now === before) return;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    }
    throw new Error(`statuses do not settle:\n${this.#controller?.log}`);
  }

  async #statuses(objects: readonly TestObject[]): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const object of objects) {
      if (object.kind === "Namespace" || object.kind === "Service") continue;
      const now = await this.#cluster.get(object);
      const key = `${object.kind}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
      lines.push(...statusLines(key, now?.["status"]));
      for (const [name, value] of Object.entries(now?.metadata.annotations ?? {}))
        if (object.metadata.annotations?.[name] !== value) lines.push(`${key} annotation ${name}=${value}`);
    }
    return lines;
  }

  async #events(objects: readonly TestObject[]): Promise<readonly string[]> {
    const own = new Set(objects.map(({ metadata }) => metadata.uid));
    const events = await this.#cluster.list("v1", "Event");
    return events
      .filter((event) => (event["source"] as { readonly component?: string }).component === "kong-client")
      .filter((event) => own.has((event["involvedObject"] as { readonly uid?: string }).uid))
      .map((event) => {
        const { kind, namespace = "", name } = event["involvedObject"] as Readonly<Record<string, string>>;
        const code = / \[[a-z-]+\]$/.exec(String(event["message"]))?.[0] ?? "";
        return `${String(event["type"])} ${String(event["reason"])} ${kind}/${namespace}/${name}${code}`;
      })
      .filter((line) => !line.includes("KongConfigurationTranslationWarning") && !SAID_BY_CONDITIONS.test(line))
      .map((line) => line.replace(/ \[[a-z-]+\]$/, ""))
      .sort();
  }
}

function proxy(name: string) {
  return { apiVersion: "v1", kind: "Service", metadata: { namespace: "kong", name } };
}

/** What is there in every recorded case. */
const STANDARD = `
apiVersion: v1
kind: Service
metadata: { name: kong-proxy, namespace: kong }
spec:
  type: LoadBalancer
  ports:
    - { name: http, port: 80, targetPort: 8000 }
    - { name: https, port: 443, targetPort: 8443 }
    - { name: tcp, port: 8888, targetPort: 8888 }
    - { name: tls, port: 8899, targetPort: 8899 }
---
apiVersion: v1
kind: Service
metadata: { name: kong-proxy-udp, namespace: kong }
spec:
  type: LoadBalancer
  ports: [{ name: udp, port: 9999, targetPort: 9999, protocol: UDP }]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: kong }
spec: { controller: ingress-controllers.konghq.com/kong }
`;
