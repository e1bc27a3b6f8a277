import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { consumerId, entityId, routeId, serviceId, uuidV5 } from "../ids.ts";
import { makePair } from "../testing/certificates.ts";
import { checkDocument, type DocumentOptions, type EntitySet } from "./check-document.ts";

let drawn = 0;
const NOW = Date.UTC(2026, 0, 1);
const options: DocumentOptions = {
  flavor: "traditional_compatible",
  now: NOW,
  auto: {
    now: NOW,
    uuid: () => uuidV5("6ba7b811-9dad-11d1-80b4-00c04fd430c8", String(drawn++)),
    token: () => `token-${drawn++}`,
  },
};

function load(document: JsonObject): EntitySet {
  const result = checkDocument({ _format_version: "3.0", ...document }, options);
  if (!result.ok) throw new Error(JSON.stringify(result.errors.plain()));
  return result.entities;
}

function refusal(document: unknown): { readonly plain: JsonObject; readonly flat: JsonObject } {
  const result = checkDocument(document, options);
  if (result.ok) throw new Error("accepted");
  return { plain: result.errors.plain(), flat: result.errors.flattened() };
}

const fieldsOf = (document: JsonObject) => refusal({ _format_version: "3.0", ...document }).plain["fields"];
const one = (entities: EntitySet, kind: string): JsonObject => [...(entities.get(kind)?.values() ?? [])][0]!;

describe("the top level", () => {
  test("formats, unknown keys and remarks", () => {
    expect(refusal({}).plain["fields"]).toEqual({ _format_version: "required field missing" });
    expect(refusal({ _format_version: "4.0" }).plain["fields"]).toEqual({
      _format_version: "expected one of: 1.1, 2.1, 3.0",
    });
    expect(fieldsOf({ bogus: [], licenses: [{ payload: "x" }] })).toEqual({
      bogus: "unknown field",
      licenses: "unknown field",
    });
    expect(fieldsOf({ services: [1, null], _transform: "x" })).toEqual({
      services: ["expected a record", "required field missing"],
      _transform: "expected a boolean",
    });
    expect(
      load({ _comment: "x", _transform: true, services: [{ name: "a", host: "h", _comment: "y" }] }).get("services")
        ?.size,
    ).toBe(1);
    expect(load({ services: {}, routes: null }).size).toBe(0);
  });

  test("what is no document makes Kong stumble", () => {
    expect(refusal("x")).toEqual({
      plain: { message: "An unexpected error occurred" },
      flat: { message: "An unexpected error occurred" },
    });
  });

  test("keys that other languages stumble over are only keys", () => {
    const document = JSON.parse(
      '{"_format_version":"3.0","__proto__":1,"services":[{"host":"h","__proto__":{"a":1},"constructor":1}]}',
    ) as Json;
    expect(refusal(document).plain["fields"]).toEqual({
      services: [{ constructor: "unknown field", ["__proto__"]: "unknown field" }],
      ["__proto__"]: "unknown field",
    });
  });
});

