import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { Slices } from "../../src/base/slices.ts";
import { type KubernetesObject, keyOf, type ObjectKey } from "../../src/resources/kind.ts";
import { ObjectStore } from "../../src/store/object-store.ts";
import { Compiler } from "../../src/translate/compiler.ts";
import { DocumentEncoder } from "../../src/translate/document-encoder.ts";
import { indexes } from "../../src/translate/indexes.ts";
import { stripper } from "../../src/translate/strip.ts";
import { PROFILE, SETTINGS } from "../../src/translate/testing/compile.ts";
import { CANARY } from "./object-parts.ts";
import { anyObject } from "./objects.ts";

/** `npm run test:properties` sets more. */
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);
const options = { numRuns, endOnFailure: false };

/** Kinds whose objects nobody looks at who does not use them. */
const OWN_AFFAIR: ReadonlySet<string> = new Set([
  "Ingress",
  "TCPIngress",
  "UDPIngress",
  "HTTPRoute",
  "GRPCRoute",
  "TCPRoute",
  "UDPRoute",
  "TLSRoute",
  "KongPlugin",
  "KongClusterPlugin",
  "KongConsumer",
  "KongVault",
  "KongLicense",
  "KongCustomEntity",
  "Service",
  "Secret",
  "KongUpstreamPolicy",
  "KongIngress",
  "KongServiceFacade",
  "BackendTLSPolicy",
  "Gateway",
  "ListenerSet",
  "ConfigMap",
]);

/** Whether a KongCustomEntity names it as its parent: it looks whether that is there and ours, without using it. */
function isParent({ kind, metadata }: KubernetesObject, all: readonly KubernetesObject[]): boolean {
  return all.some((other) => {
    const { parentRef } = ((other as { readonly spec?: unknown }).spec ?? {}) as {
      readonly parentRef?: { readonly kind?: string; readonly name?: string };
    };
    return other.kind === "KongCustomEntity" && parentRef?.kind === kind && parentRef.name === metadata.name;
  });
}

type Objects = ReadonlyMap<ObjectKey, KubernetesObject>;

/** What a cluster was when it was compiled, and what was left out then. */
interface Moment {
  readonly objects: Objects;
  readonly excluded: ReadonlySet<ObjectKey>;
  readonly refused: ReadonlySet<ObjectKey>;
}

/** A compiler with stand-ins, and the objects it was given. */
class Scene {
  readonly store = new ObjectStore(indexes);
  readonly compiler: Compiler;
  readonly #encoder: DocumentEncoder;
  readonly objects = new Map<ObjectKey, KubernetesObject>();
  #excluded: ReadonlySet<ObjectKey> = new Set();
  #refused: ReadonlySet<ObjectKey> = new Set();

  constructor() {
    const settings = { ...SETTINGS, fillIds: true, assumeExisting: false };
    this.compiler = new Compiler(this.store, { settings, profile: PROFILE }, systemClock, [], true);
    this.#encoder = new DocumentEncoder(this.compiler.document, stripper(PROFILE.flavor));
  }

  set(object: KubernetesObject): void {
    this.objects.set(keyOf(object), object);
    this.store.set(object);
  }

  delete(key: ObjectKey): void {
    const object = this.objects.get(key);
    if (object === undefined) return;
    this.objects.delete(key);
    this.store.delete(object.kind, object.metadata.namespace ?? "", object.metadata.name);
  }

  exclude(excluded: ReadonlySet<ObjectKey>, refused: ReadonlySet<ObjectKey>): void {
    this.#excluded = excluded;
    this.#refused = refused;
    this.compiler.exclude(excluded, refused);
  }

