import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfigRefusal, readEntityRefusal } from "./errors.ts";
import { haveSharedFacts, sharedJson, sharedNames } from "./testing/shared-facts.ts";

const read = (body: object) => readConfigRefusal(JSON.stringify(body))?.errors;

describe("flattened", () => {
  test("errors of an entity with tags, in fields and as a whole", () => {
    const entity = {
      entity_type: "route",
      entity_name: "r",
      entity_id: "22222222-2222-4222-8222-222222222222",
      entity_tags: ["k8s-name:i"],
      entity: {},
    };
    const errors = [
      { type: "field", field: "paths.1", message: "bad" },
      { type: "entity", message: "worse" },
    ];
    const who = { entityType: "route", entityName: "r", entityId: entity.entity_id, tags: ["k8s-name:i"] };
    expect(read({ message: "m", fields: {}, flattened_errors: [{ ...entity, errors }] })).toEqual([
      { ...who, field: "paths.1", message: "bad" },
      { ...who, message: "worse" },
    ]);
  });

  test("entities without a name are known by what names them", () => {
    const named = (entity: object) =>
      read({
        message: "m",
        flattened_errors: [{ entity_type: "x", entity, errors: [{ type: "entity", message: "e" }] }],
      })?.[0]?.entityName;
    expect(named({ target: "1.2.3.4:80" })).toBe("1.2.3.4:80");
    expect(named({ username: "c" })).toBe("c");
    expect(named({ key: "secret", password: "p" })).toBeUndefined();
  });

  test("several messages of one field", () => {
    const errors = [{ type: "field", field: "hosts", messages: ["", "bad"] }];
    expect(read({ message: "m", flattened_errors: [{ entity_type: "route", errors }] })).toEqual([
      { entityType: "route", field: "hosts.2", message: "bad" },
    ]);
  });

  test("an empty one says nothing: ask without flattening", () => {
    expect(
      readConfigRefusal(
        JSON.stringify({ message: "declarative config is invalid: {}", fields: {}, flattened_errors: {} }),
      ),
    ).toEqual({
      message: "declarative config is invalid: {}",
      errors: [],
    });
  });
});

describe("in the shape of the document", () => {
  const fields = (value: object) => read({ message: "m", fields: value });

  test("places of entities, and fields in them", () => {
    expect(fields({ services: [null, { port: "bad", routes: [{ paths: [null, "worse"] }] }] })).toEqual([
      { entityType: "service", field: "port", message: "bad", path: ["services", 1] },
      { entityType: "route", field: "paths.2", message: "worse", path: ["services", 1, "routes", 0] },
    ]);
  });

  test("entities as a whole", () => {
    expect(fields({ consumers: [{ "@entity": ["one", "two"] }], plugins: [null, "taken"] })).toEqual([
      { entityType: "consumer", message: "one", path: ["consumers", 0] },
      { entityType: "consumer", message: "two", path: ["consumers", 0] },
      { entityType: "plugin", message: "taken", path: ["plugins", 1] },
    ]);
  });

  test("references by name or id", () => {
    const id = "9d1b1f0e-0000-4000-8000-000000000000";
    expect(fields({ routes: { r: ["ghost"] }, plugins: { [id]: ["ghost"] } })).toEqual([
      { entityType: "route", entityName: "r", message: "ghost" },
      { entityType: "plugin", entityId: id, message: "ghost" },
    ]);
  });

  test("the top level", () => {
    expect(fields({ _format_version: "required field missing", bogus: "unknown field" })).toEqual([
      { field: "_format_version", message: "required field missing" },
      { field: "bogus", message: "unknown field" },
    ]);
  });
});

test("an entity that was sent alone", () => {
  const body = {
    code: 2,
    name: "schema violation",
    message: "2 schema violations (…)",
    fields: { config: { minute: "bad" }, "@entity": ["worse"], paths: [null, "odd"] },
  };
  expect(readEntityRefusal(JSON.stringify(body))?.errors).toEqual([
    { field: "config.minute", message: "bad" },
    { message: "worse" },
    { field: "paths.2", message: "odd" },
  ]);
  expect(readEntityRefusal('{"message":"Not found"}')?.errors).toEqual([{ message: "Not found" }]);
});

test("bodies that are none of Kong's", () => {
  for (const body of ["", "<html>", "null", "[]", "1", "{}"]) {
    expect(readConfigRefusal(body)).toBeUndefined();
    expect(readEntityRefusal(body)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      readConfigRefusal(JSON.stringify({ message: "m", fields: value, flattened_errors: value }));
      readEntityRefusal(JSON.stringify({ message: "m", fields: value }));
    }),
  );
});

describe.skipIf(!haveSharedFacts)("every refusal that was recorded", () => {
  const folder = "facts/kong-3.9/errors";
  const refusals = sharedNames(folder).filter((name) => /\.(flat|plain)\.400\.json$/.test(name));

  test.each(refusals)("%s says at least one thing, or that it says nothing", (name) => {
    const body = sharedJson(`${folder}/${name}`) as { fields?: object; flattened_errors?: object };
    const found = readConfigRefusal(JSON.stringify(body));
    if (found === undefined) expect.fail("not read");
    const silent = Object.keys(body.fields ?? {}).length === 0 && Object.keys(body.flattened_errors ?? {}).length === 0;
    expect(found.errors.length > 0).toBe(!silent);
  });

  test.each(refusals.filter((name) => name.includes(".plain.")))(
    "%s names the same entities and fields as its flattened form",
    (name) => {
      const key = (form: string) => {
        const found = readConfigRefusal(
          JSON.stringify(sharedJson(`${folder}/${name.replace(".plain.", `.${form}.`)}`)),
        );
        return found?.errors.map(({ entityType, field, message }) => `${entityType} ${field} ${message}`).sort();
      };
      const [plain, flat] = [key("plain"), key("flat")];
      // A wrong reference is told in the plain form only; a certificate's own list of names is told of the certificate in the other.
      if (/route_missing|bad_cert/.test(name)) expect(plain).not.toEqual(flat);
      else expect(plain).toEqual(flat);
    },
  );
});