describe("loading", () => {
  const entities = load({
    services: [
      { name: "s", host: "h", tags: ["t"], routes: [{ name: "r", paths: ["/"], plugins: [{ name: "cors" }] }] },
    ],
    routes: [{ name: "r2", service: "s", hosts: ["a"] }],
    upstreams: [{ name: "u", targets: [{ target: "1.2.3.4:80" }, { target: "b:80", weight: 0 }] }],
    consumers: [
      {
        username: "c",
        keyauth_credentials: [{ key: "k" }],
        acls: [{ group: "g" }],
        basicauth_credentials: [{ username: "b", password: "p" }],
      },
    ],
    plugins: [
      { name: "rate-limiting", config: { minute: 1 }, consumer: "c", route: "r2", service: { id: serviceId("s") } },
    ],
  });

  test("names become ids, references become { id }", () => {
    expect(entities.get("services")?.get(serviceId("s"))).toMatchObject({
      port: 80,
      retries: 5,
      path: null,
      tags: ["t"],
      created_at: NOW / 1000,
    });
    expect(entities.get("routes")?.get(routeId("r"))).toMatchObject({
      service: { id: serviceId("s") },
      strip_path: true,
      protocols: ["http", "https"],
    });
    expect(entities.get("routes")?.get(routeId("r2"))).toMatchObject({ service: { id: serviceId("s") } });
    const plugins = [...(entities.get("plugins")?.values() ?? [])];
    expect(plugins.map(({ name, route, consumer }) => ({ name, route, consumer }))).toEqual([
      { name: "cors", route: { id: routeId("r") }, consumer: null },
      { name: "rate-limiting", route: { id: routeId("r2") }, consumer: { id: consumerId("c") } },
    ]);
    expect(entities.get("plugins")?.has(entityId("plugins", `plugins:*:cors:${routeId("r")}::`))).toBe(true);
  });

  test("what stands inside belongs to what is around it", () => {
    const upstream = one(entities, "upstreams")["id"] as string;
    expect([...(entities.get("targets")?.keys() ?? [])]).toEqual([
      entityId("targets", `targets:*:${upstream}:1.2.3.4:80`),
      entityId("targets", `targets:*:${upstream}:b:80`),
    ]);
    expect(one(entities, "acls")).toMatchObject({
      group: "g",
      consumer: { id: consumerId("c") },
      id: entityId("acls", `acls:*:${consumerId("c")}:g`),
    });
    expect(one(entities, "keyauth_credentials")).toMatchObject({ key: "k", consumer: { id: consumerId("c") } });
    expect(one(entities, "upstreams")).not.toHaveProperty("targets");
    expect(one(entities, "upstreams")["healthchecks"]).toMatchObject({ active: { healthy: { interval: 0 } } });
  });
});

describe("uniqueness (spec: corrections, second table)", () => {
  const taken = (kind: string, field: string, value: string) =>
    `uniqueness violation: '${kind}' entity with ${field} set to '${value}' already declared`;

  test("two routes of one name: the place in their own list is all that Kong tells", () => {
    const routes = [
      { name: "r", paths: ["/"] },
      { name: "r", paths: ["/a"] },
    ];
    const { plain, flat } = refusal({ _format_version: "3.0", services: [{ name: "s", host: "h", routes }] });
    expect(plain["fields"]).toEqual({ routes: [null, taken("routes", "name", "r")] });
    expect(flat).toMatchObject({
      flattened_errors: {},
      message: `declarative config is invalid: {routes={[2]="${taken("routes", "name", "r")}"}}`,
    });
  });

  test("a plugin twice on one service has one id twice", () => {
    const id = entityId("plugins", `plugins:*:request-termination::${serviceId("s")}:`);
    const plugins = [{ name: "request-termination" }, { name: "request-termination" }];
    const { flat } = refusal({ _format_version: "3.0", services: [{ name: "s", host: "h", plugins }] });
    expect(flat["flattened_errors"]).toMatchObject([
      {
        entity_type: "plugin",
        entity_name: "request-termination",
        errors: [{ type: "entity", message: taken("plugins", "primary key", id) }],
      },
    ]);
  });

  test("the same id given twice, at the top", () => {
    const plugin = { name: "cors", id: serviceId("x") };
    expect(fieldsOf({ plugins: [plugin, plugin] })).toEqual({
      plugins: [null, taken("plugins", "primary key", serviceId("x"))],
    });
  });

  test("usernames, custom ids, keys, names of SNIs and of plugin instances", () => {
    expect(fieldsOf({ consumers: [{ username: "a" }, { username: "a" }] })).toEqual({
      consumers: [null, taken("consumers", "username", "a")],
    });
    expect(
      fieldsOf({
        consumers: [
          { username: "a", custom_id: "x" },
          { username: "b", custom_id: "x" },
        ],
      }),
    ).toEqual({ consumers: { b: taken("consumers", "custom_id", "x") } });
    expect(
      fieldsOf({
        consumers: [
          { username: "a", hmacauth_credentials: [{ username: "u" }] },
          { username: "b", hmacauth_credentials: [{ username: "u" }] },
        ],
      }),
    ).toEqual({
      hmacauth_credentials: [taken("hmacauth_credentials", "username", "u")],
    });
    expect(
      fieldsOf({
        plugins: [
          { name: "cors", instance_name: "i" },
          { name: "jwt", instance_name: "i" },
        ],
      }),
    ).toEqual({ plugins: [null, taken("plugins", "instance_name", "i")] });
  });

  test("an ACL group twice on one consumer", () => {
    const { flat } = refusal({
      _format_version: "3.0",
      consumers: [{ username: "a", acls: [{ group: "g" }, { group: "g" }] }],
    });
    expect(flat["flattened_errors"]).toMatchObject([
      {
        entity_type: "acl",
        errors: [{ message: expect.stringContaining("'acls' entity with primary key") as string }],
      },
    ]);
    expect(
      load({
        consumers: [
          { username: "a", acls: [{ group: "g" }] },
          { username: "b", acls: [{ group: "g" }] },
        ],
      }).get("acls")?.size,
    ).toBe(2);
  });
});

