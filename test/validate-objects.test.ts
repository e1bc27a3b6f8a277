import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../src/base/clock.ts";
import { formatProblem, type Problem } from "../src/base/problem.ts";
import { Slices } from "../src/base/slices.ts";
import { runCommand } from "../src/cli/command-rig.ts";
import { crdOf } from "../src/resources/crd/definition.ts";
import { apiVersionOf, CRD_KINDS, entryOf, KINDS } from "../src/resources/kinds.ts";
import { systemFiles } from "../src/sources/directory/files.ts";
import { readObjects } from "../src/sources/directory/object-set.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import type { TestObject } from "./support/cluster-client.ts";
import { CRD_SAMPLES } from "./support/crd-samples.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests } from "./support/manifests.ts";
import { OBJECT_SAMPLES, type ObjectSample } from "./support/object-samples.ts";
import { gatewayApiCrds } from "./support/published-crds.ts";

/** New objects of every kind of ours, as they are written in CRD_SAMPLES. */
const OF_CRDS = CRD_SAMPLES.filter(({ former }) => former === undefined).map(
  ({ kind, body }): ObjectSample => ({
    apiVersion: apiVersionOf(entryOf(kind)!.kind),
    kind,
    metadata: { name: "sample", annotations: { "kubernetes.io/ingress.class": "kong" } },
    ...body,
  }),
);

const core = (kind: string, body: object): ObjectSample => ({
  apiVersion: apiVersionOf(entryOf(kind)!.kind),
  kind,
  metadata: { name: "sample" },
  ...body,
});

/** Fields that are not read, and all the same are there. */
const NOT_READ: readonly ObjectSample[] = [
  core("Secret", { immutable: true, stringData: { a: "b" } }),
  core("ConfigMap", { immutable: true }),
  core("Namespace", { spec: { finalizers: ["kubernetes"] } }),
  core("Service", {
    spec: {
      type: "LoadBalancer",
      ports: [{ port: 80 }],
      allocateLoadBalancerNodePorts: false,
      externalIPs: ["10.1.1.1"],
      externalTrafficPolicy: "Local",
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      loadBalancerClass: "a.b/c",
      loadBalancerIP: "10.1.1.2",
      loadBalancerSourceRanges: ["10.0.0.0/8"],
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
      trafficDistribution: "PreferClose",
      healthCheckNodePort: 30_000,
    },
  }),
  core("EndpointSlice", {
    addressType: "IPv4",
    endpoints: [
      {
        addresses: ["10.0.0.1"],
        hints: { forZones: [{ name: "a" }] },
        deprecatedTopology: { a: "b" },
        targetRef: { apiVersion: "v1", kind: "Pod", name: "p", fieldPath: "a", resourceVersion: "1" },
      },
    ],
  }),
];

/** What a server answers that finds something wrong with an object. */
const VERDICTS: ReadonlySet<number> = new Set([400, 422]);

/** An object with a field that is not there, in each place where people write. */
function withOddFields(sample: ObjectSample): readonly ObjectSample[] {
  const { spec } = sample;
  return [
    { ...sample, oddField: 1 },
    { ...sample, metadata: { ...sample.metadata, oddField: 1 } },
    ...(typeof spec === "object" && spec !== null ? [{ ...sample, spec: { ...spec, oddField: 1 } }] : []),
  ];
}

const shown = (sample: ObjectSample) => `${sample.kind} ${JSON.stringify(sample["spec"] ?? sample).slice(0, 300)}`;
const byServer = ({ code }: Pick<Problem, "code">) =>
  ["object-malformed", "value-not-allowed", "rule-broken", "field-unknown"].includes(code);

