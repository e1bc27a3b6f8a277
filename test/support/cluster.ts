import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ApiProxy } from "./api-proxy.ts";
import { type ApiServerBinaries, apiServerBinaries } from "./api-server-binaries.ts";
import { type ApiServerFault, ApiServerFaults, environmentFaults } from "./api-server-faults.ts";
import { type AuditedRequest, auditedRequests, auditPolicy, refusedForGood } from "./audit.ts";
import { type IssuedCertificate, issueCertificate, makeAuthority } from "./certificates.ts";
import { ClusterClient, type TestObject } from "./cluster-client.ts";
import { eventually } from "./eventually.ts";
import { CONTROLLER_USER, type ControllerRole, chosenRole, roleObjects } from "./roles.ts";
import { ServerProcess } from "./server-process.ts";

export { apiServerAvailable } from "./api-server-binaries.ts";

/** For `beforeAll`: long enough for a first build of the API server (ms). */
export const CLUSTER_TIMEOUT = 20 * 60_000;

/** How long an API server that a fault ends in good order may take for it, ms. */
const DRAIN_LIMIT = 3_000;

export interface ClusterOptions {
  /** Users besides `admin`, with their groups. They may do only what RBAC rules made by the test let them. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** What `controllerKubeconfig` lets do; the one that E2E_ROLE names unless given. "none": what the test itself grants. */
  readonly role?: ControllerRole | "none";
  /** Further arguments of kube-apiserver. */
  readonly args?: readonly string[];
  /** What goes wrong with the API server all the time; what the environment variable API_SERVER_FAULTS says unless given. */
  readonly faults?: ApiServerFault | undefined;
  /** From the end of one such fault to the next, ms. */
  readonly faultPeriod?: number;
}

/**
 * A kube-apiserver and an etcd of a test's own, on free loopback ports, with RBAC. There is no kubelet and no controller manager:
 * tests write EndpointSlices and statuses themselves, and a deleted Namespace keeps terminating.
 */
export class Cluster extends ClusterClient {
  readonly url: string;
  /** Of the administrator. */
  readonly token: string;
  /** The certificate authority of server and clients. */
  readonly authority: IssuedCertificate;
  /** Removed by `stop`. */
  readonly directory: string;
  readonly #launch: Launch;
  readonly #faults: ApiServerFaults;
  readonly #proxies: ApiProxy[] = [];
  #controllerUrl: string;
  #etcd: ServerProcess | undefined;
  #apiServer: ServerProcess | undefined;

  constructor(launch: Launch, faults: ApiServerFaults) {
    const token = launch.tokens.get("admin")!;
    super(launch.url, token, launch.authority.cert, faults.repeat);
    this.#faults = faults;
    this.url = launch.url;
    this.#controllerUrl = launch.url;
    this.token = token;
    this.authority = launch.authority;
    this.directory = launch.directory;
    this.#launch = launch;
  }

  /** PEM. */
  get ca(): string {
    return this.authority.cert;
  }

  /** Where controllers reach it: through the faults, if there are any. */
  get controllerUrl(): string {
    return this.#controllerUrl;
  }

  /** How many faults there were. */
  get faultCount(): number {
    return this.#faults.count;
  }

  get apiServerPid(): number | undefined {
    return this.#apiServer?.running ? this.#apiServer.pid : undefined;
  }

  /** Writes a kubeconfig for the account that deploy/ runs the controller with, and returns its path; `server` replaces the URL. */
  controllerKubeconfig(server = this.controllerUrl): string {
    return this.kubeconfig(CONTROLLER_USER, server);
  }

