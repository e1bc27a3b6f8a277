import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { runCommand } from "./command-rig.ts";

const MANIFESTS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: kong
  rules: [{host: a.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 8080}]}
---
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: env, annotations: {kubernetes.io/ingress.class: kong}}
spec: {backend: env, prefix: my-env}
`;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "explain-"));
  await writeFile(join(folder, "all.yaml"), MANIFESTS);
});
afterAll(() => rm(folder, { recursive: true }));

async function explain(...argv: readonly string[]) {
  const { code, out, err } = await runCommand(["explain", ...argv], { clock: new ManualClock() });
  return { code, out: out.replaceAll(folder, ""), err };
}

describe("explain", () => {
  test("for people", async () => {
    const { code, out } = await explain("ingress/shop/web", "-f", folder);
    expect(code).toBe(0);
    expect(out).toBe(`Ingress shop/web

Yields:
  route shop.web.web.a.com.80 in service shop.web.80

Uses:
  IngressClass kong (not in the files)
  Service shop/web

Used by: nothing

Problems:
  /all.yaml:6: error: Ingress shop/web spec.rules[0].http.paths[0].backend: port 80 of Service shop/web cannot be used: it has no port 80; it has 8080 [service-port-missing]
`);
  });

  test("for programs", async () => {
    const { code, out } = await explain("KongVault/env", "-f", folder, "-o", "json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      object: { kind: "KongVault", namespace: "", name: "env" },
      entities: [{ type: "vault", name: "my-env" }],
      problems: [],
    });
    expect((await explain("KongVault/env", "-f", folder, "-o", "yaml")).out).toContain("name: my-env");
  });

  test("what a refused object takes with it", async () => {
    const { out } = await explain("Ingress/shop/web", "-f", folder, "--simulate-rejection=Service/shop/web");
    expect(out).toContain("Left out: it uses what Kong refused: Service shop/web.");
    expect(out).toContain("Yields: nothing\n");
  });

  test.each([
    ["Ingress/shop/wep", "there is no Ingress shop/wep in the files that were read; did you mean Ingress shop/web?"],
    ["Service/web", "there is no Service web in the files that were read; did you mean Service shop/web?"],
    ["Service/shop/entirely-different", "there is no Service shop/entirely-different in the files that were read"],
  ])("%s is not there: exit code 1", async (object, message) => {
    expect(await explain(object, "-f", folder)).toEqual({ code: 1, out: "", err: `silverback: ${message}\n` });
  });

  test.each([
    [["-f", "."], "name an object to explain"],
    [["Ingress/shop/web"], "name the files to read with -f"],
    [["web", "-f", "."], '"web" names no object: expected Kind/namespace/name'],
    [["Ingres/shop/web", "-f", "."], '"Ingres" is no kind that Silverback reads; did you mean Ingress?'],
  ])("wrong usage: %j", async (argv, message) => {
    const { code, err } = await explain(...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
