import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Pieces } from "../base/pieces.ts";
import type { ObjectRef } from "../base/problem.ts";
import type { PlacedEntity } from "../sync/gateway.ts";
import { readRefusal } from "./refusal.ts";

const ref = (kind: string, name: string): ObjectRef => ({ group: "", version: "v1", kind, namespace: "shop", name });

function payloadOf(sections: Readonly<Record<string, readonly PlacedEntity[]>>) {
  return { bytes: Pieces.of(""), md5: "", entities: 0, sections: new Map(Object.entries(sections)) };
}

const SERVICES: readonly PlacedEntity[] = [
  { value: { name: "good", host: "a.shop" }, origins: [ref("Ingress", "good")] },
  {
    value: { id: "s-1", name: "web", host: "web.shop", routes: [{ id: "r-1", name: "web.one" }, { name: "web.two" }] },
    origins: [ref("Ingress", "one")],
    parts: [
      { type: "route", name: "web.one", origins: [ref("Ingress", "one")] },
      { type: "route", name: "web.two", origins: [ref("Ingress", "two")] },
    ],
  },
];
const CONSUMERS: readonly PlacedEntity[] = [
  {
    value: {
      id: "c-1",
      username: "ann",
      keyauth_credentials: [{ key: "k" }, { key: "a long secret key" }],
      basicauth_credentials: [{ password: "hush-hush" }],
    },
    origins: [ref("KongConsumer", "ann")],
    parts: [
      { type: "keyauth_credentials", name: "0", origins: [ref("Secret", "key"), ref("KongConsumer", "ann")] },
      { type: "keyauth_credentials", name: "1", origins: [ref("Secret", "long"), ref("KongConsumer", "ann")] },
      { type: "basicauth_credentials", name: "0", origins: [ref("Secret", "basic"), ref("KongConsumer", "ann")] },
    ],
  },
];
const PAYLOAD = payloadOf({ services: SERVICES, consumers: CONSUMERS });

const flat = (entry: object) => JSON.stringify({ code: 14, fields: {}, flattened_errors: [entry], message: "x: {}" });
const plain = (fields: object) => JSON.stringify({ code: 14, fields, message: "declarative config is invalid: {…}" });
const only = (text: string) => {
  const { rejections } = readRefusal(text, PAYLOAD);
  expect(rejections).toHaveLength(1);
  return rejections[0]!;
};

test("tags name the object, whatever the entity was merged from", () => {
  const entry = {
    entity_type: "service",
    entity_name: "web",
    entity_tags: ["k8s-name:web", "k8s-namespace:shop", "k8s-kind:Service", "k8s-version:v1"],
    entity: { name: "web" },
    errors: [{ type: "field", field: "port", message: "value should be between 0 and 65535" }],
  };
  expect(only(flat(entry))).toEqual({
    origins: [{ group: "", version: "v1", kind: "Service", namespace: "shop", name: "web" }],
    entityType: "service",
    entityName: "web",
    field: "port",
    message: "value should be between 0 and 65535",
  });
});

test("without tags an entity is found by its id, its name, or its content", () => {
  const errors = [{ type: "entity", message: "must set one of 'methods'" }];
  const route = { entity_type: "route", errors };
  expect(only(flat({ ...route, entity_id: "r-1" })).origins).toEqual([ref("Ingress", "one")]);
  expect(only(flat({ ...route, entity_name: "web.two" })).origins).toEqual([ref("Ingress", "two")]);
  const credential = {
    entity_type: "basicauth_credential",
    entity: { password: "hush-hush", consumer: { id: "c-1" } },
  };
  expect(only(flat({ ...credential, errors })).origins[0]).toEqual(ref("Secret", "basic"));
});

test("an entity that cannot be found is its parent's matter", () => {
  const errors = [{ type: "field", field: "key", message: "required field missing" }];
  const entity = { key: "made up", consumer: { id: "c-1" } };
  expect(only(flat({ entity_type: "keyauth_credential", entity, errors })).origins).toEqual([
    ref("KongConsumer", "ann"),
  ]);
});

test("errors of the whole entity have no field, and several messages of one field are told apart", () => {
  const entry = {
    entity_type: "route",
    entity_id: "r-1",
    errors: [
      { type: "entity", message: "whole" },
      { type: "field", field: "paths", messages: ["first", "", "third"] },
    ],
  };
  const { rejections } = readRefusal(flat(entry), PAYLOAD);
  expect(rejections.map(({ field, message }) => [field, message])).toEqual([
    [undefined, "whole"],
    ["paths.1", "first"],
    ["paths.3", "third"],
  ]);
});

test("plain errors are found by their place in the document", () => {
  expect(only(plain({ services: [null, { port: "too big" }] }))).toMatchObject({
    origins: [ref("Ingress", "one")],
    entityType: "service",
    entityName: "web",
    field: "port",
  });
  expect(only(plain({ services: [null, { routes: [null, { paths: ["bad"] }] }] }))).toMatchObject({
    origins: [ref("Ingress", "two")],
    entityType: "route",
    entityName: "web.two",
    field: "paths.1",
  });
  expect(only(plain({ services: [null, "taken"] }))).toMatchObject({ entityName: "web", field: undefined });
  expect(only(plain({ consumers: [{ basicauth_credentials: [{ "@entity": ["no"] }] }] }))).toMatchObject({
    origins: [ref("Secret", "basic"), ref("KongConsumer", "ann")],
    field: undefined,
    message: "no",
  });
});

