import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect as connectTo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { systemClock } from "../src/base/clock.ts";
import { ManualClock } from "../src/base/manual-clock.ts";
import { ApiClient } from "../src/kubernetes/client.ts";
import { inClusterAccess } from "../src/kubernetes/in-cluster.ts";
import { readTextFile, resolveAccess } from "../src/kubernetes/resolve-access.ts";
import { runProgram } from "../src/kubernetes/run-program.ts";
import { makeAuthority } from "./support/certificates.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";

const WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

describe.skipIf(!apiServerAvailable())("credentials, checked by a real API server", () => {
  let cluster: Cluster;
  let folder: string;
  let client: ApiClient | undefined;

  beforeAll(async () => {
    cluster = await startCluster({ users: { anna: ["team"] } });
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "silverback-access-"));
  });
  afterEach(async () => {
    await client?.close();
    client = undefined;
    rmSync(folder, { recursive: true });
  });

  function kubeconfig(user: object, changes: object = {}): string {
    const path = join(folder, "config");
    const base = { server: cluster.url, "certificate-authority": cluster.authority.certPath };
    const config = {
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
      clusters: [{ name: "k", cluster: { ...base, ...changes } }],
      users: [{ name: "u", user }],
    };
    writeFileSync(path, stringify(config));
    return path;
  }

  /** The user that the server takes us for. */
  async function whoAmI(path: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const access = await resolveAccess({
      kubeconfig: path,
      env,
      readText: readTextFile,
      runProgram,
      clock: systemClock,
    });
    client = new ApiClient({ access, clock: systemClock, userAgent: "test/1", qps: 0, burst: 1, env });
    return ask(client);
  }

  async function ask(of: ApiClient): Promise<string> {
    const body = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" };
    const { value } = await of.request({ method: "POST", path: WHOAMI, body });
    return (value as { readonly status: { readonly userInfo: { readonly username: string } } }).status.userInfo
      .username;
  }

  test("a token", async () => {
    expect(await whoAmI(kubeconfig({ token: cluster.tokenOf("anna") }))).toBe("anna");
  });

  test("a client certificate in files", async () => {
    const { certPath, keyPath } = cluster.clientCertificate("bert");
    expect(await whoAmI(kubeconfig({ "client-certificate": certPath, "client-key": keyPath }))).toBe("bert");
  });

  test("a client certificate inline", async () => {
    const { cert, key } = cluster.clientCertificate("carl");
    const user = { "client-certificate-data": btoa(cert), "client-key-data": btoa(key) };
    const ca = { "certificate-authority": undefined, "certificate-authority-data": btoa(cluster.ca) };
    expect(await whoAmI(kubeconfig(user, ca))).toBe("carl");
  });

  test("an administrator who acts as somebody else", async () => {
    expect(await whoAmI(kubeconfig({ token: cluster.token, as: "dora", "as-groups": ["team"] }))).toBe("dora");
  });

  test("an exec plugin: a token that is refused is asked for again", async () => {
    const plugin = join(folder, "plugin");
    // The first answer is of no use, the second is.
    writeFileSync(
      plugin,
      `#!/bin/sh
token=wrong; [ -e "${folder}/ran" ] && token=${cluster.tokenOf("anna")}
touch "${folder}/ran"
echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"status\\":{\\"token\\":\\"$token\\"}}"
`,
    );
    chmodSync(plugin, 0o700);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", interactiveMode: "Never" };
    expect(await whoAmI(kubeconfig({ exec }))).toBe("anna");
  });

  test("an exec plugin that gives a certificate", async () => {
    const { cert, key } = cluster.clientCertificate("emma");
    const status = { clientCertificateData: cert, clientKeyData: key };
    const apiVersion = "client.authentication.k8s.io/v1beta1";
    writeFileSync(join(folder, "answer"), JSON.stringify({ kind: "ExecCredential", apiVersion, status }));
    const exec = { apiVersion, command: "cat", args: [join(folder, "answer")] };
    expect(await whoAmI(kubeconfig({ exec }))).toBe("emma");
  });

  test("a Pod's mounted account, whose token is renewed under us", async () => {
    const mount = join(folder, "serviceaccount");
    mkdirSync(mount);
    writeFileSync(join(mount, "token"), "expired");
    writeFileSync(join(mount, "ca.crt"), cluster.ca);
    const { hostname, port } = new URL(cluster.url);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const clock = new ManualClock();
    const access = await inClusterAccess({ env, readText: readTextFile, clock, folder: mount });
    client = new ApiClient({ access, clock, userAgent: "test/1", qps: 0, burst: 1, env: {} });
    await expect(ask(client)).rejects.toMatchObject({ status: 401 });
    writeFileSync(join(mount, "token"), cluster.tokenOf("anna"));
    expect(await ask(client)).toBe("anna");
    writeFileSync(join(mount, "token"), cluster.token);
    await clock.advance(11_000);
    expect(await ask(client)).toBe("admin");
  });

  test("the server's certificate is checked: against the authority, and for its name", async () => {
    const user = { token: cluster.token };
    const stranger = makeAuthority(folder, "stranger");
    await expect(whoAmI(kubeconfig(user, { "certificate-authority": stranger.certPath }))).rejects.toThrow(
      /self-signed|unable to verify/,
    );
    await client?.close();
    await expect(whoAmI(kubeconfig(user, { "tls-server-name": "other.example.com" }))).rejects.toThrow(
      "other.example.com",
    );
    await client?.close();
    expect(await whoAmI(kubeconfig(user, { "tls-server-name": "kubernetes.default.svc" }))).toBe("admin");
    await client?.close();
    const unchecked = { "certificate-authority": undefined, "insecure-skip-tls-verify": true };
    expect(await whoAmI(kubeconfig(user, unchecked))).toBe("admin");
  });

  test("through a proxy that the kubeconfig names, TLS ends at the API server", async () => {
    const asked: string[] = [];
    const proxy = createHttpServer();
    proxy.on("connect", (request, socket, head) => {
      asked.push(request.url ?? "");
      const [host, port] = (request.url ?? "").split(":");
      const server = connectTo(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        server.write(head);
        server.pipe(socket).pipe(server);
      });
      server.on("error", () => socket.destroy());
      socket.on("error", () => server.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as { readonly port: number };
    const user = { token: cluster.token };
    expect(await whoAmI(kubeconfig(user, { "proxy-url": `http://127.0.0.1:${port}` }))).toBe("admin");
    expect(asked).toEqual([new URL(cluster.url).host]);
    await client?.close();
    const named = { "tls-server-name": "kubernetes.default.svc", "proxy-url": `http://127.0.0.1:${port}` };
    expect(await whoAmI(kubeconfig(user, named))).toBe("admin");
    await client?.close();
    // Loopback addresses never go through the environment's proxy.
    expect(await whoAmI(kubeconfig(user), { HTTPS_PROXY: `http://127.0.0.1:${await closedPort()}` })).toBe("admin");
    await client?.close();
    await new Promise((resolve) => proxy.close(resolve));
    expect(asked).toHaveLength(2);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
