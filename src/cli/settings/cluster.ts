import type { NamespacedName } from "../flags/names.ts";
import type { Environment, ParsedFlags } from "../flags/parse.ts";
import type { FlagName, FlagValues } from "../flags/table.ts";

/** How the API server is reached and what is read from it. */
export interface ClusterOptions {
  /** URL of the API server; undefined: as the kubeconfig or the Pod says. */
  readonly apiServer: string | undefined;
  /** undefined: in-cluster, unless `apiServer` is given. */
  readonly kubeconfig: string | undefined;
  /** Requests a second. */
  readonly qps: number;
  readonly burst: number;
  /** Empty: all of them. */
  readonly namespaces: readonly string[];
  /** The label that admits Secrets nobody refers to; undefined: no such restriction. */
  readonly secretLabel: string | undefined;
  /** The same for ConfigMaps. */
  readonly configMapLabel: string | undefined;
  /** What to read. */
  readonly controllers: ReadonlySet<ControllerName>;
}

type ControllerFlag = Extract<FlagName, `enable-controller-${string}`>;

/** `ingress-networkingv1`, `kongplugin` …: the ends of KIC's `enable-controller-` flags. */
export type ControllerName = ControllerFlag extends `enable-controller-${infer Name}` ? Name : never;

/** What the Kubernetes flags say. */
export function clusterOptions({ values }: ParsedFlags): ClusterOptions {
  return {
    apiServer: values["apiserver-host"] || undefined,
    kubeconfig: values.kubeconfig || undefined,
    qps: values["apiserver-qps"],
    burst: values["apiserver-burst"],
    namespaces: watchedNamespaces(values),
    secretLabel: values["secret-label-selector"] || undefined,
    configMapLabel: values["configmap-label-selector"] || undefined,
    controllers: enabledControllers(values),
  };
}

/** Namespaces by name, each once; that of the publish Service belongs to them, or its addresses could not be read. */
function watchedNamespaces(values: FlagValues): readonly string[] {
  const wanted = values["watch-namespace"];
  const publish = values["publish-service"];
  return wanted.length === 0 || publish === undefined
    ? [...new Set(wanted)]
    : [...new Set([...wanted, publish.namespace])];
}

function enabledControllers(values: FlagValues): ReadonlySet<ControllerName> {
  const prefix = "enable-controller-";
  const names = (Object.keys(values) as FlagName[]).filter((name) => name.startsWith(prefix) && values[name] === true);
  return new Set(names.map((name) => name.slice(prefix.length) as ControllerName));
}

/** Who leads among replicas, and how that is decided. */
export interface LeaderElectionOptions {
  /** Name of the Lease; also part of the name under which KongLicenses are claimed. */
  readonly id: string;
  /** undefined: the Pod's. */
  readonly namespace: string | undefined;
  readonly mode: "on" | "off" | "automatic";
}

/** What the election flags say. */
export function leaderElectionOptions({ values }: ParsedFlags): LeaderElectionOptions {
  const forced = values["force-leader-election"];
  return {
    id: values["election-id"],
    namespace: values["election-namespace"] || undefined,
    mode: forced === "enabled" ? "on" : forced === "disabled" ? "off" : "automatic",
  };
}

/** Whether replicas elect a leader (spec/flags.md §5): a lone controller beside its own DB-less gateway need not. */
export function electsLeader(flags: ParsedFlags, dbless: boolean): boolean {
  const { mode } = leaderElectionOptions(flags);
  if (mode !== "automatic") return mode === "on";
  return flags.values["konnect-sync-enabled"] || !dbless || flags.values["kong-admin-svc"] !== undefined;
}

/** The Pod that this process runs in, from the variables POD_NAMESPACE and POD_NAME; undefined outside of one. */
export function ownPod(environment: Environment): NamespacedName | undefined {
  const { POD_NAMESPACE: namespace, POD_NAME: name } = environment;
  return namespace && name ? { namespace, name } : undefined;
}
