import { createHash } from "node:crypto";
import { ManualClock } from "../base/manual-clock.ts";
import { Pieces } from "../base/pieces.ts";
import type { ObjectRef, Problem } from "../base/problem.ts";
import type { ObjectKey } from "../resources/kind.ts";
import type { Profile } from "../translate/input.ts";
import type { ObjectReport } from "../translate/reports/report.ts";
import type { Compilation } from "./compilation.ts";
import { profileKey } from "./configurations.ts";
import {
  type ConnectionState,
  EMPTY_HASH,
  type Fleet,
  type Gateway,
  type GatewayEvent,
  type Payload,
  type PushOutcome,
} from "./gateway.ts";
import type { CompileReport, SyncObserver } from "./observer.ts";
import { ProblemBoard } from "./problem-board.ts";
import type { Standing } from "./standing.ts";
import { Sync } from "./sync.ts";
import type { SyncOptions } from "./sync-options.ts";

/** For tests of the loop: gateways and compilations of which a test decides everything, and a clock moved by hand. */

export const COMPATIBLE: Profile = {
  flavor: "traditional_compatible",
  version: [3, 9, 1],
  enterprise: false,
  workspace: "",
  dbless: true,
};
export const EXPRESSIONS: Profile = { ...COMPATIBLE, flavor: "expressions" };

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** One named object of the make-believe cluster. */
export function ref(name: string): ObjectRef {
  return { group: "", version: "v1", kind: "Service", namespace: "shop", name };
}

/** A gateway that holds what it is given, unless the test says otherwise. */
export class FakeGateway implements Gateway {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  state: ConnectionState = { phase: "waiting" };
  attempts = 0;
  readonly placeholder = false;
  hash = EMPTY_HASH;
  nodeId = "node";
  readonly pushes: { readonly at: number; readonly text: string }[] = [];
  /** How long a push takes, ms. */
  takes = 0;
  /** What it shows as the text of what it holds. */
  text: string | undefined;
  /** Decides about pushes; undefined: take it. */
  answer: ((payload: Payload) => PushOutcome | undefined) | undefined;
  readonly #clock: ManualClock;
  readonly #send: (event: GatewayEvent) => void;

  constructor(id: string, clock: ManualClock, send: (event: GatewayEvent) => void) {
    this.id = id;
    this.name = id;
    this.url = `http://${id}`;
    this.#clock = clock;
    this.#send = send;
  }

  connect(profile: Profile = COMPATIBLE): void {
    const facts = { profile, version: profile.version.join("."), nodeId: this.nodeId, hash: this.hash };
    this.#become({ phase: "ready", since: this.#clock.monotonic(), facts });
  }

  lose(): void {
    this.#become({ phase: "lost", since: this.#clock.monotonic(), cause: { message: "reset" } });
  }

