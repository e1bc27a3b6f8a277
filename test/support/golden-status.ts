import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Document, isScalar, isSeq, visit } from "yaml";
import { formatRef } from "../../src/base/problem.ts";
import { type KubernetesObject, keyOf, type ObjectKey, objectKey, refOf } from "../../src/resources/kind.ts";
import { type CompiledCase, compileCase, type Flavor, type GoldenCase } from "./golden.ts";
import { StatusScene, type Written } from "./status-scene.ts";

/** Where an Ingress is reached says the same in every case: those that have nothing else with a status have no file. */
const PLAIN = /^Ingress /;

/** What gateways refuse: the first object that something was written on after the push, of the first of these kinds. */
const REFUSED_KINDS = [
  ...["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "KongConsumer", "KongConsumerGroup", "KongVault"],
  ...["KongCustomEntity", "TCPIngress", "UDPIngress", "Ingress"],
];

/**
 * What is written on the objects of a case, in three parts, without times. `degraded`: no gateway has been reached. `pushed`: what changes once all gateways have
 * taken the configuration. `rejected`: what stands there instead when they refuse one object, which is left out then with what uses it (that of
 * `--simulate-rejection`, else the first one of REFUSED_KINDS). Problems that might pass have lasted. "" when nothing is written, or on Ingresses only.
 */
export async function renderStatus(golden: GoldenCase, flavor: Flavor): Promise<string> {
  const found = await compileCase(golden, flavor);
  const { objects } = found.set;
  const [accepted, refused] = [new StatusScene(objects, found.flags), new StatusScene(objects, found.flags)];
  const before = accepted.written;
  await accepted.write();
  const degraded = accepted.written;
  accepted.push();
  await accepted.write();
  const pushed = accepted.written;
  const afterPush = difference(degraded, pushed, objects);
  const keys = refusedIn(found, afterPush);
  await refused.write();
  await refused.reject(keys);
  await refused.write();
  const parts = {
    degraded: difference(before, degraded, objects),
    pushed: afterPush,
    ...(keys.length === 0 ? {} : { rejected: difference(pushed, refused.written, objects) }),
  };
  accepted.close();
  refused.close();
  const named = Object.values(parts).flatMap((part) => Object.keys(part));
  return named.every((name) => PLAIN.test(name)) ? "" : print(parts);
}

function refusedIn({ set, flags }: CompiledCase, pushed: Part): readonly ObjectKey[] {
  const named = flags.values["simulate-rejection"];
  if (named.length > 0) return named.map(({ kind, namespace, name }) => objectKey(kind, namespace, name));
  const all = REFUSED_KINDS.flatMap((kind) => set.objects.filter((object) => object.kind === kind));
  const first = all.find((object) => pushed[formatRef(refOf(object))] !== undefined);
  return first === undefined ? [] : [keyOf(first)];
}

type Part = Readonly<Record<string, object>>;

/** By object, the fields of the status and the annotations that are other ones than before; null for one that is gone. */
function difference(before: Written, after: Written, objects: readonly KubernetesObject[]): Part {
  const names = objects.map((object) => formatRef(refOf(object))).sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const fields = { ...changes(before, after, name, "annotations"), ...changes(before, after, name, "status") };
      return Object.keys(fields).length === 0 ? [] : [[name, fields]];
    }),
  );
}

function changes(before: Written, after: Written, name: string, part: "annotations" | "status"): object {
  const [old, now] = [before, after].map((all) => (all.get(name)?.[part] ?? {}) as Readonly<Record<string, unknown>>);
  const fields = [...new Set([...Object.keys(now!), ...Object.keys(old!)])];
  const changed = fields.filter((field) => !isDeepStrictEqual(timeless(old![field]), timeless(now![field])));
  const values = Object.fromEntries(changed.map((field) => [field, timeless(now![field]) ?? null]));
  return changed.length === 0 ? {} : part === "annotations" ? { annotations: values } : values;
}

function timeless(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(value, (key, field: unknown) => (key === "lastTransitionTime" ? undefined : field)));
}

/** What holds no further list takes one line. */
function print(parts: Readonly<Record<string, Part>>): string {
  const document = new Document(parts);
  visit(document, {
    Map(_, map) {
      if (map.items.every(({ value }) => isScalar(value))) map.flow = true;
    },
    Pair(_, { key, value }) {
      if (isScalar(key) && SHORT.has(String(key.value)) && isSeq(value)) value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

const SHORT = new Set(["addresses", "supportedFeatures", "supportedKinds"]);

function fileName(flavor: Flavor): string {
  return flavor === "expressions" ? "status.expressions.yaml" : "status.yaml";
}

/** The text that is expected for a flavour: that of the other one unless it has one of its own. */
export async function storedStatus({ folder }: GoldenCase, flavor: Flavor): Promise<string> {
  const read = (of: Flavor) => readFile(join(folder, fileName(of)), "utf8").catch(() => undefined);
  return (await read(flavor)) ?? (await read("traditional_compatible")) ?? "";
}

/** The files of a case as they shall be; undefined for one that shall not be there. */
export async function statusFiles(golden: GoldenCase): Promise<Readonly<Record<string, string | undefined>>> {
  const texts = new Map<Flavor, string>();
  for (const flavor of golden.flavors) texts.set(flavor, await renderStatus(golden, flavor));
  const [plain, other] = [texts.get("traditional_compatible") ?? "", texts.get("expressions") ?? ""];
  return {
    [fileName("traditional_compatible")]: plain === "" ? undefined : plain,
    [fileName("expressions")]: other === plain ? undefined : other,
  };
}
