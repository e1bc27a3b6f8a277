import { ManualClock } from "../base/manual-clock.ts";
import { profileKey } from "./configurations.ts";
import { FakeCompilation, FakeObjects } from "./fake-compilation.ts";
import { COMPATIBLE, FakeGateway } from "./fake-gateway.ts";
import type { Fleet, GatewayEvent } from "./gateway.ts";
import type { CompileReport, SyncObserver } from "./observer.ts";
import { ProblemBoard } from "./problem-board.ts";
import type { Standing } from "./standing.ts";
import { Sync } from "./sync.ts";
import type { SyncOptions } from "./sync-options.ts";

/** For tests of the loop: gateways and compilations of which a test decides everything, and a clock moved by hand. */
export interface Rig {
  readonly clock: ManualClock;
  readonly objects: FakeObjects;
  readonly sync: Sync;
  readonly problems: ProblemBoard;
  readonly compiles: CompileReport[];
  readonly drifts: string[];
  readonly found: string[];
  /** What was told of how far gateways are. */
  readonly standings: Standing[];
  readonly secrets: string[][];
  readonly compilations: Map<string, FakeCompilation>;
  gateway(id: string): FakeGateway;
  leave(gateway: FakeGateway): void;
  /** Makes the objects these and says so. */
  change(...names: string[]): void;
}

/** A loop with nothing around it; lists are not complete and no gateway is known. */
export function loopRig(
  options: Partial<
    Pick<
      SyncOptions,
      "interval" | "retryWithin" | "maxShrinkPercent" | "relist" | "onRejection" | "leading" | "assumed" | "mayPush"
    >
  > = {},
): Rig {
  const clock = new ManualClock(0);
  const objects = new FakeObjects();
  const listeners = new Set<(event: GatewayEvent) => void>();
  const gateways: FakeGateway[] = [];
  const send = (event: GatewayEvent) => {
    for (const listener of listeners) listener(event);
  };
  const fleet: Fleet = {
    gateways,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const problems = new ProblemBoard({ clock, mayPass: ({ code }) => code === "dangling", patience: 2000 });
  const compiles: CompileReport[] = [];
  const drifts: string[] = [];
  const found: string[] = [];
  const standings: Standing[] = [];
  const secrets: string[][] = [];
  const compilations = new Map<string, FakeCompilation>();
  const observer: SyncObserver = {
    compiled: (report) => compiles.push(report),
    drifted: (gateway) => drifts.push(gateway.id),
    found: (gateway) => found.push(gateway.id),
    stands: (standing) => standings.push(standing),
  };
  const sync = new Sync({
    clock,
    fleet,
    compilations: (profile) => {
      const compilation = new FakeCompilation(objects, profile);
      compilations.set(profileKey(profile), compilation);
      return compilation;
    },
    assumed: COMPATIBLE,
    interval: 3000,
    onRejection: "leave-out",
    leading: true,
    problems,
    observers: [observer],
    onDemand: ["Secret"],
    want: (_kind, keys) => secrets.push([...keys]),
    ...options,
  });
  return {
    clock,
    objects,
    sync,
    problems,
    compiles,
    drifts,
    found,
    standings,
    secrets,
    compilations,
    gateway(id) {
      const gateway = new FakeGateway(id, clock, send);
      gateways.push(gateway);
      send({ type: "state", gateway });
      return gateway;
    },
    leave(gateway) {
      gateways.splice(gateways.indexOf(gateway), 1);
      send({ type: "left", gateway });
    },
    change(...names) {
      objects.names = names;
      objects.revision++;
      sync.touched("Service/shop/any");
    },
  };
}