describe("references", () => {
  test("to what is not there", () => {
    expect(fieldsOf({ routes: [{ name: "r", paths: ["/"], service: "ghost" }] })).toEqual({
      routes: { r: ["invalid reference 'service: ghost' (no such entry in 'services')"] },
    });
    expect(fieldsOf({ targets: [{ target: "a:1", upstream: "ghost", id: serviceId("t") }] })).toEqual({
      targets: { [serviceId("t")]: ["invalid reference 'upstream: ghost' (no such entry in 'upstreams')"] },
    });
  });

  test("of a plugin without a name of its own make Kong stumble (spec: corrections)", () => {
    const document = {
      _format_version: "3.0",
      consumers: [{ custom_id: "c-42" }],
      plugins: [{ name: "rate-limiting", config: { minute: 1 }, consumer: "c-42" }],
    };
    const result = checkDocument(document, options);
    expect(result.ok ? 0 : result.errors.status).toBe(500);
    const wrong = { ...document, services: [{ name: "s", host: "h", port: -1 }] };
    expect(refusal(wrong).plain["fields"]).toMatchObject({ plugins: [{ consumer: { id: "missing primary key" } }] });
  });
});

describe("certificates", () => {
  const [a, b, ca] = [makePair("a.test"), makePair("b.test"), makePair("ca.test", { ca: true })];
  const id = serviceId("certificate");

  test("a certificate with its key and its names", () => {
    const entities = load({ certificates: [{ ...a, id, snis: [{ name: "a.test", certificate: { id } }] }] });
    expect(one(entities, "snis")).toMatchObject({ name: "a.test", certificate: { id } });
    expect(one(entities, "certificates")).not.toHaveProperty("snis");
  });

  test("names without their certificate pass only as long as nothing needs a second look", () => {
    const certificates = [{ ...a, id, snis: [{ name: "a.test" }] }];
    expect(one(load({ certificates }), "snis")).toMatchObject({ certificate: { id } });
    const consumers = [{ username: "c", basicauth_credentials: [{ username: "u", password: "p" }] }];
    expect(load({ consumers }).size).toBe(2);
    expect(fieldsOf({ certificates, consumers })).toEqual({
      certificates: [{ snis: [{ certificate: "required field missing" }] }],
    });
    expect(
      load({ certificates: [{ ...a, id }], snis: [{ name: "a.test", certificate: { id } }], consumers }).get("snis")
        ?.size,
    ).toBe(1);
  });

  test("a reference that had to be unset is told only beside other errors", () => {
    const certificates = [{ ...a, id, snis: [{ name: "a.test", certificate: { id } }] }];
    expect(fieldsOf({ certificates, services: [{ host: "h", port: -1 }] })).toEqual({
      certificates: [{ snis: [{ certificate: "value must be null" }] }],
      services: [{ port: "value should be between 0 and 65535" }],
    });
  });

  test("a key of another certificate, and what is none", () => {
    expect(fieldsOf({ certificates: [{ cert: a.cert, key: b.key }] })).toEqual({
      certificates: [{ "@entity": ["certificate does not match key"] }],
    });
    expect(fieldsOf({ certificates: [{ cert: "x", key: "y" }] })).toEqual({
      certificates: [
        {
          cert: expect.stringContaining("invalid certificate: ") as string,
          key: expect.stringContaining("invalid key: ") as string,
        },
      ],
    });
  });

  test("certificates of authorities", () => {
    expect(load({ ca_certificates: [{ id, cert: ca.cert }] }).get("ca_certificates")?.size).toBe(1);
    const errors = (cert: string, now = options.now) => {
      const result = checkDocument({ _format_version: "3.0", ca_certificates: [{ id, cert }] }, { ...options, now });
      return result.ok ? "accepted" : JSON.stringify(result.errors.plain()["fields"]);
    };
    expect(errors(a.cert)).toContain('missing the \\"CA\\" basic constraint');
    expect(errors(ca.cert + a.cert)).toContain("please submit only one certificate at a time");
    expect(errors(ca.cert, Date.UTC(2200, 0, 1))).toContain("certificate expired");
  });
});

