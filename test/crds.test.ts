import fc from "fast-check";
import type { TSchema } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isJsonObject, type JsonObject } from "../src/base/json.ts";
import { findBrokenRules } from "../src/resources/cel.ts";
import { crdOf, openApi } from "../src/resources/crd/definition.ts";
import type { CrdKind } from "../src/resources/crd-kind.ts";
import { filled, withoutNulls } from "../src/resources/fill.ts";
import { apiVersionOf, CRD_KINDS, KINDS } from "../src/resources/kinds.ts";
import { type Structural, structuralOf } from "../src/resources/structural.ts";
import { findShape } from "../src/resources/structure.ts";
import { anyObject } from "../src/resources/testing/arbitrary.ts";
import { findValues } from "../src/resources/values.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import type { TestObject } from "./support/cluster-client.ts";
import { CRD_SAMPLES, type CrdSample } from "./support/crd-samples.ts";
import { crdsIn, gatewayApiCrds, goModuleFolder } from "./support/published-crds.ts";

const published = publishedCrds();

/** Kong's and Gateway API's own CRDs, by kind; none where they cannot be had. */
function publishedCrds(): Published | undefined {
  try {
    const kong = `${goModuleFolder("github.com/kong/kubernetes-configuration/v2")}/config/crd/ingress-controller`;
    return {
      kong: byKind([...crdsIn(kong), ...crdsIn(`${kong}-incubator`)]),
      gatewayApi: byKind(gatewayApiCrds("experimental")),
    };
  } catch (error) {
    if (process.env["CI"]) throw error;
    console.log("Our schemas are not compared with the published CRDs: Go, which gets them, is missing or cannot.");
    return undefined;
  }
}

interface Published {
  readonly kong: ReadonlyMap<string, TestObject>;
  readonly gatewayApi: ReadonlyMap<string, TestObject>;
}

function byKind(crds: readonly TestObject[]): ReadonlyMap<string, TestObject> {
  return new Map(crds.map((crd) => [((crd["spec"] as JsonObject)["names"] as JsonObject)["kind"] as string, crd]));
}

function specOf(crd: unknown): JsonObject {
  return (crd as { readonly spec: JsonObject }).spec;
}

function versionOf(crd: unknown): JsonObject {
  return (specOf(crd)["versions"] as readonly JsonObject[])[0]!;
}

function schemaOf(crd: unknown): JsonObject {
  return (versionOf(crd)["schema"] as JsonObject)["openAPIV3Schema"] as JsonObject;
}

/** What a CRD says beside its schema, without words for people. */
function withoutSchema(crd: unknown): unknown {
  const {
    schema: _schema,
    deprecationWarning: _warning,
    additionalPrinterColumns: columns,
    ...version
  } = versionOf(crd);
  const plain = ((columns ?? []) as readonly JsonObject[]).map(({ description: _words, ...column }) => column);
  return { ...specOf(crd), versions: [{ ...version, columns: plain }] };
}

/** A published schema in our form, which our checks read. */
function asStructural(schema: unknown): Structural {
  return structuralOf(asOurs(schema) as TSchema);
}

function asOurs(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const { additionalProperties, properties, items, oneOf: _addresses, "x-kubernetes-map-type": _map, ...rest } = schema;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: mapValues(properties as JsonObject, asOurs) }),
    ...(items === undefined ? {} : { items: asOurs(items) }),
    ...(additionalProperties === undefined ? {} : { patternProperties: { "^.*$": asOurs(additionalProperties) } }),
  };
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** What has to be the same: everything but words for people, the order of lists that are sets, and how a rule is written. */
function comparable(schema: Structural): unknown {
  return comparableJson(openApi(schema));
}

function comparableJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparableJson);
  if (!isJsonObject(value)) return value;
  const { description: _words, "x-kubernetes-validations": rules, required, enum: words, ...rest } = value;
  const properties = rest["properties"];
  return {
    ...mapValues(rest as JsonObject, comparableJson),
    // A field that is called description is none.
    ...(isJsonObject(properties) ? { properties: mapValues(properties as JsonObject, comparableJson) } : {}),
    ...(Array.isArray(rules) ? { rules: rules.map((rule: { message: string }) => rule.message).sort() } : {}),
    ...(Array.isArray(required) ? { required: [...required].sort() } : {}),
    ...(Array.isArray(words) ? { enum: [...words].sort() } : {}),
  };
}

function whole(kind: CrdKind, body: object): object {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: "x" }, ...body };
}

