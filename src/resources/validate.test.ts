import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit } from "./check.ts";
import type { KubernetesObject } from "./kind.ts";
import { apiVersionOf, entryOf, KINDS } from "./kinds.ts";
import { anyObject } from "./testing/arbitrary.ts";
import { findUnknown, validateObject } from "./validate.ts";

function said(kind: string, body: object, metadata: object = {}): readonly string[] {
  const apiVersion = apiVersionOf(entryOf(kind)!.kind);
  const object = { apiVersion, kind, metadata: { name: "x", ...metadata }, ...body } as KubernetesObject;
  const unknown = findUnknown(entryOf(kind)!.kind, object);
  return [...validateObject(object), ...unknown].map(
    ({ severity, path, message, code }) => `${severity} ${path ?? ""}: ${message} [${code}]`,
  );
}

const INGRESS = { spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } } };

describe("an object that no API server has seen", () => {
  it("has nothing said of it when it is good, and what is filled in counts as given", () => {
    expect(said("Ingress", INGRESS)).toEqual([]);
    expect(said("HTTPRoute", { spec: { rules: [{ backendRefs: [{ name: "s", port: 80 }] }] } })).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["a name", { name: "Web" }, "error metadata.name: must be a DNS name"],
    ["a namespace", { namespace: "a.b" }, "error metadata.namespace: must be small letters"],
    ["the key of a label", { labels: { "a b": "c" } }, 'error metadata.labels["a b"]: the key must be a name'],
    ["the value of a label", { labels: { a: "b c" } }, "error metadata.labels.a: the value may have"],
    [
      "the key of an annotation",
      { annotations: { "a/b/c": "" } },
      'error metadata.annotations["a/b/c"]: the key must be a name',
    ],
    [
      "too much in annotations",
      { annotations: { a: "ä".repeat(150_000) } },
      "error metadata.annotations: have 300001 bytes together, but at most 262144",
    ],
  ])("is refused for %s", (_, metadata, words) => {
    expect(said("Ingress", INGRESS, metadata)).toEqual([expect.stringContaining(words)]);
  });

  it("is not judged by rules while its values are wrong: rules take those for granted", () => {
    const wrong = { spec: { rules: [{ name: "A!", backendRefs: [{ name: "s" }] }] } };
    expect(said("HTTPRoute", wrong)).toEqual([expect.stringContaining("value-not-allowed")]);
    expect(said("HTTPRoute", { spec: { rules: [{ backendRefs: [{ name: "s" }] }] } })).toEqual([
      expect.stringContaining("rule-broken"),
    ]);
  });
});

it("of Kubernetes' own kinds everything is told, and what is filled in is not told twice", () => {
  const wrong = { spec: { type: "Fancy", ports: [{ port: 99_999 }, { port: 80 }] } };
  expect(said("Service", wrong)).toEqual([
    expect.stringMatching(/^error spec\.type: is "Fancy"/),
    "error spec.ports[0].port: is 99999, but must be at most 65535 [value-not-allowed]",
    "error spec: of several ports each needs a name [rule-broken]",
  ]);
  expect(said("Service", { spec: { ports: [{ port: 80, targetPort: 70_000 }] } })).toEqual([
    expect.stringMatching(/^error spec\.ports\[0\]: targetPort must be a port/),
  ]);
  expect(said("Service", { spec: { ports: [{ port: 80, targetPort: "http" }] } })).toEqual([]);
});

describe("fields that a kind does not have", () => {
  it("are warned of, with the one that may be meant", () => {
    expect(said("KongPlugin", { plugin: "cors", konfig: {}, protocol: ["http"], somethingElse: 1 })).toEqual([
      "warning konfig: there is no such field; is config meant? [field-unknown]",
      "warning protocol: there is no such field; is protocols meant? [field-unknown]",
      "warning somethingElse: there is no such field [field-unknown]",
    ]);
    expect(said("HTTPRoute", { spec: { rules: [{ backendRef: [], matches: [{ paths: {} }] }] } })).toEqual([
      "warning spec.rules[0].backendRef: there is no such field; is backendRefs meant? [field-unknown]",
      "warning spec.rules[0].matches[0].paths: there is no such field; is path meant? [field-unknown]",
    ]);
  });

  it("are nobody's business in free-form parts, maps and status", () => {
    expect(said("KongPlugin", { plugin: "x", config: { any: { thing: 1 } }, status: { odd: 1 } })).toEqual([]);
    expect(said("KongUpstreamPolicy", { spec: { healthchecks: { active: { headers: { any: ["x"] } } } } })).toEqual([]);
  });

  it("are found in the metadata of every kind", () => {
    expect(said("Namespace", {}, { annotation: {}, finalizers: [] })).toEqual([
      "warning metadata.annotation: there is no such field; is annotations meant? [field-unknown]",
    ]);
  });

  it("are those of Kubernetes' own kinds too, but not what is only not read", () => {
    const spec = { ports: [{ port: 80 }], sessionAffinity: "None", trafficDistribution: "PreferClose", selecter: {} };
    expect(said("Service", { spec })).toEqual([
      "warning spec.selecter: there is no such field; is selector meant? [field-unknown]",
    ]);
    expect(said("ConfigMap", { immutable: true, data: {} })).toEqual([]);
    const endpoints = [{ addresses: ["10.0.0.1"], hints: {}, targetRef: { apiVersion: "v1" }, zones: "a" }];
    expect(said("EndpointSlice", { addressType: "IPv4", endpoints })).toEqual([
      "warning endpoints[0].zones: there is no such field; is zone meant? [field-unknown]",
    ]);
  });
});

it.each(KINDS.map(({ kind }) => [kind.kind, kind] as const))(
  "%s: nothing that is admitted is thrown at or changed",
  (_, kind) => {
    fc.assert(
      fc.property(anyObject(kind), anyObject(kind), (value, other) => {
        const now = admit(kind, value).object;
        const former = admit(kind, other).object;
        if (now === undefined) return;
        const before = JSON.stringify(now);
        validateObject(now, former);
        expect(JSON.stringify(now)).toBe(before);
      }),
      { numRuns: 30 },
    );
  },
);
