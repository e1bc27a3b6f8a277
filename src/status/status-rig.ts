import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { ModelApi } from "../kubernetes/model-api.ts";
import type { WholeObject } from "../kubernetes/status-writes.ts";
import { type KubernetesObject, keyOf, type ObjectKey, refOf } from "../resources/kind.ts";
import { entryOf } from "../resources/kinds.ts";
import { collectionPath } from "../sources/cluster/watched-kind.ts";
import { ObjectStore } from "../store/object-store.ts";
import { ProblemBoard } from "../sync/problem-board.ts";
import { NOTHING_STANDS, type Standing } from "../sync/standing.ts";
import { Compiler } from "../translate/compiler.ts";
import { indexes } from "../translate/indexes.ts";
import type { Settings } from "../translate/input.ts";
import { reporters } from "../translate/reports/reporters.ts";
import { objectsOf, PROFILE, SETTINGS } from "../translate/testing/compile.ts";
import { type FactsOptions, ObjectFacts } from "./object-facts.ts";
import { StatusWriter } from "./status-writer.ts";

/** For tests: an API server in memory whose changes reach a store, the real compiler, and what writes statuses. Gateways are what the test says. */
export class StatusRig {
  readonly clock = new ManualClock();
  readonly server = new ModelApi(this.clock);
  readonly store = new ObjectStore(indexes);
  readonly compiler: Compiler;
  readonly facts: ObjectFacts;
  readonly writer: StatusWriter;
  readonly board = new ProblemBoard({
    clock: this.clock,
    mayPass: ({ code }) => code.endsWith("-missing"),
    patience: 2000,
  });
  readonly logged: string[] = [];
  /** Whether changes of the server reach the store. */
  watching = true;
  #covers = 0;
  #standing: Standing = NOTHING_STANDS;

  constructor(settings: Partial<Settings> = {}, facts: Partial<FactsOptions> = {}) {
    const all = { ...SETTINGS, assumeExisting: false, ...settings };
    this.compiler = new Compiler(this.store, { settings: all, profile: PROFILE }, this.clock, reporters);
    this.facts = new ObjectFacts({
      store: this.store,
      settings: {
        controllerName: all.controllerName,
        licenseController: "konghq.com/kong-ingress-controller/lease",
        gatewayToReconcile: all.gatewayToReconcile,
      },
      addresses: { fixed: [], service: "kong/proxy" },
      udpAddresses: { fixed: ["192.0.2.53"], service: undefined },
      doubts: () => this.board.doubts,
      ...facts,
    });
    const sink = { write: (line: string) => void this.logged.push(String(JSON.parse(line).msg)) };
    this.writer = new StatusWriter({
      client: this.server.client(),
      clock: this.clock,
      log: createLog({ level: "info", format: "json", sink, now: () => this.clock.now() }),
      store: this.store,
      facts: this.facts,
      gatewayAlpha: false,
    });
    this.board.listen((change) => this.writer.problemsChanged(change));
    this.store.listen({ touched: () => undefined, object: (key, object) => this.writer.objectChanged(key, object) });
    this.server.changed = (_, object) => {
      if (this.watching) this.store.set(object as unknown as KubernetesObject);
    };
  }

  /** Creates or changes objects, leaving their statuses as they are, and compiles. */
  async apply(...yaml: readonly string[]): Promise<void> {
    for (const object of yaml.flatMap(objectsOf)) {
      const path = pathOf(object);
      const status = this.server.objects.get(path)?.["status"];
      this.server.put(path, { ...object, ...(status === undefined ? {} : { status }) });
    }
    await this.compile();
  }

  async compile(): Promise<void> {
    const { revision } = this.store;
    await this.compiler.run();
    this.#covers = revision;
    const { compiler } = this;
    this.board.report("compiler", compiler.problems());
    const findings = {
      reports: compiler.reports,
      covers: revision,
      isWaiting: (key: ObjectKey) => compiler.isWaiting(key),
      isBlocked: (key: ObjectKey) => compiler.isBlocked(key),
      causesOf: (key: ObjectKey) => compiler.causesOf(key),
      usersOf: (key: ObjectKey) => compiler.usersOf(key),
    };
    this.writer.reported(findings, compiler.takeChangedReports());
  }

  /** What the last list and watch told is brought up to date at once. */
  relist(): void {
    this.watching = true;
    for (const object of this.server.objects.values()) this.store.set(object as unknown as KubernetesObject);
  }

  /** All gateways took what was compiled last. */
  acknowledge(): void {
    this.stand({ ready: 1, acknowledged: this.#covers, leftOut: new Set() });
  }

  stand(standing: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...standing };
    this.writer.stands(this.#standing);
  }

  /** Lets time pass in which writes are made. */
  async pass(ms = 100): Promise<void> {
    await this.clock.advance(ms);
  }

  object(key: ObjectKey): WholeObject {
    const found = [...this.server.objects.values()].find((one) => keyOf(one as unknown as KubernetesObject) === key);
    if (found === undefined) throw new Error(`no ${key}`);
    return found as unknown as WholeObject;
  }

  status(key: ObjectKey): { readonly [field: string]: unknown } {
    return (this.object(key).status ?? {}) as { readonly [field: string]: unknown };
  }

  /** `Type=Status/Reason@generation`, of the object itself. */
  conditions(key: ObjectKey): readonly string[] {
    return conditionTexts(this.status(key)["conditions"]);
  }

  /** The requests that wrote something since this was asked last: `PUT path`. */
  writes(): readonly string[] {
    const requests = this.server.requests.splice(0).map((request) => request.slice(request.indexOf(" ") + 1));
    return requests.filter((request) => !request.startsWith("GET "));
  }

  async end(): Promise<void> {
    await this.writer.stop();
    this.board.close();
    this.compiler.close();
  }
}

/** `Type=Status/Reason@generation`. */
export function conditionTexts(conditions: unknown): readonly string[] {
  const list = (conditions ?? []) as readonly Readonly<Record<string, unknown>>[];
  return list.map(
    ({ type, status, reason, observedGeneration: seen }) =>
      `${String(type)}=${String(status)}/${String(reason)}${seen === undefined ? "" : `@${String(seen)}`}`,
  );
}

export function pathOf(object: KubernetesObject): string {
  const { version, namespace, name } = refOf(object);
  return `${collectionPath(entryOf(object.kind)!.kind, version, namespace === "" ? undefined : namespace)}/${name}`;
}