/** Whether an API server with this schema would take the object. */
function accepts(schema: Structural, value: unknown, former?: unknown): boolean {
  const full = filled(schema, withoutNulls(schema, value));
  const old = former === undefined ? undefined : filled(schema, former);
  return (
    findShape(schema, full).findings.length === 0 &&
    findValues(schema, full).length === 0 &&
    findBrokenRules(schema, full, old).length === 0
  );
}

const kindNamed = (name: string) => CRD_KINDS.find((kind) => kind.kind === name)!;

/** The objects as they are when a sample's change comes. */
function asChange(kind: CrdKind, sample: CrdSample): { readonly value: object; readonly former: object | undefined } {
  const status = sample.status === undefined ? {} : { status: sample.status };
  return {
    value: whole(kind, { ...sample.body, ...status }),
    former: sample.former === undefined ? undefined : whole(kind, { ...sample.former, ...status }),
  };
}

describe("the samples", () => {
  test.each(CRD_KINDS.map((kind) => [kind.kind, kind] as const))(
    "%s: are taken and refused by our own checks",
    (_, kind) => {
      const schema = structuralOf(kind.schema);
      for (const sample of CRD_SAMPLES.filter((candidate) => candidate.kind === kind.kind)) {
        const { value, former } = asChange(kind, sample);
        expect([accepts(schema, value, former), sample.body]).toEqual([sample.refused === undefined, sample.body]);
      }
    },
  );

  test("every rule refuses one of them", () => {
    const messages = new Set(CRD_SAMPLES.map((sample) => sample.refused));
    // Such an object breaks the rule of another type first: `type` has a default.
    const never = [
      "when type is unset, konnectID must not be set",
      "when type is unset, konnectNamespacedRef must not be set",
    ];
    // The schema asks for the field already.
    never.push("spec.stickySessions.cookie is required when spec.stickySessions is set.");
    for (const kind of CRD_KINDS) {
      for (const message of messagesIn(structuralOf(kind.schema))) {
        if (!never.includes(message)) expect(messages).toContain(message);
      }
    }
  });
});

