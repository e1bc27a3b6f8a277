import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { ManualClock } from "../base/manual-clock.ts";
import { AccessError } from "./access.ts";
import type { RunProgram } from "./exec-credential.ts";
import { kubeconfigAccess } from "./kubeconfig.ts";
import { resolveAccess } from "./resolve-access.ts";

const PATH = "/home/dev/.kube/config";
const base64 = (text: string) => Buffer.from(text).toString("base64");
const noProgram: RunProgram = () => expect.fail("no program is to be run");

function config(cluster: object = {}, user: object = {}, context: object = {}) {
  return {
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "k", user: "u", ...context } }],
    clusters: [{ name: "k", cluster: { server: "https://api.example.com:6443/", ...cluster } }],
    users: [{ name: "u", user }],
  };
}

function open(
  value: unknown,
  files: Record<string, string> = {},
  runProgram: RunProgram = noProgram,
  clock = new ManualClock(),
) {
  const all: Record<string, string> = { ...files, [PATH]: typeof value === "string" ? value : stringify(value) };
  const readText = async (path: string) => all[path] ?? Promise.reject(new Error(`ENOENT: ${path}`));
  const access = kubeconfigAccess({ path: PATH, readText, runProgram, clock });
  return { access, all, clock };
}

test("certificates given inline, and a namespace", async () => {
  const access = await open(
    config(
      { "certificate-authority-data": base64("CA"), "tls-server-name": "kubernetes" },
      { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") },
      { namespace: "shop" },
    ),
  ).access;
  expect(access.server).toBe("https://api.example.com:6443");
  expect(access.namespace).toBe("shop");
  expect(await access.current()).toEqual({
    headers: {},
    tls: { ca: "CA", cert: "CERT", key: "KEY", serverName: "kubernetes" },
  });
});

test("certificates and tokens in files, relative to the kubeconfig, are read again", async () => {
  const { access, all, clock } = open(
    config(
      { "certificate-authority": "ca.crt" },
      { "client-certificate": "/abs/u.crt", "client-key": "certs/u.key", tokenFile: "token", token: "not this" },
    ),
    {
      "/home/dev/.kube/ca.crt": "CA",
      "/abs/u.crt": "CERT",
      "/home/dev/.kube/certs/u.key": "KEY",
      "/home/dev/.kube/token": "t1\n",
    },
  );
  const settings = await (await access).current();
  expect(settings).toEqual({ headers: { authorization: "Bearer t1" }, tls: { ca: "CA", cert: "CERT", key: "KEY" } });
  expect(await (await access).current()).toBe(settings);
  all["/abs/u.crt"] = "CERT2";
  await clock.advance(11_000);
  expect((await (await access).current()).tls.cert).toBe("CERT2");
  all["/home/dev/.kube/token"] = "t2";
  expect((await access).renew()).toBe(true);
  expect((await (await access).current()).headers).toEqual({ authorization: "Bearer t2" });
});

test.each([
  ["a token", {}, { token: "t" }, { headers: { authorization: "Bearer t" }, tls: {} }],
  ["user and password", {}, { username: "a", password: "b" }, { headers: { authorization: "Basic YTpi" }, tls: {} }],
  [
    "no checks of the server's certificate",
    { "insecure-skip-tls-verify": true },
    {},
    { headers: {}, tls: { insecure: true } },
  ],
  ["a proxy", { "proxy-url": "http://p:1" }, {}, { headers: {}, tls: {}, proxy: "http://p:1" }],
  [
    "somebody else's rights",
    {},
    { as: "anna", "as-groups": ["g", "h"] },
    { headers: { "impersonate-user": "anna", "impersonate-group": ["g", "h"] }, tls: {} },
  ],
])("%s", async (_, cluster, user, expected) => {
  const access = await open(config(cluster, user)).access;
  expect(await access.current()).toEqual(expected);
  expect(access.renew()).toBe(false);
});

describe("what cannot be used is said", () => {
  test.each([
    ["no YAML", "a: [b", "is not YAML"],
    ["something else", "- a", "is no kubeconfig"],
    ["no context", { contexts: [] }, "no current-context"],
    ["an unknown context", { "current-context": "x" }, 'no entry "x" under contexts'],
    ["an unknown cluster", config({}, {}, { cluster: "y" }), 'no entry "y" under clusters'],
    ["an unknown user", config({}, {}, { user: "z" }), 'no entry "z" under users'],
    ["no server", config({ server: undefined }), "names no server"],
    ["an auth-provider", config({}, { "auth-provider": { name: "gcp" } }), "auth-provider"],
    ["an exec plugin without command", config({}, { exec: { apiVersion: "v1" } }), "without a command"],
    [
      "an exec plugin of another version",
      config({}, { exec: { apiVersion: "client.authentication.k8s.io/v1alpha1", command: "x" } }),
      "v1alpha1",
    ],
    [
      "an exec plugin that wants a terminal",
      config({}, { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "x", interactiveMode: "Always" } }),
      "terminal",
    ],
  ])("%s", async (_, value, message) => {
    const error = await open(value).access.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AccessError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain(value === undefined ? "" : "kubeconfig");
  });

  test("a file that is not there", async () => {
    const options = {
      path: "/nope",
      readText: async () => Promise.reject(new Error("ENOENT")),
      runProgram: noProgram,
      clock: new ManualClock(),
    };
    await expect(kubeconfigAccess(options)).rejects.toThrow("/nope cannot be read: ENOENT");
  });

  test("a broken file is not quoted, for it may hold a token", async () => {
    await expect(open("token: canary-secret: [").access).rejects.toThrow(/^(?!.*canary)/);
  });
});

describe("which access", () => {
  const readText = async (path: string) => (path === PATH ? stringify(config()) : "x");
  const base = { readText, runProgram: noProgram, clock: new ManualClock() };
  const pod = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };

  test.each([
    ["the kubeconfig, also in a Pod", { kubeconfig: PATH, env: pod }, "https://api.example.com:6443"],
    ["the kubeconfig at another host", { kubeconfig: PATH, apiServerHost: "https://h:1/", env: {} }, "https://h:1"],
    [
      "the kubeconfig at another host without scheme",
      { kubeconfig: PATH, apiServerHost: "h:1", env: {} },
      "https://h:1",
    ],
    ["the Pod's", { env: pod }, "https://10.96.0.1:443"],
    ["the Pod's at another host", { apiServerHost: "https://h", env: pod }, "https://h"],
    ["a host without credentials", { apiServerHost: "127.0.0.1:8001", env: {} }, "http://127.0.0.1:8001"],
  ])("%s", async (_, options, server) => {
    expect((await resolveAccess({ ...base, ...options })).server).toBe(server);
  });

  test("none of them, or a host that is none: said", async () => {
    await expect(resolveAccess({ ...base, env: {} })).rejects.toThrow("--kubeconfig");
    await expect(resolveAccess({ ...base, env: {}, apiServerHost: "http://" })).rejects.toThrow("--apiserver-host");
  });
});