describe("messages are Lua tables", () => {
  const message = (document: JsonObject) => String(refusal({ _format_version: "3.0", ...document }).plain["message"]);

  test("names, places and brackets", () => {
    expect(message({ consumers: [{ tags: ["a/b"] }] })).toBe(
      "declarative config is invalid: {consumers={{[\"@entity\"]={\"at least one of these fields must be non-empty: 'custom_id', 'username'\"},tags={\"invalid tag 'a/b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences\"}}}}",
    );
    expect(message({ end: 1, "a-b": 1 })).toBe(
      'declarative config is invalid: {["a-b"]="unknown field",["end"]="unknown field"}',
    );
  });

  test("texts with brackets or line breaks in them", () => {
    expect(message({ services: [{ host: "h", tags: ["a]]b,"] }] })).toContain("[=[invalid tag 'a]]b,'");
    expect(message({ services: [{ host: "h", tags: ['a"b,'] }] })).toContain(`"invalid tag 'a\\"b,'`);
  });
});

test("no document makes it fail", () => {
  const kinds = fc.constantFrom(
    "services",
    "routes",
    "plugins",
    "upstreams",
    "targets",
    "consumers",
    "certificates",
    "snis",
    "acls",
    "nosuch",
    "__proto__",
  );
  const fields = fc.constantFrom(
    "id",
    "name",
    "host",
    "service",
    "routes",
    "plugins",
    "targets",
    "consumer",
    "tags",
    "config",
    "protocols",
    "username",
    "snis",
    "cert",
    "acls",
    "upstream",
    "target",
    "__proto__",
  );
  const leaf = fc.oneof(
    fc.constantFrom<Json>("a", "cors", 1, null, true, serviceId("a"), [], {}),
    fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>,
  );
  const item = fc.array(fc.tuple(fields, leaf)).map((entries) => Object.fromEntries(entries) as JsonObject);
  const nested = fc
    .array(fc.tuple(fields, fc.oneof(leaf, fc.array(item))))
    .map((entries) => Object.fromEntries(entries) as JsonObject);
  const document = fc
    .array(fc.tuple(kinds, fc.oneof(fc.array(nested), leaf)))
    .map((entries) => Object.fromEntries([["_format_version", "3.0"], ...entries]) as JsonObject);
  fc.assert(
    fc.property(document, (value) => {
      const before = JSON.stringify(value);
      const result = checkDocument(value, options);
      if (!result.ok) expect([result.errors.plain(), result.errors.flattened()].length).toBe(2);
      expect(JSON.stringify(value)).toBe(before);
    }),
    { numRuns: 300 },
  );
});

test("5,000 services with routes, upstreams and targets are taken in well under a second", () => {
  const document = {
    _format_version: "3.0",
    services: Array.from({ length: 5000 }, (_, i) => ({
      name: `s${i}`,
      host: `s${i}.ns.80.svc`,
      port: 80,
      path: "/",
      tags: [`k8s-name:s${i}`],
      routes: [{ name: `r${i}`, hosts: [`h${i}.test`], paths: ["/a/", "~/a$"], tags: [`k8s-name:r${i}`] }],
    })),
    upstreams: Array.from({ length: 5000 }, (_, i) => ({
      name: `s${i}.ns.80.svc`,
      tags: [`k8s-name:s${i}`],
      targets: [1, 2, 3].map((n) => ({ target: `10.0.${i % 250}.${n}:80` })),
    })),
  };
  const start = performance.now();
  const result = checkDocument(document, options);
  const took = performance.now() - start;
  expect(result.ok && result.entities.get("targets")?.size).toBe(15_000);
  // Measured: 0.4 s; the machine of a test may be busy.
  expect(took).toBeLessThan(3000);
});