test("plain errors by name are found by the name", () => {
  const rejection = only(plain({ services: { web: ["invalid reference"] } }));
  expect(rejection).toMatchObject({ origins: [ref("Ingress", "one")], message: "invalid reference" });
});

test("of duplicates that Kong ties to nobody, those who have the value are found, and the value is not shown", () => {
  const message = "uniqueness violation: 'keyauth_credentials' entity with key set to 'k' already declared";
  const rejection = only(plain({ keyauth_credentials: [message] }));
  expect(rejection.origins[0]).toEqual(ref("Secret", "key"));
  expect(rejection.field).toBe("key");
  expect(rejection.message).toBe(
    "uniqueness violation: 'keyauth_credentials' entity with key set to '[redacted]' already declared",
  );
});

test("values that may come from Secrets are shown nowhere", () => {
  const said = [
    plain({ consumers: [{ keyauth_credentials: [null, { key: "cannot use a long secret key here" }] }] }),
    plain({ jwt_secrets: ["uniqueness violation: 'jwt_secrets' entity with key set to 'zzz' already declared"] }),
    flat({
      entity_type: "keyauth_credential",
      entity: { key: "other-secret", consumer: { id: "?" } },
      errors: [{ type: "field", field: "key", message: "bad 'other-secret'" }],
    }),
    JSON.stringify({ fields: {}, message: "declarative config is invalid: {keys={\"the secret is 'zzz'\"}}" }),
  ].map((text) => JSON.stringify(readRefusal(text, PAYLOAD).rejections));
  for (const text of said) expect(text).not.toMatch(/long secret|other-secret|zzz/);
});

test("what is said about nothing in particular is kept, without objects", () => {
  expect(only(plain({ _format_version: "required field missing" }))).toMatchObject({
    origins: [],
    field: "_format_version",
    message: "required field missing",
  });
  expect(only('{"message":"Cannot parse JSON body"}')).toMatchObject({
    origins: [],
    message: "Cannot parse JSON body",
  });
  expect(only("<html>no</html>").origins).toEqual([]);
});

test("an answer that says nothing is known as such: the plain one is asked for", () => {
  const nothing = { code: 14, fields: {}, flattened_errors: {}, message: "declarative config is invalid: {}" };
  expect(readRefusal(JSON.stringify(nothing), PAYLOAD).saysNothing).toBe(true);
  expect(readRefusal(plain({ services: [{ port: "no" }] }), PAYLOAD).saysNothing).toBe(false);
});

const FACTS = new URL("../../../shared/facts/kong-3.9/errors/", import.meta.url);

describe.skipIf(!existsSync(FACTS))("recorded refusals of a real Kong", () => {
  const read = (name: string): string => readFileSync(new URL(name, FACTS), "utf8");
  const names = (existsSync(FACTS) ? readdirSync(FACTS) : [])
    .filter((name) => name.endsWith(".flat.400.json"))
    .map((name) => name.slice(0, -".flat.400.json".length))
    .filter((name) => existsSync(new URL(`${name}.request.json`, FACTS)));

  /** The request as a payload whose entities, nested ones too, each come from an object of their own. */
  function payload(name: string) {
    const sections = new Map<string, PlacedEntity[]>();
    for (const [section, items] of Object.entries(JSON.parse(read(`${name}.request.json`)) as object)) {
      if (!Array.isArray(items)) continue;
      const entities = (items as Record<string, unknown>[]).map((value, at) => ({
        value,
        origins: [ref(section, String(at))],
        parts: Object.entries(value).flatMap(([list, nested]) =>
          Array.isArray(nested)
            ? nested.map((_, n) => ({ type: list, name: String(n), origins: [ref(list, String(n))] }))
            : [],
        ),
      }));
      sections.set(section, entities);
    }
    return { ...payloadOf({}), sections };
  }

  test.each(names)("%s: flattened or plain, the same errors at the same entities", (name) => {
    const sent = payload(name);
    const untagged = read(`${name}.flat.400.json`).replaceAll("entity_tags", "_");
    const flattened = readRefusal(untagged, sent);
    const asked = readRefusal(read(`${name}.plain.400.json`), sent);
    expect(asked.saysNothing).toBe(false);
    const key = (of: typeof asked) =>
      of.rejections.map((r) => `${r.origins.map((o) => `${o.kind}[${o.name}]`)} ${r.field} ${r.message}`).sort();
    if (flattened.saysNothing) {
      // Only a reference to nothing gets lost, and the plain answer finds its route.
      expect(asked.rejections[0]?.message).toContain("invalid reference");
      expect(asked.rejections[0]?.origins).toEqual([ref("routes", "0")]);
    } else if (name === "bad_cert") {
      // Flattening turns the error of an SNI into one of its certificate.
      expect(new Set(flattened.rejections.map((r) => r.origins[0]?.kind))).toEqual(new Set(["certificates"]));
    } else expect(key(flattened)).toEqual(key(asked));
    const tied = !["bad_version", "no_format_version", "unknown_toplevel", "services_not_array", "json_array"].includes(
      name,
    );
    for (const { origins } of asked.rejections) expect(origins.length > 0).toBe(tied);
  });
});
