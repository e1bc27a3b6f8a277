import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { consumerId, entityId, routeId, serviceId } from "../ids.ts";
import { fieldsOf, load, NOW, one, options, refusal } from "../testing/documents.ts";
import { checkDocument } from "./check-document.ts";

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
