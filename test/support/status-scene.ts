import { systemClock } from "../../src/base/clock.ts";
import { formatRef, type Problem } from "../../src/base/problem.ts";
import { allGates } from "../../src/cli/flags/gates.ts";
import type { ParsedFlags } from "../../src/cli/flags/parse.ts";
import { type StatusOptions, statusOptions } from "../../src/cli/settings/status.ts";
import { assumedProfile, translateSettings } from "../../src/cli/settings/translation.ts";
import { ModelApi } from "../../src/kubernetes/model-api.ts";
import { Gateway, type GatewayObject } from "../../src/resources/gateway-api/gateway.ts";
import { GatewayClass, type GatewayClassObject } from "../../src/resources/gateway-api/gateway-class.ts";
import { type KubernetesObject, type ObjectKey, refOf } from "../../src/resources/kind.ts";
import { ObjectFacts } from "../../src/status/object-facts.ts";
import { planWrite } from "../../src/status/planned-write.ts";
import type { AddressSource } from "../../src/status/publish-addresses.ts";
import { pathOf } from "../../src/status/status-rig.ts";
import { supportedFeatures } from "../../src/status/supported-features.ts";
import { ObjectStore } from "../../src/store/object-store.ts";
import { type Compilation, compilationsOf } from "../../src/sync/compilation.ts";
import { rejectionProblem } from "../../src/sync/refusal-problems.ts";
import { standingOf } from "../../src/sync/standing.ts";
import { indexes } from "../../src/translate/indexes.ts";
import { reporters } from "../../src/translate/reports/reporters.ts";
import { stripper } from "../../src/translate/strip.ts";

/** By `Kind namespace/name`, what we may write in an object: its annotations and its status. */
export type Written = ReadonlyMap<string, { readonly annotations: object; readonly status: object }>;

/** A true status is not written again: more rounds than an annotation and what follows from it take are a quarrel with ourselves. */
const MOST_ROUNDS = 3;

/**
 * Objects on an API server in memory, the real compiler, and what is made of statuses by the real code, without its pace. A GatewayClass of ours is there for Gateways that name
 * one that is not given, and fixed addresses unless the flags say where gateways are reached.
 */
export class StatusScene {
  readonly #server = new ModelApi(systemClock);
  readonly #store = new ObjectStore(indexes);
  readonly #facts: ObjectFacts;
  readonly #compilation: Compilation;
  #refusals: readonly Problem[] = [];
  #problems: readonly Problem[] = [];

  constructor(objects: readonly KubernetesObject[], flags: ParsedFlags) {
    const settings = translateSettings(flags, false);
    const { controllerName, gatewayToReconcile } = settings;
    const profile = assumedProfile(flags);
    const { addresses, udpAddresses } = statusOptions(flags);
    const unsaid = addresses.fixed.length === 0 && addresses.service === undefined;
    this.#facts = new ObjectFacts({
      store: this.#store,
      settings: { controllerName, gatewayToReconcile, licenseController: "konghq.com/kong-ingress-controller/lease" },
      addresses: unsaid ? { fixed: ["192.0.2.1"], service: undefined } : sourceOf(addresses),
      udpAddresses: unsaid ? { fixed: ["192.0.2.53"], service: undefined } : sourceOf(udpAddresses),
      doubts: () => [],
    });
    const gates = allGates(flags.values["feature-gates"]);
    this.#facts.supportedFeatures = supportedFeatures(profile, gates.GatewayAlpha);
    this.#server.changed = (_, object) => this.#store.set(object as unknown as KubernetesObject);
    for (const object of [...objects, ...classesFor(objects, controllerName)])
      this.#server.put(pathOf(object), { ...object });
    this.#compilation = compilationsOf(
      this.#store,
      settings,
      systemClock,
      ({ flavor }) => stripper(flavor),
      reporters,
    )(profile);
  }

  /** All gateways take what was compiled last. */
  push(): void {
    const { covers, leftOut } = this.#compilation;
    this.#facts.stands(standingOf([covers], leftOut));
  }

  /** Gateways refuse something of each of these objects, and take the rest. */
  async reject(keys: readonly ObjectKey[]): Promise<void> {
    const refs = keys.flatMap((key) => this.#store.byKey(key) ?? []).map(refOf);
    this.#refusals = refs.map((ref) => rejectionProblem(ref, REFUSAL, true));
    this.#compilation.exclude(new Set(keys));
    await this.#compile();
    this.push();
  }

  /** Writes until nothing is left to be written. */
  async write(): Promise<void> {
    for (let round = 0; ; round++) {
      await this.#compile();
      const { reports } = this.#compilation;
      let writes = 0;
      for (const [key, report] of reports) {
        const object = this.#store.byKey(key)!;
        const write = planWrite(object, report, this.#facts.context(key, object, systemClock.now()));
        if (write === undefined) continue;
        writes += 1;
        await write.send(this.#server.client(), new AbortController().signal);
      }
      if (writes === 0) return;
      if (round === MOST_ROUNDS) throw new Error(`${writes} statuses are written again and again`);
      if (this.#facts.standing.ready > 0) this.push();
    }
  }

  get written(): Written {
    const objects = [...this.#server.objects.values()] as unknown as readonly KubernetesObject[];
    return new Map(
      objects.map((object) => [
        formatRef(refOf(object)),
        { annotations: object.metadata.annotations ?? {}, status: statusOf(object) },
      ]),
    );
  }

  close(): void {
    this.#compilation.close();
  }

  async #compile(): Promise<void> {
    await this.#compilation.run();
    const { reports } = this.#compilation;
    this.#facts.found(this.#compilation);
    this.#facts.routes.clear();
    for (const [key, report] of reports) this.#facts.routes.change(key, report);
    const problems = [...this.#compilation.problems(), ...this.#refusals];
    this.#facts.problemsChanged(problems, this.#problems);
    this.#problems = problems;
  }
}

const REFUSAL = {
  origins: [],
  entityType: "entity",
  entityName: "",
  field: undefined,
  message: "refused",
};

function statusOf(object: KubernetesObject): object {
  return (object as { readonly status?: object }).status ?? {};
}

function sourceOf({ fixed, service }: StatusOptions["addresses"]): AddressSource {
  return { fixed, service: service === undefined ? undefined : `${service.namespace}/${service.name}` };
}

/** Where no class is given, one of ours for each that Gateways name, whose Gateways nobody else looks after. */
function classesFor(objects: readonly KubernetesObject[], controllerName: string): readonly GatewayClassObject[] {
  const gateways = objects.filter(({ kind }) => kind === Gateway.kind) as unknown as readonly GatewayObject[];
  const named = objects.some(({ kind }) => kind === GatewayClass.kind)
    ? []
    : new Set(gateways.map(({ spec }) => spec.gatewayClassName ?? ""));
  return [...named].map((name) => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: GatewayClass.kind,
    metadata: { name, annotations: { "konghq.com/gatewayclass-unmanaged": "true" } },
    spec: { controllerName },
  }));
}