  /** What was asked with `controllerKubeconfig` so far. */
  controllerRequests(): readonly AuditedRequest[] {
    return auditedRequests(this.#launch.auditLog);
  }

  tokenOf(user: string): string {
    const token = this.#launch.tokens.get(user);
    if (token === undefined) throw new Error(`startCluster was given no user ${user}`);
    return token;
  }

  /** A client that is this user. */
  as(user: string): ClusterClient {
    return new ClusterClient(this.url, this.tokenOf(user), this.ca, this.#faults.repeat);
  }

  /** Writes a kubeconfig for a user's token and returns its path; `server` replaces the URL, for proxies between. */
  kubeconfig(user: string, server = this.controllerUrl): string {
    const path = join(this.directory, `kubeconfig-${user.replaceAll(":", "-")}-${randomBytes(4).toString("hex")}.yaml`);
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user } }],
      clusters: [{ name: "test", cluster: { server, "certificate-authority": this.authority.certPath } }],
      users: [{ name: user, user: { token: this.tokenOf(user) } }],
    };
    writeFileSync(path, stringify(config), { mode: 0o600 });
    return path;
  }

  /** A client certificate that the server takes for a user of these groups. */
  clientCertificate(user: string, groups: readonly string[] = []): IssuedCertificate {
    return issueCertificate(this.directory, `client-${user}`, this.authority, {
      commonName: user,
      organizations: groups,
    });
  }

  /** A proxy in front of the API server, which knows what is asked; ended by `stop`. */
  async proxy(): Promise<ApiProxy> {
    const serving = issueCertificate(this.directory, `proxy-${this.#proxies.length}`, this.authority, {
      commonName: "proxy",
      addresses: ["127.0.0.1"],
    });
    const proxy = new ApiProxy({ target: this.url, ca: this.ca, serving });
    this.#proxies.push(proxy);
    await proxy.start();
    return proxy;
  }

  /** Faults wait: an API server that has just started takes its time to serve definitions, and tests need them to begin with. */
  override async applyCrds(crds: string | readonly TestObject[]): Promise<void> {
    await this.#faults.pause();
    try {
      await super.applyCrds(crds);
    } finally {
      this.#faults.resume();
    }
  }

  /** Starts what does not run, with the objects that were there, and waits until it is ready. */
  async start(): Promise<void> {
    await this.#faults.pause();
    await this.#run();
    this.#faults.resume();
  }

  /** From here on the faults that were asked for happen. */
  async beginFaults(): Promise<void> {
    const proxy = this.#faults.kind === "watches" ? await this.proxy() : undefined;
    if (proxy !== undefined) this.#controllerUrl = proxy.url;
    this.#faults.begin({
      cutWatches: () => proxy?.cutWatches(),
      restart: async (signal) => {
        const ended = this.#apiServer?.stop(signal);
        // Told to end it refuses connections, and may wait for its watches for a minute.
        const late = setTimeout(() => this.#apiServer?.signal("SIGKILL"), DRAIN_LIMIT);
        await ended;
        clearTimeout(late);
        await this.#run();
      },
    });
  }

  async #run(): Promise<void> {
    this.#etcd = await this.#ensure(this.#etcd, this.#launch.etcd, "etcd.log");
    this.#apiServer = await this.#ensure(this.#apiServer, this.#launch.apiServer, "kube-apiserver.log");
    const { ended } = this.#apiServer;
    const ready = eventually(async () => {
      const answer = await this.send("GET", "/readyz");
      return answer.status === 200 && (await this.send("GET", "/api/v1/namespaces/default")).status === 200;
    }, 120_000);
    // Whoever loses the race must not fail later.
    ready.catch(() => undefined);
    const early = await Promise.race([ready.then(() => undefined), ended, this.#etcd.ended]);
    if (early === undefined) return;
    const tails = `etcd:\n${this.#etcd.tail()}\nkube-apiserver:\n${this.#apiServer.tail()}`;
    await this.#apiServer.stop();
    throw new ClusterStartError(`the test API server ended (${early}) before it was ready\n${tails}`);
  }

  /** Ends the API server as a crash would, or with SIGTERM as a drain; etcd keeps running. */
  async stopApiServer(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    await this.#faults.pause();
    await this.#apiServer?.stop(signal);
  }

  /** Stops and continues the API server's process: connections stay open and nothing answers. */
  async signalApiServer(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
    await this.#faults.pause();
    this.#apiServer?.signal(signal);
    if (signal === "SIGCONT") this.#faults.resume();
  }

  /** Ends the API server and starts it again on the same port. */
  async restart(signal?: NodeJS.Signals): Promise<void> {
    await this.stopApiServer(signal);
    await this.start();
  }

  /** Remembers all objects; the returned function brings the cluster back to them, as a restore of etcd from a backup does. Everything is stopped meanwhile. */
  async backup(): Promise<() => Promise<void>> {
    const [data, copy] = [
      join(this.directory, "etcd"),
      join(this.directory, `backup-${randomBytes(4).toString("hex")}`),
    ];
    const replaced = async (from: string, to: string) => {
      await this.stopApiServer();
      await this.#etcd?.stop("SIGTERM");
      rmSync(to, { recursive: true, force: true });
      cpSync(from, to, { recursive: true });
      await this.start();
    };
    await replaced(data, copy);
    return () => replaced(copy, data);
  }

  /** Lets the controller do what its role lets it do. */
  async grant(role: ControllerRole): Promise<void> {
    await this.apply(roleObjects(role));
    const controller = this.as(CONTROLLER_USER);
    // An API server heeds new rules after a moment.
    await eventually(async () => (await controller.request("GET", "/api/v1/services?limit=1")).status === 200);
    await controller.close();
  }

  /** Ends everything and removes the directory. Throws if the controller has asked for what its role does not let it do. */
  async stop(): Promise<void> {
    await this.stopApiServer();
    await this.close();
    for (const proxy of this.#proxies) await proxy.stop();
    await this.#etcd?.stop();
    const { role } = this.#launch;
    const refused = role === "none" ? [] : refusedForGood(this.controllerRequests());
    rmSync(this.directory, { recursive: true, force: true });
    // Of the kinds that KIC has not got, Kong's chart knows nothing: they are done without.
    const unexpected = refused.filter((request) => role !== "kic" || !request.includes("listenersets"));
    if (unexpected.length > 0)
      throw new Error(`the controller asked for what its role (${role}) does not grant:\n${unexpected.join("\n")}`);
  }

  async #ensure(process: ServerProcess | undefined, command: readonly string[], log: string): Promise<ServerProcess> {
    if (process?.running) return process;
    const [program, ...args] = command;
    return new ServerProcess(program!, args, join(this.directory, log));
  }
}

