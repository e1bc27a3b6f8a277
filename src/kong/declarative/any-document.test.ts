import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { serviceId } from "../ids.ts";
import { options } from "../testing/documents.ts";
import { checkDocument } from "./check-document.ts";

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
    { numRuns: 100 },
  );
}, 30_000);

test("5,000 services with routes, upstreams and targets are taken", () => {
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
  const result = checkDocument(document, options);
  expect(result.ok && result.entities.get("targets")?.size).toBe(15_000);
});
