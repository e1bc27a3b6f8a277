import type { Clock } from "../base/clock.ts";
import { type Access, AccessError, type AccessSettings, type ReadText } from "./access.ts";
import type { Environment } from "./proxy.ts";
import { WatchedFile } from "./watched-file.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  readonly env: Environment;
  readonly readText: ReadText;
  readonly clock: Clock;
  /** Instead of the address in the environment. */
  readonly server?: string;
  /** Where the Pod's service account is mounted. */
  readonly folder?: string;
}

/** The process runs in a Pod: the kubelet has told it where the API server is. */
export function isInCluster(env: Environment): boolean {
  return Boolean(env["KUBERNETES_SERVICE_HOST"] && env["KUBERNETES_SERVICE_PORT"]);
}

/** Access by the Pod's service account ("Accessing the API from a Pod" in Kubernetes' documentation); token and CA are read again as the kubelet renews them. */
export async function inClusterAccess(options: InClusterOptions): Promise<Access> {
  const { env, clock, folder = FOLDER } = options;
  if (options.server === undefined && !isInCluster(env))
    throw new AccessError(
      "not running in a Pod (KUBERNETES_SERVICE_HOST is not set) and neither --kubeconfig nor --apiserver-host is given; give one of them, or --manifests to take the objects from files",
    );
  const token = new WatchedFile(`${folder}/token`, options.readText, clock);
  const ca = new WatchedFile(`${folder}/ca.crt`, options.readText, clock);
  const namespace = await options.readText(`${folder}/namespace`).then(
    (text) => text.trim() || undefined,
    // Not every Pod mounts it; whoever needs it says so.
    () => undefined,
  );
  let last: AccessSettings | undefined;
  return {
    server: options.server ?? hostUrl(env["KUBERNETES_SERVICE_HOST"]!, env["KUBERNETES_SERVICE_PORT"]!),
    namespace,
    async current() {
      const authorization = `Bearer ${(await token.text()).trim()}`;
      const caText = await ca.text();
      if (last?.headers["authorization"] !== authorization || last.tls.ca !== caText)
        last = { headers: { authorization }, tls: last?.tls.ca === caText ? last.tls : { ca: caText } };
      return last;
    },
    renew() {
      token.expire();
      return true;
    },
  };
}

function hostUrl(host: string, port: string): string {
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
