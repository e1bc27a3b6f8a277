import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { systemClock } from "../src/base/clock.ts";
import { silentLog } from "../src/base/log.ts";
import { KongOpinion } from "../src/gateways/opinion/kong-opinion.ts";
import type { KubernetesObject } from "../src/resources/kind.ts";
import { kindOf } from "../src/resources/kinds.ts";
import { admissionApp } from "../src/server/admission/admission-app.ts";
import { AdmissionContext } from "../src/server/admission/context.ts";
import { admissionIndexes } from "../src/server/admission/indexes.ts";
import { listen } from "../src/server/listen.ts";
import { ObjectStore } from "../src/store/object-store.ts";
import { indexes } from "../src/translate/indexes.ts";
import type { CompilerInput } from "../src/translate/input.ts";
import { issueCertificate, makeAuthority } from "../test/support/certificates.ts";
import { fleet, ingress, service } from "./fleet.ts";

export interface AdmissionFigures {
  readonly kind: string;
  /** Reviews in a second of the server's one thread at work. */
  readonly perSecond: number;
  /** From the request to the answer, ms. */
  readonly latencyMs: { readonly median: number; readonly worst: number };
}

/** Consumers and credentials in the store, so that looking for taken names and values is no easy thing. */
const CONSUMERS = 10_000;
const REVIEWS = 2_000;

/** What reviews of each kind cost over HTTPS, with an applied fleet in the store; the API server is a thread of its own. */
export async function measureAdmission(
  applications: number,
  input: CompilerInput,
  say: (figures: AdmissionFigures) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "silverback-bench-"));
  const made = issueCertificate(folder, "server", makeAuthority(folder), { commonName: "x", addresses: ["127.0.0.1"] });
  const certificate = { cert: readFileSync(made.certPath, "utf8"), key: readFileSync(made.keyPath, "utf8") };
  rmSync(folder, { recursive: true });
  const store = new ObjectStore([...indexes, ...admissionIndexes]);
  for (const object of fleet(applications)) store.set(object);
  for (const object of GATEWAY) store.set(object);
  for (let at = 0; at < CONSUMERS; at++) for (const object of [credential(at), consumer(at)]) store.set(object);
  const nobody = { gateways: [], listen: () => () => undefined };
  const kong = new KongOpinion({
    fleet: nobody,
    clock: systemClock,
    log: silentLog,
    assumed: input.profile,
    patience: 0,
  });
  const context = new AdmissionContext({
    objects: store,
    settings: input.settings,
    kong,
    now: () => Date.now(),
    fetch: async () => undefined,
    watches: () => true,
    remember: () => undefined,
  });
  const app = admissionApp({ context, ready: async () => undefined, log: silentLog });
  const server = await listen(app, { host: "127.0.0.1", port: 0 }, "admission", "", certificate);
  try {
    for (const [kind, reviewed] of Object.entries(REVIEWED)) {
      const bodies = Array.from({ length: 200 }, (_, at) => JSON.stringify(review(reviewed(at * 7))));
      // The engine learns what is called often.
      await load(server.port, bodies, REVIEWS / 4);
      const before = process.threadCpuUsage();
      const times = await load(server.port, bodies, REVIEWS);
      const { user, system } = process.threadCpuUsage(before);
      times.sort((a, b) => a - b);
      say({
        kind,
        perSecond: REVIEWS / ((user + system) / 1e6),
        latencyMs: { median: times[times.length >> 1]!, worst: times.at(-1)! },
      });
    }
  } finally {
    await server.close();
  }
}

/** Sends the bodies in turn, eight at a time as an API server under load; resolves with how long each took, ms. */
function load(port: number, bodies: readonly string[], count: number): Promise<number[]> {
  const worker = new Worker(new URL("./admission-load.ts", import.meta.url), { workerData: { port, bodies, count } });
  return new Promise((resolve, reject) => {
    worker.once("message", (times: number[]) => resolve(times));
    worker.once("error", reject);
  });
}

const OURS = { "kubernetes.io/ingress.class": "kong" };
const GATEWAY: readonly KubernetesObject[] = [
  object(
    "gateway.networking.k8s.io/v1",
    "GatewayClass",
    { name: "kong" },
    {
      spec: { controllerName: "konghq.com/kic-gateway-controller" },
    },
  ),
  object(
    "gateway.networking.k8s.io/v1",
    "Gateway",
    { name: "edge", namespace: "team-0" },
    {
      spec: { gatewayClassName: "kong", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
    },
  ),
];

/** What is reviewed: an object of each kind that costs something. */
const REVIEWED: Readonly<Record<string, (at: number) => KubernetesObject>> = {
  Service: (at) => service(at),
  Ingress: (at) => ingress(at, "/new"),
  HTTPRoute: (at) =>
    object(
      "gateway.networking.k8s.io/v1",
      "HTTPRoute",
      { name: `route-${at}`, namespace: "team-0" },
      {
        spec: {
          parentRefs: [{ name: "edge" }],
          hostnames: [`app-${at}.example.com`],
          rules: [
            {
              matches: [{ path: { type: "PathPrefix", value: "/" } }, { path: { type: "Exact", value: "/health" } }],
              backendRefs: [{ group: "", kind: "Service", name: "app-1", port: 80, weight: 1 }],
            },
          ],
        },
      },
    ),
  KongPlugin: (at) =>
    object(
      "configuration.konghq.com/v1",
      "KongPlugin",
      { name: `plugin-${at}`, namespace: "team-0" },
      {
        plugin: "rate-limiting",
        config: { minute: 60, policy: "local" },
      },
    ),
  KongConsumer: (at) =>
    object(
      "configuration.konghq.com/v1",
      "KongConsumer",
      { name: `new-${at}`, namespace: "people", annotations: OURS },
      {
        username: `new-${at}`,
      },
    ),
  Secret: (at) => credential(at % CONSUMERS),
};

function consumer(at: number): KubernetesObject {
  return object(
    "configuration.konghq.com/v1",
    "KongConsumer",
    { name: `user-${at}`, namespace: "people", annotations: OURS },
    {
      username: `user-${at}`,
      credentials: [`key-${at}`],
    },
  );
}

function credential(at: number): KubernetesObject {
  const metadata = { name: `key-${at}`, namespace: "people", labels: { "konghq.com/credential": "key-auth" } };
  return object("v1", "Secret", metadata, { data: { key: Buffer.from(`key of user ${at}`).toString("base64") } });
}

function object(
  apiVersion: string,
  kind: string,
  metadata: KubernetesObject["metadata"],
  fields: object,
): KubernetesObject {
  return { apiVersion, kind, metadata, ...fields };
}

/** As an API server sends it, bookkeeping included. */
function review(written: KubernetesObject): object {
  const kind = kindOf(written.apiVersion, written.kind)!;
  const slash = written.apiVersion.indexOf("/");
  const managedFields = [
    { manager: "kubectl", operation: "Apply", fieldsV1: { "f:spec": { "f:rules": {}, "f:x": ".".repeat(500) } } },
  ];
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "00000000-0000-0000-0000-000000000000",
      resource: { group: kind.group, version: written.apiVersion.slice(slash + 1), resource: kind.plural },
      operation: "CREATE",
      namespace: written.metadata.namespace ?? "",
      object: { ...written, metadata: { ...written.metadata, managedFields } },
      oldObject: null,
    },
  };
}
