import type { Problem } from "../base/problem.ts";
import { Service } from "../resources/core/service.ts";
import { type KubernetesObject, type ObjectKey, objectKey } from "../resources/kind.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { type Findings, NOTHING_STANDS, type Standing } from "../sync/standing.ts";
import type { PolicyReferrer } from "../translate/reports/report.ts";
import { ObjectProblems, objectsOf } from "./object-problems.ts";
import {
  type AddressSource,
  fixedAddresses,
  gatewayAddresses,
  ingressAddresses,
  type PublishedAddress,
} from "./publish-addresses.ts";
import { RouteCounts } from "./route-counts.ts";
import type { Programmed, StatusContext, StatusSettings } from "./status-context.ts";

export interface FactsOptions {
  readonly store: ObjectStore;
  readonly settings: StatusSettings;
  readonly addresses: AddressSource;
  readonly udpAddresses: AddressSource;
  /** Problems that are not shown yet, since they may pass. */
  readonly doubts: () => readonly Problem[];
}

/** All that is known of objects at the moment: what the compiler found, how far gateways are, what is wrong, and where gateways are reached. */
export class ObjectFacts {
  readonly routes = new RouteCounts();
  readonly problems = new ObjectProblems();
  readonly #options: FactsOptions;
  #findings: Findings | undefined;
  #standing = NOTHING_STANDS;
  #doubtful: ReadonlySet<ObjectKey> = new Set();
  /** Of the GatewayClass. */
  supportedFeatures: readonly string[] = [];

  constructor(options: FactsOptions) {
    this.#options = options;
  }

  get standing(): Standing {
    return this.#standing;
  }

  get findings(): Findings | undefined {
    return this.#findings;
  }

  /** The objects of which it was not known whether a problem with them would last. */
  get doubtful(): ReadonlySet<ObjectKey> {
    return this.#doubtful;
  }

  found(findings: Findings): void {
    this.#findings = findings;
    this.#doubt();
  }

  /** Takes in problems that came and went; returns the objects they are about. */
  problemsChanged(appeared: readonly Problem[], gone: readonly Problem[]): ReadonlySet<ObjectKey> {
    this.#doubt();
    return this.problems.change(appeared, gone);
  }

  #doubt(): void {
    this.#doubtful = new Set(this.#options.doubts().flatMap(objectsOf));
  }

  stands(standing: Standing): void {
    this.#standing = standing;
  }

  /** What was found out is about this state of the object, not about an earlier one. */
  isCurrent(key: ObjectKey): boolean {
    const changed = this.#options.store.changedAt(key);
    return changed !== undefined && this.#findings !== undefined && changed <= this.#findings.covers;
  }

  programmed(key: ObjectKey): Programmed {
    const why = this.problems.failure(key);
    if (why !== undefined) return { state: "no", why };
    const { acknowledged, leftOut } = this.#standing;
    if (leftOut.has(key)) return { state: "no", why: this.#whyLeftOut(key) };
    if (this.#findings?.isBlocked(key) === true)
      return { state: "no", why: "It is left out because of something that it uses, which says why." };
    if (this.#fellWithUsers(key)) return { state: "no", why: "What uses it is not in force as it is, and says why." };
    const changed = this.#options.store.changedAt(key);
    const held = changed !== undefined && acknowledged !== undefined && changed <= acknowledged;
    const sure = !this.#doubtful.has(key) && this.#findings?.isWaiting(key) !== true;
    return { state: held && sure ? "yes" : "unknown" };
  }

  context(key: ObjectKey, object: KubernetesObject, now: number): StatusContext {
    const { settings } = this.#options;
    const programmed = this.programmed(key);
    return {
      metadata: object.metadata,
      generation: object.metadata.generation,
      now,
      programmed,
      settings,
      addresses: (udp) => this.#ingressAddresses(udp),
      gatewayAddresses: (services) => this.#gatewayAddresses(services),
      isUsed: this.#isUsed(key),
      referrer: (referrer) => this.#referrer(referrer),
      attachedRoutes: (listener) => this.routes.of(listener),
      supportedFeatures: this.supportedFeatures,
    };
  }

  /** Whether it is a Service whose addresses are published. */
  isInFront(key: ObjectKey): boolean {
    if (!key.startsWith("Service/")) return false;
    const { addresses, udpAddresses } = this.#options;
    return [addresses.service, udpAddresses.service].some((name) => name !== undefined && key === `Service/${name}`);
  }

  /** It may stand there as it was accepted last, but not as it is. */
  #whyLeftOut(key: ObjectKey): string {
    const causes = (this.#findings?.causesOf(key) ?? []).map((cause) => {
      const [kind, namespace, name] = cause.split("/");
      return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
    });
    const what = causes.length === 0 ? "something that it uses" : `${causes.join(", ")}, which it uses`;
    return `It is not in force as it is: a gateway refused ${what}; see the events there.`;
  }

  /** Nothing of those that use it is configured: then neither is what yields nothing by itself. */
  #fellWithUsers(key: ObjectKey): boolean {
    if (!key.startsWith("Service/") && !key.startsWith("KongServiceFacade/")) return false;
    let used = false;
    for (const user of this.#findings?.usersOf(key) ?? []) {
      if (!this.#standing.leftOut.has(user) && this.#findings?.isBlocked(user) !== true) return false;
      used = true;
    }
    return used;
  }

  #isUsed(key: ObjectKey): boolean {
    for (const _ of this.#findings?.usersOf(key) ?? []) return true;
    return false;
  }

  #referrer({ kind, namespace, name }: PolicyReferrer): ReturnType<StatusContext["referrer"]> {
    const key = objectKey(kind, namespace, name);
    return {
      used: this.#isUsed(key),
      conflict: this.problems
        .of(key)
        .some(({ code, path }) => code === "inconsistent-annotation" && path?.includes("konghq.com/upstream-policy")),
      programmed: this.programmed(key),
    };
  }

  #ingressAddresses(udp: boolean): readonly PublishedAddress[] | undefined {
    const { addresses, udpAddresses } = this.#options;
    const { fixed, service } = udp ? udpAddresses : addresses;
    if (fixed.length > 0) return fixedAddresses(fixed);
    const found = service === undefined ? undefined : this.#service(service);
    return found === undefined ? undefined : ingressAddresses(found);
  }

  /** Those of all Services in front, or the fixed ones in their place. */
  #gatewayAddresses(services: readonly string[] | undefined): readonly PublishedAddress[] | undefined {
    const { addresses, udpAddresses } = this.#options;
    const fixed = [...new Set([...addresses.fixed, ...udpAddresses.fixed])];
    if (fixed.length > 0) return fixedAddresses(fixed);
    const found = (services ?? []).map((name) => this.#service(name));
    return found.length === 0 || found.includes(undefined)
      ? undefined
      : gatewayAddresses(found.filter((service) => service !== undefined));
  }

  #service(name: string) {
    const slash = name.indexOf("/");
    return this.#options.store.get(Service, name.slice(0, slash), name.slice(slash + 1));
  }
}
