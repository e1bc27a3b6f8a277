import { expect, test } from "vitest";
import { stringify } from "yaml";
import { systemClock } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";
import { configEntities } from "./config-entities.ts";
import { EntityKinds } from "./kinds.ts";

const read = (text: string) => configEntities(text, new EntityKinds("traditional_compatible"), new Slices(systemClock));

test("references are ids, certificates have their names, and texts in lines keep their last line break", async () => {
  // As Kong writes it: dashes below the key, long texts in lines.
  const found = await read(`_transform: false
_format_version: '3.0'
certificates:
- id: 11111111-1111-4111-8111-111111111111
  cert: |
    -----BEGIN CERTIFICATE-----
    - no item
    -----END CERTIFICATE-----
  tags: ~
services:
- id: 22222222-2222-4222-8222-222222222222
  name: 'yes'
  client_certificate: 11111111-1111-4111-8111-111111111111
  tags:
  - a
  - b
snis:
- name: a.test
  certificate: 11111111-1111-4111-8111-111111111111
- name: b.test
  certificate: 11111111-1111-4111-8111-111111111111
`);
  expect([...found.keys()]).toEqual(["certificates", "services"]);
  expect(found.get("certificates")![0]!.value).toMatchObject({
    cert: "-----BEGIN CERTIFICATE-----\n- no item\n-----END CERTIFICATE-----\n",
    tags: null,
    snis: ["a.test", "b.test"],
  });
  expect(found.get("services")![0]!.value).toMatchObject({
    name: "yes",
    client_certificate: { id: "11111111-1111-4111-8111-111111111111" },
    tags: ["a", "b"],
  });
});

test.each([1, 99, 100, 101, 250])("%i entities of a kind, however the text is laid out", async (count) => {
  const routes = Array.from({ length: count }, (_, at) => ({
    id: `id-${at}`,
    name: `r${at}`,
    paths: [`/${at}`, "- x"],
    service: null,
  }));
  const document = { _format_version: "3.0", routes, services: [{ id: "s", name: "s" }] };
  for (const indentSeq of [true, false]) {
    const found = await read(stringify(document, { indentSeq, version: "1.1" }));
    expect(found.get("routes")!.map(({ value }) => value)).toEqual(routes);
    expect(found.get("services")!.length).toBe(1);
  }
});

test("a gateway that holds nothing", async () => {
  expect((await read("_transform: false\n_format_version: '3.0'\n")).size).toBe(0);
});

test("what is no YAML is said", async () => {
  await expect(read("services:\n- {")).rejects.toMatchObject({ kind: "unfit" });
});
