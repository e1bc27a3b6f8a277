import { describe, expect, test } from "vitest";
import type { KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import { compile, PROFILE } from "../testing/compile.ts";
import { pluginVeil } from "./veil.ts";

const plugin = (fields: object) =>
  ({
    apiVersion: "configuration.konghq.com/v1",
    kind: "KongPlugin",
    metadata: { name: "p" },
    ...fields,
  }) as KongPluginObject;
const secretKeyRef = { name: "s", key: "k" };

describe("which fields of a plugin come from a Secret", () => {
  test("none, without one", () => {
    expect(pluginVeil(plugin({ plugin: "key-auth", config: { a: 1 } }), PROFILE)).toBeUndefined();
  });

  test("all of its configuration; names are those of Kong's schema", () => {
    const veil = pluginVeil(plugin({ plugin: "rate-limiting", configFrom: { secretKeyRef } }), PROFILE)!;
    const path = "configFrom.secretKeyRef";
    expect(veil("config.redis.host")).toEqual({ path, field: "config.redis.host" });
    expect(veil("config.limits.3")).toEqual({ path, field: "config.….3" });
    expect(veil("config.s3cret")).toEqual({ path, field: "config.…" });
    expect(veil("")).toEqual({ path, field: "" });
    expect(veil("protocols.1")).toBeUndefined();
  });

  test("what the patches put in", () => {
    const configPatches = [
      { path: "/minute", valueFrom: { secretKeyRef } },
      { path: "/redis/password", valueFrom: { secretKeyRef } },
    ];
    const veil = pluginVeil(plugin({ plugin: "rate-limiting", config: { policy: "x" }, configPatches }), PROFILE)!;
    expect(veil("config.redis.password")?.path).toBe("configPatches[1].valueFrom.secretKeyRef");
    expect(veil("config.policy")).toBeUndefined();
  });
});

test("a problem tells the Secret's place, and nothing of what it holds", async () => {
  const { problems } = await compile(`
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop}
stringData: {k: "add: {headers: [s3cret]}\\ntoken: 1\\n"}
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: p, namespace: shop}
plugin: request-transformer
configFrom: {secretKeyRef: {name: s, key: k}}
---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop, annotations: {konghq.com/plugins: p}}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: kong
  defaultBackend: {service: {name: a, port: {number: 80}}}
`);
  const said = problems.filter((line) => line.includes("KongPlugin shop/p configFrom.secretKeyRef"));
  expect(said).toHaveLength(2);
  expect(problems.join("\n")).not.toMatch(/s3cret|token/);
});