/** What is said of each object, before a problem that is found twice is said once. */
async function ourWords(
  samples: readonly ObjectSample[],
  manifests: Manifests,
): Promise<readonly (readonly string[])[]> {
  const name = (at: number) => `${manifests.path}/${at}.json`;
  for (const [at, sample] of samples.entries()) manifests.write(`${at}.json`, JSON.stringify(sample));
  const options = { defaults: true, validate: true, namespace: "default" };
  const paths = samples.map((_, at) => name(at));
  const { problems } = await readObjects(systemFiles, paths, options, new Slices(systemClock));
  const byFile = Map.groupBy(problems.filter(byServer), ({ file }) => file?.name);
  return samples.map((_, at) => byFile.get(name(at))?.map(formatProblem) ?? []);
}

describe.skipIf(!apiServerAvailable())("objects that no API server has seen yet", () => {
  let cluster: Cluster;
  let manifests: Manifests;
  beforeAll(async () => {
    manifests = new Manifests();
    cluster = await startCluster();
    await cluster.applyCrds(gatewayApiCrds("experimental"));
    await cluster.applyCrds(CRD_KINDS.map(crdOf) as unknown as readonly TestObject[]);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    manifests?.remove();
    await cluster?.stop();
  });

  /** Undefined when a strict server takes the object; nothing is stored. */
  async function refusal(sample: ObjectSample): Promise<string | undefined> {
    const path = await cluster.path(sample);
    const list = path.slice(0, path.lastIndexOf("/"));
    // A server that has only just come up may have no addresses for Services yet, and says so with other statuses.
    const { status, body } = await eventually(async () => {
      const answer = await cluster.request("POST", `${list}?dryRun=All&fieldValidation=Strict`, sample);
      return answer.status < 300 || VERDICTS.has(answer.status) ? answer : undefined;
    });
    return status < 300 ? undefined : `${status} ${String(body["message"] ?? "").slice(0, 200)}`;
  }

  /** Those on which we and the server are of different minds; and those that the server takes. */
  async function judge(samples: readonly ObjectSample[]) {
    const ours = await ourWords(samples, manifests);
    const different: string[] = [];
    const taken: ObjectSample[] = [];
    for (const [at, sample] of samples.entries()) {
      const server = await refusal(sample);
      if (server === undefined) taken.push(sample);
      if ((server === undefined) === (ours[at]!.length === 0)) continue;
      different.push(`${shown(sample)}: server ${server ?? "takes it"}, ours ${ours[at]!.join("; ") || "nothing"}`);
    }
    return { different, taken };
  }

  test("are judged as a strict API server judges them: each kind, and every field that is not there", async () => {
    const samples = [...OBJECT_SAMPLES, ...OF_CRDS, ...NOT_READ];
    const { different, taken } = await judge(samples);
    expect(different).toEqual([]);
    expect(taken).toEqual(expect.arrayContaining([...NOT_READ]));
    // Both kinds of judgement are really there.
    expect(samples.length - taken.length).toBeGreaterThan(180);
    expect(taken.length).toBeGreaterThan(120);

    const good = KINDS.map(({ kind }) => taken.find((sample) => sample.kind === kind.kind));
    expect(KINDS.filter((_, at) => good[at] === undefined).map(({ kind }) => kind.kind)).toEqual([]);
    const odd = await judge(good.flatMap((sample) => withOddFields(sample!)));
    expect(odd).toEqual({ different: [], taken: [] });
  }, 300_000);

  test("silverback validate finds something wrong with each that is refused", async () => {
    const samples = OF_CRDS;
    const alone = new Manifests();
    let findings: readonly { readonly file: string | null; readonly severity: string }[];
    try {
      for (const [at, sample] of samples.entries()) alone.write(`${at}.json`, JSON.stringify(sample));
      const { code, out } = await runCommand(["validate", "-f", alone.path, "-o", "json"]);
      expect(code).toBe(1);
      findings = JSON.parse(out);
    } finally {
      alone.remove();
    }
    const wrong = new Set(findings.filter(({ severity }) => severity === "error").map(({ file }) => file));
    const missed: string[] = [];
    for (const [at, sample] of samples.entries())
      if (!wrong.has(`${alone.path}/${at}.json`) && (await refusal(sample)) !== undefined) missed.push(shown(sample));
    expect(missed).toEqual([]);
  }, 120_000);
});
