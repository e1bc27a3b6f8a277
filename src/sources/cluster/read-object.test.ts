import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { ApiClient } from "../../kubernetes/client.ts";
import { ModelServer } from "../../kubernetes/model-server.ts";
import { Secret } from "../../resources/core/secret.ts";
import { readObject } from "./read-object.ts";

const PATH = "/api/v1/namespaces/shop/secrets";
const OBJECT = { metadata: { name: "s", namespace: "shop", managedFields: [{}] }, type: "Opaque", data: { a: "YQ==" } };
let server: ModelServer;
let client: ApiClient;

beforeEach(async () => {
  server = new ModelServer({});
  await server.start();
  const access = {
    server: server.url,
    namespace: undefined,
    current: async () => ({ headers: {}, tls: {} }),
    renew: () => false,
  };
  client = new ApiClient({ access, clock: new ManualClock(), userAgent: "silverback/1", qps: 1, burst: 1, env: {} });
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

const read = () => readObject(client, Secret, "shop", "s", 5000);

test("an object is found by a list of its namespace with its name, without bookkeeping", async () => {
  server.serve(PATH, { items: [OBJECT] });
  expect(await read()).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "shop" },
    type: "Opaque",
    data: { a: "YQ==" },
  });
  expect(server.requests[0]).toMatchObject({ method: "GET", query: { fieldSelector: "metadata.name=s" } });
});

test("one that is not there, or has not the shape of its kind, is none", async () => {
  server.serve(PATH, { items: [] });
  expect(await read()).toBeUndefined();
  server.serve(PATH, { items: [{ ...OBJECT, data: [] }] });
  expect(await read()).toBeUndefined();
});

test("no rate limit holds it up", async () => {
  server.serve(PATH, { items: [OBJECT] });
  for (let once = 0; once < 5; once++) expect(await read()).toBeDefined();
});

test("what the API server refuses is a failure", async () => {
  await expect(read()).rejects.toThrow();
});
