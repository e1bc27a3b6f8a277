import type { JsonObject } from "../../base/json.ts";
import { ManualClock } from "../../base/manual-clock.ts";
import { formatProblem } from "../../base/problem.ts";
import { parseYaml } from "../../base/yaml.ts";
import { withDefaults } from "../../resources/defaults.ts";
import type { KubernetesObject, ObjectKey } from "../../resources/kind.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { Compiler } from "../compiler.ts";
import { printableDocument } from "../document.ts";
import { indexes } from "../indexes.ts";
import type { Profile, Settings } from "../input.ts";

export const SETTINGS: Settings = {
  ingressClass: "kong",
  controllerName: "konghq.com/kic-gateway-controller",
  clusterDomain: "",
  drainSupport: false,
  combinedServices: true,
  watchIngressClasses: true,
  gatewayToReconcile: undefined,
  publishServices: [],
  fillIds: false,
  rewriteUris: true,
  serviceFacade: true,
  customEntities: true,
  preflight: true,
  assumeExisting: true,
};

export const PROFILE: Profile = {
  flavor: "traditional_compatible",
  version: [3, 9, 1],
  enterprise: false,
  workspace: "",
  dbless: true,
};

export interface CompileOptions {
  readonly settings?: Partial<Settings>;
  readonly profile?: Partial<Profile>;
  /** `Kind/namespace/name` of what a gateway has refused. */
  readonly excluded?: readonly ObjectKey[];
  /** ms since 1970; the start of 2026 unless given. */
  readonly now?: number;
}

export interface CompiledObjects {
  /** What `translate` prints, by section. */
  readonly document: Readonly<Record<string, readonly JsonObject[]>>;
  /** As they are shown to people, sorted. */
  readonly problems: readonly string[];
  readonly compiler: Compiler;
  readonly store: ObjectStore;
}

/** The objects of a text in YAML, with the defaults that the API server fills in. */
export function objectsOf(yaml: string): readonly KubernetesObject[] {
  return parseYaml(yaml).map((document) => {
    if (document.error !== undefined) throw new Error(`line ${document.error.line}: ${document.error.message}`);
    return withDefaults(document.value as KubernetesObject);
  });
}

/** Compiles objects as `translate` does. Ids are left out unless asked for. */
export async function compile(
  objects: string | readonly KubernetesObject[],
  options: CompileOptions = {},
): Promise<CompiledObjects> {
  const store = new ObjectStore(indexes);
  for (const object of typeof objects === "string" ? objectsOf(objects) : objects) store.set(object);
  const settings = { ...SETTINGS, ...options.settings };
  const profile = { ...PROFILE, ...options.profile };
  const compiler = new Compiler(store, { settings, profile }, new ManualClock(options.now));
  await compiler.run();
  if (options.excluded !== undefined) {
    compiler.exclude(new Set(options.excluded));
    await compiler.run();
  }
  return { ...outcome(compiler), compiler, store };
}

/** What a compiler has come to. */
export function outcome(compiler: Compiler): Pick<CompiledObjects, "document" | "problems"> {
  return {
    document: printableDocument(compiler.document) as CompiledObjects["document"],
    problems: compiler.problems().map(formatProblem),
  };
}
