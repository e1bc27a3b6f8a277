import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import type { PreviewOptions } from "../../src/preview/options.ts";
import { environmentFaults } from "./api-server-faults.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { type TestObject, toObjects } from "./cluster-client.ts";
import { ControllerProcess } from "./controller.ts";
import { eventually } from "./eventually.ts";
import { crdsIn, gatewayApiCrds } from "./published-crds.ts";
import { statusLines } from "./status-lines.ts";

/** How long one test may take, ms. */
export const TRIAL_LIMIT = environmentFaults() === undefined ? 120_000 : 300_000;

/** What is there in every test. */
const STANDARD = `
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: kong}, spec: {controller: ingress-controllers.konghq.com/kong}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: kong}}
---
{apiVersion: v1, kind: Service, metadata: {name: a, namespace: shop}, spec: {ports: [{name: main, port: 80}, {name: dns, port: 53, protocol: UDP}]}}
`;

/** A cluster for tests of statuses, with controllers, gateways and objects that go when a test ends. */
export class StatusTrial {
  readonly cluster: Cluster;
  readonly #closers: (() => unknown)[] = [];
  #controllers: ControllerProcess[] = [];

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  static async start(): Promise<StatusTrial> {
    const cluster = await startCluster();
    await cluster.applyCrds(crdsIn(new URL("../../crds", import.meta.url).pathname));
    await cluster.applyCrds(gatewayApiCrds());
    await cluster.apply(STANDARD);
    return new StatusTrial(cluster);
  }

  /** Ends what the test began. */
  async clear(): Promise<void> {
    this.#controllers = [];
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  async stop(): Promise<void> {
    await this.clear();
    await this.cluster.stop();
  }

  /** To be done when the test has ended. */
  after(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** A controller for a gateway, with the rights of deploy/ unless another kubeconfig is given. */
  controller(adminUrl: string, ...args: readonly string[]): ControllerProcess {
    const own = args.some((arg) => arg.startsWith("--kubeconfig="));
    const made = new ControllerProcess([
      ...(own ? [] : [`--kubeconfig=${this.cluster.controllerKubeconfig()}`]),
      `--kong-admin-url=${adminUrl}`,
      "--election-namespace=kong",
      "--proxy-sync-seconds=0.1",
      "--kong-client-initial-delay=200ms",
      "--kong-client-max-delay=500ms",
      ...args,
    ]);
    this.#controllers.push(made);
    this.after(() => made.remove());
    return made;
  }

  async preview(options: PreviewOptions = {}): Promise<Preview> {
    const made = await startPreview(options);
    this.after(() => made.close());
    return made;
  }

  /** Objects that are there for this test only. */
  async apply(...input: readonly (string | TestObject)[]): Promise<void> {
    const objects = input.flatMap((one) => toObjects(one));
    await this.cluster.apply(objects);
    this.after(async () => {
      for (const object of objects) await this.cluster.delete(object);
    });
  }

  async status(input: string | TestObject): Promise<Readonly<Record<string, unknown>>> {
    const [object] = toObjects(input);
    return ((await this.cluster.get(object!))?.["status"] ?? {}) as Readonly<Record<string, unknown>>;
  }

  /** What programs read of an object's status, under its kind. */
  async lines(input: string | TestObject): Promise<readonly string[]> {
    return statusLines(toObjects(input)[0]!.kind, await this.status(input));
  }

  /** Waits until an object's status has exactly these lines. */
  async says(input: string | TestObject, lines: readonly string[], limit?: number): Promise<void> {
    const wanted = [...lines].sort().join("\n");
    await eventually(async () => {
      const found = (await this.lines(input)).join("\n");
      const ended = this.#controllers.filter(({ running }) => !running);
      if (ended.length > 0) throw new Error(`a controller has ended:\n${ended[0]?.log}`);
      if (found !== wanted) throw new Error(`it says\n${found}\nand not\n${wanted}`);
      return true;
    }, limit);
  }
}

/** The lines of a route on a parent that takes it, or of which `accepted` tells why not. */
export function routeLines(
  kind: string,
  parent: string,
  programmed: string,
  accepted = "True Accepted",
  controller = "konghq.com/kic-gateway-controller",
): readonly string[] {
  const of = `${kind} parent gateway.networking.k8s.io/${parent} by ${controller}`;
  return [`${of}: Accepted ${accepted}`, `${of}: Programmed ${programmed}`, `${of}: ResolvedRefs True ResolvedRefs`];
}

/** The lines of a Gateway or ListenerSet that is accepted, with one listener of protocol HTTP. */
export function listenerLines(kind: string, listener: string, routes: number, programmed: string): readonly string[] {
  const own = `${kind} listener ${listener}`;
  return [
    `${kind}: Accepted True Accepted`,
    `${kind}: Programmed ${programmed}`,
    `${own} takes GRPCRoute, HTTPRoute`,
    `${own} has ${routes} routes`,
    `${own}: Accepted True Accepted`,
    `${own}: Conflicted False NoConflicts`,
    `${own}: Programmed ${programmed}`,
    `${own}: ResolvedRefs True ResolvedRefs`,
  ];
}
