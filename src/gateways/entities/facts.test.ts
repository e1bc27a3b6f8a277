import { expect, test } from "vitest";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { haveSharedFacts, sharedJson, sharedNames } from "../../kong/testing/shared-facts.ts";
import { differencesOf } from "./differences.ts";
import type { DesiredEntity } from "./entity.ts";
import { GatewaySchemas } from "./gateway-schemas.ts";
import { HashedSecrets } from "./hashed-secrets.ts";
import { EntityKinds } from "./kinds.ts";

/** What a real Kong answered to writes, held against them with the schemas that it shows: it keeps what was written. */

interface Recorded {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

interface Write {
  readonly line: string;
  readonly entity: DesiredEntity;
  /** With what the path said, and not the body. */
  readonly value: JsonObject;
  readonly shown: JsonObject;
}

/** What a request meant is not what the answer holds: the path wins over the body, and a PUT of a target is a PATCH (facts: db-mode/README.md §2). */
const MEANT_OTHERWISE = [
  'PUT /services/byname1 {"name":"other","host":"h9.test"}',
  'PUT /consumers/alice {"username":null,"custom_id":"zz"}',
  "PUT /upstreams/up1/targets/",
];

const FACTS = "facts/kong-3.9/";
const FILES = [
  "02-services-routes",
  "03-services-routes-2",
  "05-upstreams-targets",
  "06-targets-2",
  "07-consumers-credentials",
  "08-plugins",
  "09-certs-snis-ca-vaults-keys",
  "10-keys",
  "11-tags-paging",
  "14-explicit-null",
  "16-extra-checks",
];
const kinds = new EntityKinds("traditional_compatible");
const byPath = new Map(
  kinds.known(false).flatMap((name) => {
    const { path, within } = kinds.get(name);
    return [path, ...(within === undefined ? [] : [within.path])].map((one) => [one, name] as const);
  }),
);

function writesIn(file: string): readonly Write[] {
  return (sharedJson(`${FACTS}db-mode/${file}.json`) as readonly Partial<Recorded>[]).flatMap(
    ({ request, response }) => {
      if (request === undefined || response === undefined) return [];
      const { method, path, body } = request;
      const shown = response.body;
      const [first = "", , nested] = path.slice(1).split("/");
      const kind = byPath.get(nested ?? first);
      if (!["POST", "PUT"].includes(method) || response.status > 201 || kind === undefined) return [];
      const line = `${method} ${path} ${JSON.stringify(body)}`;
      if (!isJsonObject(body) || !isJsonObject(shown) || MEANT_OTHERWISE.some((one) => line.startsWith(one))) return [];
      const given = body as JsonObject;
      const { references } = kinds.get(kind);
      // The path names the entity and what it belongs to; names of others were followed.
      const named = ["name", "username", "prefix", "instance_name", "key", "client_id", "group", "target"];
      const told = [...named, ...references.keys()].filter(
        (field) => shown[field] !== undefined && (given[field] === undefined || references.has(field)),
      );
      const value = {
        ...given,
        ...Object.fromEntries(told.map((field) => [field, shown[field] as JsonObject[string]])),
      };
      return [
        { line, entity: { kind, given: value, references: new Map(), origins: [] }, value, shown: shown as JsonObject },
      ];
    },
  );
}

test.skipIf(!haveSharedFacts).each(FILES)("%s", async (file) => {
  const writes = writesIn(file);
  expect(writes.length).toBeGreaterThan(0);
  const schemas = new GatewaySchemas("traditional_compatible");
  const names = new Set(
    ["schemas", "schemas/plugins"].flatMap((folder) => sharedNames(FACTS + folder).map((name) => `/${folder}/${name}`)),
  );
  await schemas.prepare(
    writes.map(({ entity }) => entity),
    async (path) => (names.has(`${path}.json`) ? sharedJson(`${FACTS}${path.slice(1)}.json`) : undefined),
  );
  const secrets = new HashedSecrets();
  const wrong: string[] = [];
  for (const { line, entity, value, shown } of writes) {
    const id = String(shown["id"]);
    const match = { desired: entity, current: { kind: entity.kind, id, value: shown }, id, value };
    await secrets.prepare([match]);
    for (const { path, before, after } of differencesOf(match, schemas.of(entity.kind), secrets))
      wrong.push(`${line}: ${path.join(".")} is ${JSON.stringify(before)}, not ${JSON.stringify(after)}`);
  }
  expect(wrong).toEqual([]);
});
