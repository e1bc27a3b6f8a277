import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { inClusterAccess } from "./in-cluster.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
const env = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };

function pod(files: Record<string, string>) {
  const clock = new ManualClock();
  const reads: string[] = [];
  const readText = async (path: string) => {
    reads.push(path);
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: ${path}`);
    return text;
  };
  return { clock, reads, readText, files };
}

const mounted = () =>
  pod({ [`${FOLDER}/token`]: "t1\n", [`${FOLDER}/ca.crt`]: "CA1", [`${FOLDER}/namespace`]: "kong\n" });

test("the Pod's account, address and namespace are used", async () => {
  const access = await inClusterAccess({ env, ...mounted() });
  expect(access.server).toBe("https://10.96.0.1:443");
  expect(access.namespace).toBe("kong");
  expect(await access.current()).toEqual({ headers: { authorization: "Bearer t1" }, tls: { ca: "CA1" } });
});

test("an IPv6 address gets its brackets, and --apiserver-host wins", async () => {
  const ipv6 = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  expect((await inClusterAccess({ env: ipv6, ...mounted() })).server).toBe("https://[fd00::1]:443");
  expect((await inClusterAccess({ env, ...mounted(), server: "https://other" })).server).toBe("https://other");
});

test("token and CA are read again as they are renewed; unchanged, the settings stay the same object", async () => {
  const { clock, files, ...rest } = mounted();
  const access = await inClusterAccess({ env, clock, ...rest });
  const first = await access.current();
  await clock.advance(11_000);
  expect(await access.current()).toBe(first);
  files[`${FOLDER}/token`] = "t2";
  expect(await access.current()).toBe(first);
  await clock.advance(11_000);
  const second = await access.current();
  expect(second.headers).toEqual({ authorization: "Bearer t2" });
  expect(second.tls).toBe(first.tls);
  files[`${FOLDER}/ca.crt`] = "CA2";
  await clock.advance(11_000);
  expect((await access.current()).tls).toEqual({ ca: "CA2" });
});

test("after a 401 the token is read at once", async () => {
  const { files, ...rest } = mounted();
  const access = await inClusterAccess({ env, ...rest });
  await access.current();
  files[`${FOLDER}/token`] = "t2";
  expect(access.renew()).toBe(true);
  expect((await access.current()).headers).toEqual({ authorization: "Bearer t2" });
});

test("a file that is missing for a moment leaves what was read last; one that never was there is named", async () => {
  const { files, clock, ...rest } = mounted();
  const access = await inClusterAccess({ env, clock, ...rest });
  await access.current();
  delete files[`${FOLDER}/token`];
  await clock.advance(11_000);
  expect((await access.current()).headers).toEqual({ authorization: "Bearer t1" });
  await expect((await inClusterAccess({ env, ...pod({}) })).current()).rejects.toThrow(`${FOLDER}/token`);
});

test("outside of a Pod it says what to give", async () => {
  await expect(inClusterAccess({ env: {}, ...mounted() })).rejects.toThrow("--kubeconfig");
});
