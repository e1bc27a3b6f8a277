import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ingress, plugin, ValidateRig } from "./validate-rig.ts";

vi.setConfig({ testTimeout: 60_000 });

let rig: ValidateRig;
beforeEach(async () => {
  rig = await ValidateRig.begin();
});
afterEach(() => rig.end());

describe("each thing once", () => {
  test.each<[string, string, string]>([
    [
      "a consumer without a name",
      `apiVersion: configuration.konghq.com/v1\nkind: KongConsumer\nmetadata: {name: a, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}\n`,
      "rule-broken",
    ],
    ["a backend that is none", ingress("", "{path: /, pathType: Prefix, backend: {}}"), "rule-broken"],
    [
      "a type of path",
      ingress("", "{path: /, pathType: Some, backend: {service: {name: web, port: {number: 80}}}}"),
      "value-not-allowed",
    ],
    [
      "a configuration twice",
      `${plugin("plugin: cors\nconfig: {a: 1}\nconfigFrom: {secretKeyRef: {name: s, key: k}}")}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {k: ""}\n`,
      "plugin-config-twice",
    ],
    ["a protocol of a plugin", plugin("plugin: cors\nprotocols: [ws]"), "value-not-allowed"],
    [
      "a name of a Service that cannot be one",
      ingress("", '{path: /, pathType: Prefix, backend: {service: {name: "", port: {number: 80}}}}'),
      "value-not-allowed",
    ],
  ])("%s", async (_, text, code) => {
    const found = await rig.lines(text);
    expect(found.slice(0, -1)).toEqual([expect.stringContaining(`[${code}]`)]);
  });

  test("but not what only stands at the same place", async () => {
    const consumer = `apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: a, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: a
credentials: [gone, gone]
`;
    const found = (await rig.lines(consumer)).filter((line) => line.includes("credentials[1]"));
    expect(found.map((line) => /\[([\w-]+)\]$/.exec(line)?.[1])).toEqual(["secret-missing", "value-not-allowed"]);
  });
});
