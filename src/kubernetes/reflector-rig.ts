import { expect } from "vitest";
import { silentLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { ApiClient } from "./client.ts";
import { MapSink } from "./map-sink.ts";
import { type Fault, ModelServer, type RecordedRequest } from "./model-server.ts";
import { Reflector } from "./reflector.ts";
import type { ReflectorOptions, ReflectorState } from "./reflector-options.ts";
import { until } from "./until.ts";

export const SERVICES = "/api/v1/services";
export const service = { apiVersion: "v1", kind: "Service" };

/** A model server, a reflector of its Services that is not started yet, a clock that stands still, and what tests ask of them. */
export class ReflectorRig {
  readonly server = new ModelServer({ [SERVICES]: service });
  readonly clock = new ManualClock();
  readonly sink = new MapSink();
  readonly states: ReflectorState[] = [];
  readonly client: ApiClient;
  reflector: Reflector;

  private constructor(client: (rig: ReflectorRig) => ApiClient) {
    this.client = client(this);
    this.reflector = this.make();
  }

  static async start(): Promise<ReflectorRig> {
    const settings = { headers: {}, tls: {} };
    const rig = new ReflectorRig(({ server, clock }) => {
      const access = {
        get server() {
          return server.url;
        },
        namespace: undefined,
        current: async () => settings,
        renew: () => false,
      };
      return new ApiClient({ access, clock, userAgent: "test/1", qps: 0, burst: 1, env: {} });
    });
    await rig.server.start();
    return rig;
  }

  /** Ends everything, and fails when a timer is left. */
  async end(): Promise<void> {
    await this.reflector.stop();
    await this.client.close();
    await this.server.stop();
    expect(this.clock.pending, "timers left").toBe(0);
  }

  make(options: Partial<ReflectorOptions> = {}): Reflector {
    this.reflector = new Reflector({
      client: this.client,
      clock: this.clock,
      log: silentLog,
      random: () => 0.5,
      path: SERVICES,
      ...service,
      sink: this.sink,
      onState: (state) => this.states.push(state),
      ...options,
    });
    return this.reflector;
  }

  /** Starts the reflector and waits for its first list and watch. */
  async started(): Promise<void> {
    this.reflector.start();
    await until(() => this.server.watchers === 1);
    await this.equal();
  }

  /** The sink shows exactly what the server holds. */
  async equal(): Promise<void> {
    const wanted = () =>
      [...this.server.objects(SERVICES)].map(([key, o]) => `${key}@${o.metadata.resourceVersion}`).sort();
    await until(() => JSON.stringify(this.sink.state) === JSON.stringify(wanted())).catch(() => undefined);
    expect(this.sink.state).toEqual(wanted());
  }

  /** Lets time pass in small steps until it is so: time in which the reflector waits before its next attempt. */
  async eventually(check: () => boolean, limitMs = 120_000): Promise<void> {
    for (let passed = 0; passed < limitMs && !check(); passed += 250) {
      await this.clock.advance(250);
      await until(check, 10).catch(() => undefined);
    }
    expect(check(), check.toString()).toBe(true);
  }

  put(name: string, fields: object = { spec: { n: 1 } }): void {
    this.server.put(SERVICES, { namespace: "shop", name }, fields);
  }

  get lists(): RecordedRequest[] {
    return this.server.requests.filter((request) => !request.watch);
  }

  get watches(): RecordedRequest[] {
    return this.server.requests.filter((request) => request.watch);
  }

  /** Fails the requests that `which` names, `times` times. */
  failing(which: (request: RecordedRequest) => boolean, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.server.fault = (request) => (which(request) && times-- > 0 ? fault : undefined);
  }
}
