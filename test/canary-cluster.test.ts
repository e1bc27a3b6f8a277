import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Preview } from "../src/preview/gateway.ts";
import { CanaryTrial, DIAGNOSTICS, INGRESS_CLASS } from "./canary/trial.ts";
import { issueCertificate } from "./support/certificates.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import type { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";
import { CONTROLLER_USER } from "./support/roles.ts";
import { webhookAt } from "./support/webhook.ts";

/** Secrets of every sort in a cluster: their values are in what is pushed, and not in what is logged, served or written into the cluster. */

const crds = join(fileURLToPath(new URL("..", import.meta.url)), "crds");

describe.skipIf(!apiServerAvailable() || !publishedCrdsAvailable())("secret values in a cluster", () => {
  let trial: CanaryTrial;
  let cluster: Cluster;
  let gateway: Preview;
  let one: ControllerProcess;

  beforeAll(async () => {
    trial = new CanaryTrial();
    const { canaries, scene, folder } = trial;
    cluster = await startCluster();
    canaries.given("kubernetes-token", cluster.tokenOf(CONTROLLER_USER));
    await cluster.applyCrds([...crdsIn(crds), ...gatewayApiCrds()]);
    await cluster.apply(INGRESS_CLASS);
    await cluster.apply(scene.objects);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kong" } });
    gateway = await trial.preview();
    const serving = issueCertificate(folder, "webhook", cluster.authority, {
      commonName: "webhook",
      addresses: ["127.0.0.1"],
    });
    one = trial.controller(
      gateway,
      `--kubeconfig=${cluster.controllerKubeconfig()}`,
      "--publish-status-address=192.0.2.1",
      "--force-leader-election=enabled",
      "--admission-webhook-listen=127.0.0.1:0",
      `--admission-webhook-cert=${serving.cert}`,
      `--admission-webhook-key=${canaries.pem("webhook-key", serving.key)}`,
      ...DIAGNOSTICS,
    );
    await one.ready(60_000);
    await trial.refusedIsSaid(one);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await trial?.end();
    await cluster?.stop();
  });

  const seen = (text: string) => trial.canaries.in(text);

  test("what is logged, served, and written into the cluster", async () => {
    const events = async () => JSON.stringify(await cluster.list("v1", "Event"));
    await eventually(async () => (await cluster.list("v1", "Event")).length > 10);
    await eventually(async () => (await events()).includes("bad-header"));
    expect(seen(await events())).toEqual([]);
    for (const object of trial.scene.objects) {
      const { status, metadata } = (await cluster.get(object))!;
      expect(seen(JSON.stringify([status, metadata.annotations]))).toEqual([]);
    }
    expect(seen(await trial.answers(one))).toEqual([]);
    expect(seen(trial.targets(gateway))).toEqual([]);
    expect(seen(one.log)).toEqual([]);
    for (const value of trial.scene.pushed) expect(String(gateway.recording.body(gateway.hash()))).toContain(value);
  }, 60_000);

  test("what the webhook answers", async () => {
    await cluster.apply(webhookAt(`https://127.0.0.1:${await one.port("admission")}/review`, cluster.ca));
    const answered: string[] = [];
    const ask = async () => {
      for (const object of trial.scene.objects) {
        const labels = { ...object.metadata.labels, touched: "yes" };
        const touched = { ...object, metadata: { ...object.metadata, labels } };
        const path = `${await cluster.path(object)}?fieldManager=webhook&force=true&dryRun=All`;
        const answer = await cluster.request("PATCH", path, touched, "application/apply-patch+yaml");
        answered.push(`${answer.status < 300 ? "" : JSON.stringify(answer.body)} ${answer.warnings.join()}`);
      }
      return answered.some((line) => line.includes("denied the request"));
    };
    // An API server takes a moment to heed a new configuration.
    await eventually(ask);
    await ask();
    expect(seen(answered.join("\n"))).toEqual([]);
    expect(seen(one.log)).toEqual([]);
  }, 120_000);
});