/** Starts a cluster of the test's own; end it with `stop`. The programs are built first if need be: give `beforeAll` the time limit CLUSTER_TIMEOUT. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binaries = await apiServerBinaries();
  const role = options.role ?? chosenRole();
  const fault = options.faults ?? environmentFaults();
  for (let attempt = 1; ; attempt++) {
    const cluster = new Cluster(
      await prepare(binaries, role, options),
      new ApiServerFaults(fault, options.faultPeriod),
    );
    try {
      await cluster.start();
      if (role !== "none") await cluster.grant(role);
      await cluster.beginFaults();
      return cluster;
    } catch (error) {
      await cluster.stop();
      // Between asking for a free port and binding it somebody else may take it.
      if (!(error instanceof ClusterStartError) || attempt === 3 || !/address already in use/.test(error.message))
        throw error;
    }
  }
}

class ClusterStartError extends Error {}

interface Launch {
  readonly url: string;
  readonly directory: string;
  readonly authority: IssuedCertificate;
  readonly tokens: ReadonlyMap<string, string>;
  readonly role: ControllerRole | "none";
  readonly auditLog: string;
  /** Program and arguments. */
  readonly etcd: readonly string[];
  readonly apiServer: readonly string[];
}

async function prepare(
  binaries: ApiServerBinaries,
  role: ControllerRole | "none",
  options: ClusterOptions,
): Promise<Launch> {
  const directory = mkdtempSync(join(tmpdir(), "silverback-cluster-"));
  const [port, etcdPort, peerPort] = await freePorts(3);
  const authority = makeAuthority(directory);
  const serving = issueCertificate(directory, "serving", authority, {
    commonName: "kube-apiserver",
    dnsNames: ["localhost", "kubernetes.default.svc"],
    addresses: ["127.0.0.1"],
  });
  const users: Readonly<Record<string, readonly string[]>> = {
    ...options.users,
    [CONTROLLER_USER]: ["system:serviceaccounts", "system:serviceaccounts:kong"],
    admin: ["system:masters"],
  };
  const tokens = new Map(Object.keys(users).map((user) => [user, randomBytes(16).toString("hex")]));
  const tokenFile = join(directory, "tokens.csv");
  const lines = Object.entries(users).map(
    ([user, groups]) => `${tokens.get(user)},${user},${user},"${groups.join(",")}"\n`,
  );
  writeFileSync(tokenFile, lines.join(""), { mode: 0o600 });
  const policyFile = join(directory, "audit-policy.json");
  writeFileSync(policyFile, JSON.stringify(auditPolicy(CONTROLLER_USER)));
  const auditLog = join(directory, "audit.log");
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return {
    url: `https://127.0.0.1:${port}`,
    directory,
    authority,
    tokens,
    role,
    auditLog,
    etcd: [
      binaries.etcd,
      "--name=test",
      `--data-dir=${join(directory, "etcd")}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=test=${peerUrl}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
    apiServer: [
      binaries.apiServer,
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
      // A loopback address cannot stand in the EndpointSlice of the service "kubernetes".
      "--endpoint-reconciler-type=none",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--authorization-mode=RBAC",
      // No controller manager makes the accounts that it asks for.
      "--disable-admission-plugins=ServiceAccount",
      `--token-auth-file=${tokenFile}`,
      `--client-ca-file=${authority.certPath}`,
      `--tls-cert-file=${serving.certPath}`,
      `--tls-private-key-file=${serving.keyPath}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${serving.certPath}`,
      `--service-account-signing-key-file=${serving.keyPath}`,
      "--profiling=false",
      `--audit-policy-file=${policyFile}`,
      `--audit-log-path=${auditLog}`,
      ...(options.args ?? []),
    ],
  };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
