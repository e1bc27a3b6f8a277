import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../base/problem.ts";
import { admit, checkValues } from "./check.ts";
import { EndpointSlice } from "./core/endpoint-slice.ts";
import { Ingress } from "./core/ingress.ts";
import { Secret } from "./core/secret.ts";
import { Service } from "./core/service.ts";
import { withDefaults } from "./defaults.ts";
import { HTTPRoute } from "./gateway-api/http-route.ts";
import type { Kind, KubernetesObject } from "./kind.ts";
import { apiVersionOf, KINDS } from "./kinds.ts";
import { KongConsumer } from "./kong/kong-consumer.ts";
import { KongPlugin } from "./kong/kong-plugin.ts";
import { structuralOf } from "./structural.ts";
import { anyObject } from "./testing/arbitrary.ts";

function made(kind: Kind, body: object): Record<string, unknown> {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: "web", namespace: "shop" }, ...body };
}

function problems(kind: Kind, value: unknown): readonly string[] {
  return (admit(kind, value).problems ?? []).map(formatProblem);
}

function valueProblems(kind: Kind, body: object): readonly string[] {
  const { object } = admit(kind, made(kind, body));
  if (object === undefined) throw new Error("not admitted");
  return checkValues(kind, object).map((problem) => `${problem.path} ${problem.message}`);
}

const INGRESS = {
  spec: {
    rules: [
      {
        host: "a.example",
        http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "s", port: { number: 80 } } } }] },
      },
    ],
  },
};

describe("admitting an object", () => {
  it("gives back the very same object when nothing is wrong", () => {
    const value = made(Ingress, { ...INGRESS, unknownField: { kept: true } });
    expect(admit(Ingress, value).object).toBe(value);
  });

  it.each<[string, Kind, unknown, string]>([
    [
      "a wrong type",
      Ingress,
      made(Ingress, { spec: { rules: [{ http: { paths: "x" } }] } }),
      "spec.rules[0].http.paths: must be a list, but is a string",
    ],
    [
      "a missing field",
      Ingress,
      made(Ingress, { spec: { rules: [{ http: { paths: [{}] } }] } }),
      "spec.rules[0].http.paths[0].backend: is required",
    ],
    [
      "a number for a text",
      Service,
      made(Service, { spec: { externalName: 7 } }),
      "spec.externalName: must be a string, but is an integer; put it in quotes",
    ],
    [
      "a boolean for a text",
      KongPlugin,
      made(KongPlugin, { plugin: true }),
      "plugin: must be a string, but is true or false; put it in quotes",
    ],
    [
      "a fraction for an integer",
      Service,
      made(Service, { spec: { ports: [{ port: 1.5 }] } }),
      "spec.ports[0].port: must be an integer, but is a number",
    ],
    [
      "an object for a port",
      Service,
      made(Service, { spec: { ports: [{ port: 1, targetPort: {} }] } }),
      "spec.ports[0].targetPort: must be an integer or a string, but is an object",
    ],
    [
      "an annotation that is no text",
      Ingress,
      made(Ingress, { metadata: { name: "web", namespace: "shop", annotations: { "konghq.com/retries": 5 } } }),
      'metadata.annotations["konghq.com/retries"]: must be a string, but is an integer',
    ],
    ["a list for an object", HTTPRoute, made(HTTPRoute, { spec: [] }), "spec: must be an object, but is a list"],
    ["no spec", HTTPRoute, made(HTTPRoute, {}), "spec: is required"],
    [
      "a configuration that is no object",
      KongPlugin,
      made(KongPlugin, { plugin: "cors", config: "x" }),
      "config: must be an object, but is a string",
    ],
    [
      "a null in a list",
      KongConsumer,
      made(KongConsumer, { credentials: [null] }),
      "credentials[0]: must be a string, but is null",
    ],
  ])("finds %s", (_, kind, value, words) => {
    expect(problems(kind, value)).toEqual([expect.stringContaining(`error: ${kind.kind} shop/web ${words}`)]);
  });

  it("finds everything at once, up to twenty", () => {
    expect(problems(Service, made(Service, { spec: { ports: [{}, { port: "x" }], type: 1 } }))).toHaveLength(3);
    expect(problems(KongConsumer, made(KongConsumer, { credentials: Array(1000).fill(1) }))).toHaveLength(20);
  });

  it("has a name for what has none", () => {
    expect(problems(Service, null)).toEqual(["error: Service : must be an object, but is null [object-malformed]"]);
    expect(problems(Service, made(Service, { metadata: { name: true } }))[0]).toContain(
      "Service true metadata.name: must be a string",
    );
  });

  it("takes out nulls that mean nothing was given, as the lists of an EndpointSlice without endpoints", () => {
    const value = made(EndpointSlice, { addressType: "IPv4", endpoints: null, ports: null });
    const copy = structuredClone(value);
    expect(admit(EndpointSlice, value).object).toEqual(made(EndpointSlice, { addressType: "IPv4" }));
    expect(value).toEqual(copy);
    const annotated = made(Service, { metadata: { name: "web", annotations: { a: null, b: "c" } }, spec: null });
    expect(admit(Service, annotated).object).toMatchObject({ metadata: { annotations: { a: "", b: "c" } } });
    expect(admit(Service, annotated).object).not.toHaveProperty("spec");
  });

  it("leaves nulls in free-form parts alone", () => {
    const value = made(KongPlugin, { plugin: "x", config: { a: null, b: [null] }, disabled: null });
    expect(admit(KongPlugin, value).object).toEqual(made(KongPlugin, { plugin: "x", config: { a: null, b: [null] } }));
  });

  it("takes keys such as __proto__ and constructor for keys", () => {
    const labels = JSON.parse('{"__proto__": "a", "constructor": "b", "hasOwnProperty": "c"}') as object;
    const value = made(Service, { metadata: { name: "web", labels } });
    expect(admit(Service, value).object).toBe(value);
    const wrong = made(Service, { metadata: { name: "web", labels: JSON.parse('{"__proto__": {}}') } });
    expect(problems(Service, wrong)[0]).toContain("metadata.labels.__proto__: must be a string, but is an object");
    // What every object inherits is not given.
    expect(
      problems(Service, Object.create({ apiVersion: "v1", kind: "Service", metadata: { name: "x" } })),
    ).toHaveLength(3);
  });

  it("never shows a value", () => {
    const secret = made(Secret, { data: { password: { canary: "canary" } }, type: ["canary"] });
    expect(problems(Secret, secret).join()).not.toMatch(/"canary"|: canary/);
  });
});

