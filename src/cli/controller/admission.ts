import { readFile } from "node:fs/promises";
import { type Clock, sleep } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { SecretValues } from "../../base/redact.ts";
import { KongOpinion } from "../../gateways/opinion/kong-opinion.ts";
import type { AskableFleet } from "../../gateways/opinion/opinion.ts";
import type { KubernetesObject, ObjectKey } from "../../resources/kind.ts";
import { entryOf } from "../../resources/kinds.ts";
import { admissionApp } from "../../server/admission/admission-app.ts";
import { AdmissionServer } from "../../server/admission/admission-server.ts";
import { AdmissionContext } from "../../server/admission/context.ts";
import { readObject } from "../../sources/cluster/read-object.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import { clusterOptions } from "../settings/cluster.ts";
import { serverOptions } from "../settings/servers.ts";
import { assumedProfile, translateSettings } from "../settings/translation.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { rememberSecret } from "./object-feed.ts";

export interface AdmissionOptions {
  readonly flags: ParsedFlags;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: SecretValues;
  readonly store: ObjectStore;
  readonly fleet: AskableFleet;
  /** Undefined when the objects come from files. */
  readonly cluster: ClusterAccess | undefined;
  /** Resolves when all objects were listed once. */
  readonly listed: Promise<void>;
}

/** The admission webhook of a controller. */
export interface Admission {
  /** Resolves when it listens, or waits for its certificate. Rejects when it never will listen. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Reviews wait this long for the first lists, counted from the start, ms; then what is known has to do. */
const PATIENCE = 5000;
/** For an answer of the API server, or of a gateway, ms. API servers wait 10 s for a review unless told otherwise. */
const ANSWER_TIMEOUT = 3000;

/** Undefined when the flags want none. */
export function admission(options: AdmissionOptions): Admission | undefined {
  const { flags, clock, log, secrets, store, fleet, cluster, listed } = options;
  const where = serverOptions(flags).admission;
  if (where === undefined) return undefined;
  const { namespaces } = clusterOptions(flags);
  const watches = (namespace: string) => namespaces.length === 0 || namespaces.includes(namespace);
  const kong = new KongOpinion({ fleet, clock, log, assumed: assumedProfile(flags), patience: ANSWER_TIMEOUT });
  const context = new AdmissionContext({
    objects: store,
    settings: translateSettings(flags, cluster === undefined),
    kong,
    now: () => clock.now(),
    fetch: (key) => stored(key, store, cluster, watches),
    watches,
    remember: (secret) => rememberSecret(secret, secrets),
  });
  const closing = new AbortController();
  const begun = Promise.race([listed, sleep(clock, PATIENCE, closing.signal).then(() => undefined)]);
  const server = new AdmissionServer({
    app: admissionApp({ context, ready: () => begun, log }),
    address: where.listen,
    certificate: where.certificate,
    key: where.key,
    readText: (path) => readFile(path, "utf8"),
    clock,
    log,
  });
  return {
    start: async () => void (await server.start()),
    async close() {
      closing.abort();
      kong.close();
      await server.close();
    },
  };
}

/** An object as it is stored; what is in a namespace that is not watched is not there for us. */
async function stored(
  key: ObjectKey,
  store: ObjectStore,
  cluster: ClusterAccess | undefined,
  watches: (namespace: string) => boolean,
): Promise<KubernetesObject | undefined> {
  if (cluster === undefined) return store.byKey(key);
  const [name = "", namespace = "", object = ""] = key.split("/");
  const kind = entryOf(name)?.kind;
  if (kind === undefined || !watches(namespace)) return undefined;
  return readObject(await cluster.client(), kind, namespace, object, ANSWER_TIMEOUT);
}
