import { expect } from "vitest";
import { createLog, silentLog } from "../../base/log.ts";
import { ManualClock } from "../../base/manual-clock.ts";
import { ApiClient } from "../../kubernetes/client.ts";
import { type Fault, ModelServer, type RecordedRequest } from "../../kubernetes/model-server.ts";
import { until } from "../../kubernetes/until.ts";
import type { Kind } from "../../resources/kind.ts";
import { ClusterSource, type ClusterSourceOptions } from "./cluster-source.ts";
import { CRD_PATH } from "./crd-watch.ts";
import { RecordingSink } from "./recording-sink.ts";
import type { WatchedKind } from "./watched-kind.ts";

export const SERVICES = "/api/v1/services";
export const SECRETS = "/api/v1/secrets";
export const WIDGETS = "/apis/example.com/v1/widgets";
export const OLD_WIDGETS = "/apis/example.com/v1beta1/widgets";
const WIDGET_CRD = "widgets.example.com";

function kind(group: string, versions: readonly string[], name: string, plural: string): Kind {
  return { group, versions, kind: name, plural, namespaced: true, schema: {} };
}

const Service = kind("", ["v1"], "Service", "services");
const Secret = kind("", ["v1"], "Secret", "secrets");
const Widget = kind("example.com", ["v1", "v1beta1"], "Widget", "widgets");

export const services: WatchedKind = { kind: Service, versions: ["v1"], required: true, content: "full" };
export const secrets: WatchedKind = { kind: Secret, versions: ["v1"], required: true, content: "on-demand" };
export const widgets: WatchedKind = { kind: Widget, versions: ["v1", "v1beta1"], required: true, content: "full" };

/** A model server with core kinds and a custom kind, and a cluster source that reads it. */
export class ClusterRig {
  readonly server = new ModelServer({
    [SERVICES]: { apiVersion: "v1", kind: "Service" },
    [SECRETS]: { apiVersion: "v1", kind: "Secret" },
    [WIDGETS]: { apiVersion: "example.com/v1", kind: "Widget" },
    [OLD_WIDGETS]: { apiVersion: "example.com/v1beta1", kind: "Widget" },
    [CRD_PATH]: { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  });
  readonly clock = new ManualClock();
  readonly sink = new RecordingSink();
  readonly client: ApiClient;
  readonly logged: string[] = [];
  source: ClusterSource;

  constructor() {
    const settings = { headers: {}, tls: {} };
    const { server, clock } = this;
    const access = {
      get server() {
        return server.url;
      },
      namespace: undefined,
      current: async () => settings,
      renew: () => false,
    };
    this.client = new ApiClient({ access, clock, userAgent: "test/1", qps: 0, burst: 1, env: {} });
    this.source = this.make({ kinds: [services, widgets] });
  }

  static async start(): Promise<ClusterRig> {
    const rig = new ClusterRig();
    await rig.server.start();
    return rig;
  }

  make(options: Partial<ClusterSourceOptions> & Pick<ClusterSourceOptions, "kinds">): ClusterSource {
    this.source = new ClusterSource({
      client: this.client,
      clock: this.clock,
      log: silentLog,
      random: () => 0.5,
      namespaces: [],
      resyncPeriod: 0,
      sink: this.sink,
      ...options,
    });
    return this.source;
  }

  /** A log whose lines end up in `logged`, without their times. */
  log() {
    const write = (line: string) => {
      const { msg, kinds } = JSON.parse(line) as { readonly msg: string; readonly kinds?: string };
      this.logged.push(kinds === undefined ? msg : `${msg}: ${kinds}`);
    };
    return createLog({ level: "info", format: "json", sink: { write }, now: () => this.clock.now() });
  }

  async end(): Promise<void> {
    await this.source.stop();
    await this.client.close();
    await this.server.stop();
    expect(this.clock.pending, "timers left").toBe(0);
  }

  /** Installs the custom kind in these versions; others are promised by the definition, but not served. */
  installWidgets(served: readonly string[], promised: readonly string[] = served): void {
    const versions = promised.map((name) => ({ name, served: true }));
    this.server.put(CRD_PATH, { name: WIDGET_CRD }, { spec: { group: "example.com", versions } });
    for (const version of ["v1", "v1beta1"]) {
      const resources = served.includes(version) ? [{ name: "widgets", kind: "Widget" }] : undefined;
      this.server.serve(`/apis/example.com/${version}`, resources && { kind: "APIResourceList", resources });
    }
  }

  uninstallWidgets(): void {
    for (const version of ["v1", "v1beta1"]) this.server.serve(`/apis/example.com/${version}`, undefined);
    this.server.remove(CRD_PATH, undefined, WIDGET_CRD);
  }

  failing(which: (request: RecordedRequest) => boolean, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.server.fault = (request) => (which(request) && times-- > 0 ? fault : undefined);
  }

  async complete(): Promise<void> {
    await until(() => this.source.complete);
  }

  /** Lets time pass in small steps until it is so. */
  async eventually(check: () => boolean, limitMs = 120_000): Promise<void> {
    for (let passed = 0; passed < limitMs && !check(); passed += 250) {
      await this.clock.advance(250);
      await until(check, 10).catch(() => undefined);
    }
    expect(check(), check.toString()).toBe(true);
  }

  lists(path: string): readonly RecordedRequest[] {
    return this.server.requests.filter((request) => !request.watch && request.path === path);
  }
}
