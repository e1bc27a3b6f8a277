import { readFile } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import { type Access, AccessError, type ReadText } from "./access.ts";
import type { RunProgram } from "./exec-credential.ts";
import { inClusterAccess, isInCluster } from "./in-cluster.ts";
import { kubeconfigAccess } from "./kubeconfig.ts";
import type { Environment } from "./proxy.ts";

export interface AccessOptions {
  /** --kubeconfig */
  readonly kubeconfig?: string;
  /** --apiserver-host */
  readonly apiServerHost?: string;
  readonly env: Environment;
  readonly readText: ReadText;
  readonly runProgram: RunProgram;
  readonly clock: Clock;
}

/**
 * How to reach the API server, chosen as KIC's flags do: the kubeconfig if one is given, else the Pod's service account; the host replaces the server's address in
 * both, and outside of a Pod it is used without credentials. Throws AccessError when none of them is there, or what is given cannot be used.
 */
export async function resolveAccess(options: AccessOptions): Promise<Access> {
  const credentials = Boolean(options.kubeconfig) || isInCluster(options.env);
  const server = options.apiServerHost ? serverUrl(options.apiServerHost, credentials) : undefined;
  const override = server === undefined ? {} : { server };
  if (options.kubeconfig) return kubeconfigAccess({ ...options, ...override, path: options.kubeconfig });
  if (server !== undefined && !isInCluster(options.env)) return anonymousAccess(server);
  return inClusterAccess({ ...options, ...override });
}

function anonymousAccess(server: string): Access {
  const settings = { headers: {}, tls: {} };
  return { server, namespace: undefined, current: () => Promise.resolve(settings), renew: () => false };
}

/** A host without a scheme is spoken to by plain HTTP only when there are no credentials, as Kubernetes' own clients do. */
function serverUrl(host: string, credentials: boolean): string {
  const text = host.includes("://") ? host : `${credentials ? "https" : "http"}://${host}`;
  if (!URL.canParse(text)) throw new AccessError(`--apiserver-host=${host} is no address`);
  return text.replace(/\/+$/, "");
}

/** Reads a file of the machine's. */
export const readTextFile: ReadText = (path) => readFile(path, "utf8");