  get moment(): Moment {
    return { objects: new Map(this.objects), excluded: this.#excluded, refused: this.#refused };
  }

  /** Makes it this moment, and compiles it. */
  async become({ objects, excluded, refused }: Moment): Promise<void> {
    for (const key of [...this.objects.keys()]) if (!objects.has(key)) this.delete(key);
    for (const object of objects.values()) this.set(object);
    this.exclude(excluded, refused);
    await this.compiler.run();
  }

  async accept(): Promise<void> {
    await this.compiler.run();
    this.compiler.mark(this.store.revision);
    this.compiler.accept();
  }

  async bytes(): Promise<string> {
    await this.compiler.run();
    return (await this.#encoder.encode(new Slices(systemClock))).bytes.toString();
  }

  async outcome() {
    return {
      bytes: await this.bytes(),
      problems: this.compiler.problems(),
      leftOut: [...this.compiler.leftOut].sort(),
      standIns: [...this.compiler.standIns].sort(),
    };
  }
}

/** One step in the life of a cluster. */
type Step =
  | { readonly type: "set"; readonly object: KubernetesObject }
  | { readonly type: "delete"; readonly at: number }
  | { readonly type: "exclude"; readonly at: readonly number[]; readonly refused: boolean }
  | { readonly type: "compile" | "mark" | "accept" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: anyObject.map((object): Step => ({ type: "set", object })) },
    { weight: 1, arbitrary: fc.nat(99).map((at): Step => ({ type: "delete", at })) },
    {
      weight: 2,
      arbitrary: fc
        .record({ at: fc.array(fc.nat(99), { maxLength: 3 }), refused: fc.boolean() })
        .map((which): Step => ({ type: "exclude", ...which })),
    },
    { weight: 4, arbitrary: fc.constantFrom<Step>({ type: "compile" }, { type: "mark" }, { type: "accept" }) },
  ),
  { maxLength: 50, size: "max" },
);

describe("what stands in for what is left out", () => {
  it("is the same whatever happened between what was accepted", async () => {
    let standing = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const scene = new Scene();
        const accepted: Moment[] = [];
        let marked: Moment | undefined;
        const pick = (at: number) => [...scene.objects.keys()].sort()[at % Math.max(1, scene.objects.size)] ?? "";
        await scene.compiler.run();
        for (const step of all) {
          if (step.type === "set") scene.set(step.object);
          else if (step.type === "delete") scene.delete(pick(step.at));
          else if (step.type === "exclude") {
            const excluded = new Set(step.at.map(pick));
            scene.exclude(excluded, new Set([...excluded].slice(0, step.refused ? 1 : 0)));
          } else if (step.type === "accept") {
            scene.compiler.accept();
            if (marked !== undefined) accepted.push(marked);
            marked = undefined;
          } else {
            await scene.compiler.run();
            if (step.type !== "mark") continue;
            scene.compiler.mark(scene.store.revision);
            marked = scene.moment;
          }
        }
        const afresh = new Scene();
        await afresh.compiler.run();
        for (const moment of accepted) {
          await afresh.become(moment);
          await afresh.accept();
        }
        await afresh.become(scene.moment);
        const outcome = await scene.outcome();
        expect(outcome).toEqual(await afresh.outcome());
        expect(outcome.problems.filter((problem) => problem.code === "internal-error")).toEqual([]);
        expect(JSON.stringify(outcome.problems)).not.toContain(CANARY);
        standing += outcome.standIns.length;
      }),
      options,
    );
    expect(standing).toBeGreaterThan(0);
  }, 600_000);

  it("leaves everything as it was accepted when nothing else has changed", async () => {
    let standing = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyObject, { minLength: 10, maxLength: 40, size: "max" }), async (all) => {
        const changes = all.filter((object, at) => all.findIndex((other) => keyOf(other) === keyOf(object)) < at);
        for (const change of changes.filter((object) => OWN_AFFAIR.has(object.kind) && !isParent(object, all))) {
          const scene = new Scene();
          for (const object of all) if (!scene.objects.has(keyOf(object))) scene.set(object);
          await scene.accept();
          const before = await scene.bytes();
          const users = scene.compiler.dependencies.users(keyOf(change));
          scene.set(change);
          scene.exclude(new Set([keyOf(change)]), new Set());
          const { bytes, leftOut, standIns } = await scene.outcome();
          // Who does not use it any more stays as it is now; what comes to the same as it was does not stand in.
          if (new Set([...leftOut, ...users]).difference(new Set(standIns)).size > 0) continue;
          standing += standIns.length;
          expect(bytes).toBe(before);
        }
      }),
      { ...options, numRuns: Math.ceil(numRuns / 3) },
    );
    expect(standing).toBeGreaterThan(0);
  }, 600_000);
});
