import type { JsonObject } from "../../base/json.ts";
import { silentLog } from "../../base/log.ts";
import { ManualClock } from "../../base/manual-clock.ts";
import { AdminFailure } from "../../gateways/admin-failure.ts";
import { KongOpinion } from "../../gateways/opinion/kong-opinion.ts";
import type { AskableGateway, Question } from "../../gateways/opinion/opinion.ts";
import { type KubernetesObject, keyOf, type ObjectKey } from "../../resources/kind.ts";
import { kindOf } from "../../resources/kinds.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { indexes } from "../../translate/indexes.ts";
import type { Profile, Settings } from "../../translate/input.ts";
import { objectsOf, PROFILE, SETTINGS } from "../../translate/testing/compile.ts";
import { AdmissionContext } from "./context.ts";
import { decide } from "./decide.ts";
import { admissionIndexes } from "./indexes.ts";
import { type AdmissionRequest, readReview, type Verdict } from "./review.ts";

export interface RigOptions {
  readonly settings?: Partial<Settings>;
  readonly profile?: Partial<Profile>;
  /** All unless given. */
  readonly namespaces?: readonly string[];
  /** The API server does not let us read. */
  readonly unreadable?: boolean;
  /** What a gateway answers that is there; without it there is none. */
  readonly gateway?: (question: Question) => readonly [status: number, body: unknown];
}

/** For tests: a cluster that holds some objects, and writes to it that are reviewed. */
export class AdmissionRig {
  readonly store = new ObjectStore([...indexes, ...admissionIndexes]);
  /** Objects that are stored and that no watch has shown yet, or of which only the metadata is here. */
  readonly elsewhere = new Map<ObjectKey, KubernetesObject>();
  readonly fetched: ObjectKey[] = [];
  readonly remembered: ObjectKey[] = [];
  readonly questions: Question[] = [];
  readonly context: AdmissionContext;

  constructor(stored = "", options: RigOptions = {}) {
    for (const object of objectsOf(stored)) this.store.set(object);
    const clock = new ManualClock();
    const settings = { ...SETTINGS, assumeExisting: false, ...options.settings };
    const profile = { ...PROFILE, ...options.profile };
    const kong = new KongOpinion({
      fleet: { gateways: this.#gateways(options, profile), listen: () => () => undefined },
      clock,
      log: silentLog,
      assumed: profile,
      patience: 1000,
    });
    this.context = new AdmissionContext({
      objects: this.store,
      settings,
      kong,
      now: () => clock.now(),
      fetch: async (key) => {
        this.fetched.push(key);
        if (options.unreadable === true) throw new Error("forbidden");
        return this.elsewhere.get(key) ?? this.store.byKey(key);
      },
      watches: (namespace) => options.namespaces?.includes(namespace) ?? true,
      remember: (secret) => void this.remembered.push(keyOf(secret)),
    });
  }

  /** Only the metadata of an object is known, as of Secrets nobody reads. */
  unload(yaml: string): void {
    const [object] = objectsOf(yaml);
    this.elsewhere.set(keyOf(object!), object!);
    const { apiVersion, kind, metadata } = object!;
    this.store.setUnloaded({ apiVersion, kind, metadata });
  }

  /** Reviews the writing of the one object in a text; `former`: what is stored of it. */
  review(yaml: string, former?: string): Promise<Verdict> {
    return decide(
      requestFor(objectsOf(yaml)[0]!, former === undefined ? undefined : objectsOf(former)[0]!),
      this.context,
    );
  }

  #gateways({ gateway }: RigOptions, profile: Profile): readonly AskableGateway[] {
    if (gateway === undefined) return [];
    const facts = { profile, version: profile.version.join("."), nodeId: "one", hash: undefined };
    return [
      {
        state: { phase: "ready", since: 0, facts },
        ask: async (question) => {
          this.questions.push(question);
          const [status, body] = gateway(question);
          if (status === 0) throw new AdminFailure("interrupted", "reset");
          return { status, headers: {}, text: JSON.stringify(body as JsonObject) };
        },
      },
    ];
  }
}

/** The request that an API server sends for a write. */
export function requestFor(object: KubernetesObject, former?: KubernetesObject): AdmissionRequest {
  const kind = kindOf(object.apiVersion, object.kind)!;
  const request = {
    uid: "1",
    resource: { group: kind.group, version: object.apiVersion.split("/").at(-1), resource: kind.plural },
    operation: former === undefined ? "CREATE" : "UPDATE",
    namespace: object.metadata.namespace ?? "",
    object,
    oldObject: former ?? null,
  };
  return readReview(JSON.stringify({ request }));
}

/** Why a write was refused; "" when it was not. */
export function whyNot(verdict: Verdict): string {
  return verdict.allowed ? "" : verdict.message;
}