describe("values that the API server refuses", () => {
  it.each<[string, Kind, object, readonly string[]]>([
    [
      "a word",
      Ingress,
      { spec: { rules: [{ http: { paths: [{ pathType: "prefix", backend: {} }] } }] } },
      ['spec.rules[0].http.paths[0].pathType is "prefix", but must be one of Exact, Prefix, ImplementationSpecific'],
    ],
    [
      "a range",
      Service,
      { spec: { ports: [{ port: 0 }, { port: 65536 }] } },
      ["spec.ports[0].port is 0, but must be at least 1", "spec.ports[1].port is 65536, but must be at most 65535"],
    ],
    [
      "a pattern",
      HTTPRoute,
      { spec: { hostnames: ["Shop"] } },
      [expect.stringMatching(/^spec\.hostnames\[0\] is "Shop", which does not match/)],
    ],
    ["a length", HTTPRoute, { spec: { parentRefs: [{ name: "" }] } }, ["spec.parentRefs[0].name must not be empty"]],
    [
      "a length, in characters",
      HTTPRoute,
      { spec: { parentRefs: [{ name: "😀".repeat(254) }] } },
      ["spec.parentRefs[0].name has 254 characters, but at most 253 are allowed"],
    ],
    [
      "too many items",
      HTTPRoute,
      { spec: { rules: Array(17).fill({}) } },
      ["spec.rules has 17 items, but at most 16 are allowed"],
    ],
    ["no item", HTTPRoute, { spec: { rules: [] } }, ["spec.rules must have at least one item"]],
    [
      "twins in a set",
      KongConsumer,
      { username: "u", credentials: ["a", "b", "a"] },
      ["credentials[2] is the same as item 0 of the list"],
    ],
    [
      "twins by a key",
      HTTPRoute,
      {
        spec: {
          rules: [
            {
              matches: [
                {
                  headers: [
                    { name: "x", value: "1" },
                    { name: "x", value: "2" },
                  ],
                },
              ],
            },
          ],
        },
      },
      ["spec.rules[0].matches[0].headers[1] has the same name as item 0 of the list"],
    ],
    [
      "base64",
      Secret,
      { data: { a: "YQ==", b: "not base64" } },
      ["data.b is not base64 (with stringData, plain text can be given)"],
    ],
  ])("finds %s", (_, kind, body, found) => {
    expect(valueProblems(kind, body)).toEqual(found);
  });

  it("has nothing to say to a good object", () => {
    expect(valueProblems(Ingress, INGRESS)).toEqual([]);
  });
});

describe("every kind", () => {
  it("has a schema that Kubernetes could read", () => {
    for (const { kind } of KINDS) expect(structuralOf(kind.schema).type).toBe("object");
  });

  it("has a name of its own", () => {
    expect(new Set(KINDS.map(({ kind }) => kind.kind)).size).toBe(KINDS.length);
  });

  it.each(KINDS.map(({ kind }) => [kind.kind, kind] as const))(
    "%s: whatever comes is admitted or refused, never thrown at, never changed",
    (_, kind) => {
      fc.assert(
        fc.property(anyObject(kind), (value) => {
          const before = JSON.stringify(value);
          const { object } = admit(kind, value);
          expect(JSON.stringify(value)).toBe(before);
          if (object === undefined) return;
          const admitted = JSON.stringify(object);
          checkValues(kind, object);
          const full = withDefaults(object) as KubernetesObject;
          expect(JSON.stringify(object)).toBe(admitted);
          // With its defaults it still has the type of its kind, and nothing is left to fill in.
          expect(admit(kind, full).object).toBe(full);
          expect(withDefaults(full)).toBe(full);
        }),
        { numRuns: 60 },
      );
    },
  );

  it("throws at no junk whatever", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        for (const { kind } of KINDS) admit(kind, value);
      }),
      { numRuns: 100 },
    );
  });
});