  #become(state: ConnectionState): void {
    this.state = state;
    this.#send({ type: "state", gateway: this });
  }

  async heldText(): Promise<string | undefined> {
    return this.text;
  }

  /** The regular question what it holds. */
  asked(): void {
    this.#send({ type: "held", gateway: this, hash: this.hash });
  }

  push(payload: Payload, signal: AbortSignal): Promise<PushOutcome> {
    this.pushes.push({ at: this.#clock.monotonic(), text: payload.bytes.toString() });
    return new Promise((resolve) => {
      const end = () => resolve(signal.aborted ? { kind: "cancelled" } : this.#outcome(payload));
      signal.addEventListener("abort", end);
      if (this.takes === 0) end();
      else this.#clock.after(this.takes, end);
    });
  }

  #outcome(payload: Payload): PushOutcome {
    const decided = this.answer?.(payload);
    if (decided !== undefined) return decided;
    if (this.hash === payload.md5) return { kind: "unchanged", hash: this.hash };
    this.hash = payload.md5;
    return { kind: "accepted", hash: this.hash };
  }
}

/** What is "in the cluster": names, each an entity of the document. `bad` ones have a problem, `unloaded` ones are waited for. */
export class FakeObjects {
  names: string[] = [];
  unloaded: string[] = [];
  problems: Problem[] = [];
  /** What was accepted of some, and stands in for them when they are left out. */
  former = new Map<string, string>();
  revision = 0;
}

class FakeCompilation implements Compilation {
  readonly #objects: FakeObjects;
  readonly #profile: Profile;
  #revision = -1;
  #excluded: ReadonlySet<ObjectKey> = new Set();
  #excludedChanged = false;
  #refused: ReadonlySet<ObjectKey> = new Set();
  #names: readonly { readonly name: string; readonly of: string }[] = [];
  pending = 0;
  covers = 0;
  readonly leftOut: readonly ObjectKey[] = [];
  standIns: readonly ObjectKey[] = [];
  /** What pre-flight refuses although it was accepted once. */
  refusedBefore: Problem[] = [];
  marked = 0;
  accepted = 0;
  readonly reports: ReadonlyMap<ObjectKey, ObjectReport> = new Map();
  /** What `takeChangedReports` gives next. */
  changedReports: ReadonlySet<ObjectKey> = new Set();
  closed = false;
  fail: Error | undefined;

  constructor(objects: FakeObjects, profile: Profile) {
    this.#objects = objects;
    this.#profile = profile;
  }

  get settled(): boolean {
    return this.#revision === this.#objects.revision && !this.#excludedChanged;
  }

  async run(): Promise<void> {
    this.#revision = this.#objects.revision;
    this.#excludedChanged = false;
    if (this.fail !== undefined) throw this.fail;
    const standIns: ObjectKey[] = [];
    this.#names = this.#objects.names.flatMap((of) => {
      const key = `Service/shop/${of}`;
      if (!this.#excluded.has(key)) return { name: of, of };
      const name = this.#refused.has(key) ? undefined : this.#objects.former.get(of);
      if (name === undefined) return [];
      standIns.push(key);
      return { name, of };
    });
    this.standIns = standIns;
    this.pending = this.#objects.unloaded.length;
    this.covers = this.#revision;
  }

  takeChangedReports(): ReadonlySet<ObjectKey> {
    const changed = this.changedReports;
    this.changedReports = new Set();
    return changed;
  }

  isWaiting(object: ObjectKey): boolean {
    return this.#objects.unloaded.some((name) => object === `Service/shop/${name}`);
  }

  isBlocked(): boolean {
    return false;
  }

  usersOf(): Iterable<ObjectKey> {
    return [];
  }

  async encode(): Promise<Payload> {
    const flavor = this.#profile.flavor === "expressions" ? "e:" : "";
    const text = `${flavor}${this.#names.map(({ name }) => name).join(",")}`;
    const entities = this.#names.map(({ name, of }) => ({ value: { name }, origins: [ref(of)] }));
    return {
      bytes: Pieces.of(text),
      md5: md5(text),
      entities: entities.length,
      sections: new Map([["services", entities]]),
    };
  }

  problems(): readonly Problem[] {
    return this.#objects.problems;
  }

  *wanted(kind: string): IterableIterator<ObjectKey> {
    for (const name of this.#objects.unloaded) yield `${kind}/shop/${name}`;
  }

  exclude(objects: ReadonlySet<ObjectKey>, refused: ReadonlySet<ObjectKey> = new Set()): void {
    this.#excluded = objects;
    this.#refused = refused;
    this.#excludedChanged = true;
  }

  refusedWithFormer(): readonly Problem[] {
    return this.refusedBefore;
  }

  causesOf(object: ObjectKey): readonly ObjectKey[] {
    return this.#excluded.has(object) ? [object] : [];
  }

  mark(): void {
    this.marked++;
  }

  accept(): void {
    this.accepted++;
  }

  behind(object: ObjectKey): ReadonlySet<string> {
    return new Set([object, `${object}-used`]);
  }

  close(): void {
    this.closed = true;
  }
}

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
