import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../resources/kind.ts";
import { compile, objectsOf, outcome } from "../testing/compile.ts";

const ID = "8214a145-a328-4c56-ab72-2973a56d4eae";
let folder = "";
let ca = "";
let leaf = "";

function make(name: string, extension: string): string {
  const out = join(folder, `${name}.crt`);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", join(folder, name)];
  const subject = [
    "-subj",
    `/CN=${name}`,
    "-days",
    "3650",
    "-config",
    join(folder, "config"),
    "-extensions",
    extension,
  ];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject, "-out", out], { stdio: "ignore" });
  return readFileSync(out, "utf8");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ca-"));
  const config =
    "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=CA:TRUE\n[leaf]\nbasicConstraints=CA:FALSE\n";
  writeFileSync(join(folder, "config"), config);
  ca = make("ca", "ca");
  leaf = make("leaf", "leaf");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configMap(name: string, data: Record<string, string>, labelled = true): KubernetesObject {
  const labels = labelled ? { "konghq.com/ca-cert": "true" } : {};
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop", labels },
    data,
  } as KubernetesObject;
}

function secret(name: string, data: Record<string, string>): KubernetesObject {
  const encoded = Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  return { ...configMap(name, encoded), kind: "Secret" };
}

describe("CA certificates", () => {
  it("come from labelled Secrets and ConfigMaps, under cert or ca.crt, written anew", async () => {
    const other = "9214a145-a328-4c56-ab72-2973a56d4eae";
    const { document, problems } = await compile([
      secret("a", { id: ID, cert: `# a comment\n${ca.trim()}` }),
      configMap("b", { id: other, "ca.crt": ca }),
      configMap("c", { id: other, cert: ca }, false),
    ]);
    expect(problems).toEqual([]);
    const found = document["ca_certificates"] ?? [];
    expect(new Map(found.map((entity) => [entity["id"], entity["cert"]]))).toEqual(
      new Map([
        [ID, ca],
        [other, ca],
      ]),
    );
    expect(found.find(({ id }) => id === ID)?.["tags"]).toContain("k8s-kind:Secret");
  });

  it.each([
    ["no id", () => ({ cert: ca }), "ca-without-id"],
    ["no certificate", () => ({ id: ID }), "ca-invalid"],
    ["no PEM", () => ({ id: ID, cert: "hello" }), "ca-invalid"],
    ["two certificates", () => ({ id: ID, cert: ca + leaf }), "ca-invalid"],
    [
      "another block",
      () => ({ id: ID, cert: "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----" }),
      "ca-invalid",
    ],
    ["no CA", () => ({ id: ID, cert: leaf }), "ca-invalid"],
    ["rubbish", () => ({ id: ID, cert: "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----" }), "ca-invalid"],
  ])("are left out with a problem: %s", async (_, data, code) => {
    const { document, problems } = await compile([configMap("a", data())]);
    expect(document["ca_certificates"]).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(`[${code}]`)]);
  });

  it("that have expired are left out: Kong refuses them", async () => {
    const { document, problems } = await compile([configMap("a", { id: ID, cert: ca })], { now: Date.UTC(2080, 0, 1) });
    expect(document["ca_certificates"]).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("has expired")]);
  });

  it("have an id each: the oldest keeps it", async () => {
    const { document, problems } = await compile([
      configMap("b", { id: ID, cert: ca }),
      configMap("a", { id: ID, cert: ca }),
    ]);
    expect(document["ca_certificates"]).toHaveLength(1);
    expect(problems).toEqual([expect.stringMatching(/^error: ConfigMap shop\/b data\.id: .*\[duplicate-ca-id\]$/)]);
  });

  it("that are broken are told to the plugins that name them, too", async () => {
    const plugins = objectsOf(`
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: m, namespace: shop}
plugin: mtls-auth
config: {ca_certificates: [${ID}]}
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: other, namespace: shop}
plugin: mtls-auth
config: {ca_certificates: [x]}
`);
    const { compiler } = await compile([...plugins, configMap("a", { id: ID, cert: "hello" })]);
    const [problem] = compiler.problems();
    expect(problem?.related?.map(({ kind, name }) => `${kind}/${name}`)).toEqual(["KongPlugin/m"]);
  });

  it("come and go with the label, and other Secrets are not read for it", async () => {
    const { compiler, store } = await compile([configMap("a", { id: ID, cert: ca }, false)]);
    expect([...compiler.wanted("ConfigMap")]).toEqual([]);
    store.set(configMap("a", { id: ID, cert: ca }));
    await compiler.run();
    expect(outcome(compiler).document["ca_certificates"]).toHaveLength(1);
    store.set(configMap("a", { id: ID, cert: ca }, false));
    await compiler.run();
    expect(outcome(compiler).document["ca_certificates"]).toBeUndefined();
    expect([...compiler.wanted("ConfigMap")]).toEqual([]);
  });
});