function messagesIn(schema: Structural): readonly string[] {
  const parts = [...(schema.properties?.values() ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  return [...schema.rules.map((rule) => rule.message), ...parts.flatMap(messagesIn)];
}

describe.skipIf(published === undefined)("beside the published CRDs", () => {
  test("there are the same kinds", () => {
    expect(CRD_KINDS.map((kind) => kind.kind).sort()).toEqual([...published!.kong.keys()].sort());
  });

  describe.each(CRD_KINDS.map((kind) => [kind.kind, kind] as const))("%s", (name, kind) => {
    test("has the same names, scope, version, columns and subresources", () => {
      const theirs = published!.kong.get(name)!;
      expect(withoutSchema(crdOf(kind))).toEqual(withoutSchema(theirs));
      expect(crdOf(kind)["metadata"]).toMatchObject({ name: theirs.metadata.name });
      expect((crdOf(kind)["metadata"] as JsonObject)["labels"]).toEqual(theirs.metadata.labels);
    });

    test("has the same fields, types, requirements, limits, defaults, and rules of the same words", () => {
      const ours = schemaOf(crdOf(kind));
      expect(comparable(asStructural(ours))).toEqual(comparable(asStructural(schemaOf(published!.kong.get(name)))));
    });

    test("takes and refuses the same objects", () => {
      const theirs = asStructural(schemaOf(published!.kong.get(name)));
      const ours = asStructural(schemaOf(crdOf(kind)));
      for (const sample of CRD_SAMPLES.filter((candidate) => candidate.kind === name)) {
        const { value, former } = asChange(kind, sample);
        expect([accepts(theirs, value, former), sample.body]).toEqual([sample.refused === undefined, sample.body]);
      }
      fc.assert(
        fc.property(anyObject(kind), anyObject(kind), (value, former) => {
          expect(accepts(ours, value)).toBe(accepts(theirs, value));
          if (accepts(ours, former)) expect(accepts(ours, value, former)).toBe(accepts(theirs, value, former));
        }),
        { numRuns: 200 },
      );
    });
  });
});

describe.skipIf(published === undefined)("beside Gateway API's published CRDs", () => {
  const kinds = KINDS.map((entry) => entry.kind).filter((kind) => published?.gatewayApi.has(kind.kind));

  test("all kinds of ours are there", () => {
    expect(kinds).toHaveLength(KINDS.filter((entry) => entry.kind.group === "gateway.networking.k8s.io").length);
  });

  test.each(kinds.map((kind) => [kind.kind, kind] as const))(
    "%s: every field of its spec is known, with its type and default",
    (name, kind) => {
      const crd = published!.gatewayApi.get(name)!;
      const theirs = asStructural(schemaOf(crd)).properties!.get("spec")!;
      const ours = structuralOf(kind.schema).properties!.get("spec")!;
      expect(fieldsOf(theirs, "spec").filter((field) => !isKnown(field, fieldsOf(ours, "spec")))).toEqual([]);
      expect({ plural: kind.plural, scope: kind.namespaced ? "Namespaced" : "Cluster" }).toEqual({
        plural: (specOf(crd)["names"] as JsonObject)["plural"],
        scope: specOf(crd)["scope"],
      });
      const served = specOf(crd)["versions"] as readonly JsonObject[];
      expect([...kind.versions].sort()).toEqual(served.map((version) => version["name"]).sort());
    },
  );
});

interface Field {
  readonly path: string;
  readonly says: string;
}

function fieldsOf(schema: Structural, path: string): readonly Field[] {
  const { type, format, enum: words } = schema;
  const says = JSON.stringify([
    type,
    format,
    schema.default,
    words === undefined ? undefined : [...words].sort(),
    schema.listType,
  ]);
  return [
    { path, says: schema.open ? "anything" : says },
    ...[...(schema.properties ?? [])].flatMap(([key, of]) => fieldsOf(of, `${path}.${key}`)),
    ...(schema.items === undefined ? [] : fieldsOf(schema.items, `${path}[]`)),
    ...(schema.values === undefined ? [] : fieldsOf(schema.values, `${path}{}`)),
  ];
}

/** Whether we describe the field in the same way, or leave what it is in as it is. */
function isKnown(field: Field, ours: readonly Field[]): boolean {
  return ours.some(
    ({ path, says }) =>
      (path === field.path && says === field.says) ||
      (says === "anything" && (field.path === path || field.path.startsWith(`${path}.`))),
  );
}

describe.skipIf(!apiServerAvailable())("on a real API server", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());

  /** Puts every sample to the server; what it refuses is compared by its words, unless they are the server's own. */
  async function verdicts(prefix: string): Promise<void> {
    for (const [i, sample] of CRD_SAMPLES.entries()) {
      const kind = kindNamed(sample.kind);
      const metadata = { name: `${prefix}-${i}`, ...(kind.namespaced ? { namespace: "samples" } : {}) };
      const ref = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
      if (sample.former !== undefined) await cluster.apply({ ...ref, ...sample.former });
      if (sample.status !== undefined) await cluster.patchStatus(ref, sample.status);
      const path = await cluster.path(ref);
      const object = { ...ref, ...sample.body };
      const answer =
        sample.former === undefined
          ? await cluster.request("POST", `${path.slice(0, path.lastIndexOf("/"))}?fieldValidation=Strict`, object)
          : await cluster.request("PUT", `${path}?fieldValidation=Strict`, {
              ...object,
              metadata: (await cluster.get(ref))!.metadata,
            });
      const message = String(answer.body["message"] ?? "");
      const said = sample.refused === undefined ? "taken" : message.includes(sample.refused) ? sample.refused : message;
      expect([i, sample.kind, answer.status < 300 ? "taken" : said]).toEqual([
        i,
        sample.kind,
        sample.refused ?? "taken",
      ]);
    }
  }

  test("ours are served, and each rule accepts and refuses what it should", { timeout: 120_000 }, async () => {
    await cluster.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "makes-the-namespace", namespace: "samples" },
    });
    await cluster.applyCrds(CRD_KINDS.map(crdOf) as unknown as readonly TestObject[]);
    await verdicts("ours");
    const [consumer] = await cluster.apply({
      apiVersion: "configuration.konghq.com/v1",
      kind: "KongConsumer",
      metadata: { name: "fresh", namespace: "samples" },
      username: "u",
    });
    expect(consumer?.["status"]).toMatchObject({
      conditions: [{ type: "Programmed", status: "Unknown", reason: "Pending" }],
    });
  });

  test.skipIf(published === undefined)(
    "the published ones take their place, and say the same",
    { timeout: 120_000 },
    async () => {
      await cluster.applyCrds([...published!.kong.values()]);
      await verdicts("theirs");
      await cluster.applyCrds(CRD_KINDS.map(crdOf) as unknown as readonly TestObject[]);
    },
  );
});
