import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatProblem } from "../src/base/problem.ts";
import { admit } from "../src/resources/check.ts";
import { kindOf } from "../src/resources/kinds.ts";
import { validateObject } from "../src/resources/validate.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { OBJECT_SAMPLES, type ObjectSample } from "./support/object-samples.ts";
import { gatewayApiCrds } from "./support/published-crds.ts";

/** What we say before an API server has seen the object. */
function ourErrors(sample: ObjectSample): readonly string[] {
  const admitted = admit(kindOf(sample.apiVersion, sample.kind)!, JSON.parse(JSON.stringify(sample)));
  const problems = admitted.problems ?? validateObject(admitted.object);
  return problems.filter((problem) => problem.severity === "error").map(formatProblem);
}

describe.skipIf(!apiServerAvailable())("objects that no API server has seen yet", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.applyCrds(gatewayApiCrds("experimental"));
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());

  test("are judged as the API server judges them", { timeout: 120_000 }, async () => {
    const different: string[] = [];
    let refused = 0;
    for (const sample of OBJECT_SAMPLES) {
      const path = await cluster.path(sample);
      const { status, body } = await cluster.request(
        "POST",
        `${path.slice(0, path.lastIndexOf("/"))}?dryRun=All`,
        sample,
      );
      const ours = ourErrors(sample);
      if (status >= 300) refused++;
      if (status < 300 === (ours.length === 0)) continue;
      different.push(
        `${sample.kind} ${JSON.stringify(sample["spec"] ?? sample).slice(0, 300)}: server ${status} ${String(body["message"] ?? "").slice(0, 200)}, ours ${ours.join("; ")}`,
      );
    }
    expect(different).toEqual([]);
    // Both kinds of judgement are really there.
    expect(refused).toBeGreaterThan(100);
    expect(OBJECT_SAMPLES.length - refused).toBeGreaterThan(80);
  });
});
