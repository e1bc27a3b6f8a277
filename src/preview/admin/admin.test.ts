import { afterEach, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../gateway.ts";
import { get } from "../test-client.ts";
import { selfSigned } from "../tls/self-signed.ts";

const running: Preview[] = [];

afterEach(async () => {
  for (const preview of running.splice(0)) await preview.close();
});

async function start(options: Parameters<typeof startPreview>[0] = {}) {
  const preview = await startPreview(options);
  running.push(preview);
  return async (method: string, path: string, body?: unknown) => {
    const got = await get(preview.adminUrl, {
      method,
      path,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return { ...got, json: (got.text === "" || got.text.startsWith("<") ? undefined : JSON.parse(got.text)) as Body };
  };
}

interface Body {
  readonly [key: string]: unknown;
  readonly data: readonly { readonly [key: string]: unknown }[];
  readonly next: string | null;
}

const DOCUMENT = {
  _format_version: "3.0",
  services: [
    { name: "a", host: "a.example", tags: ["red"], routes: [{ name: "r", paths: ["/a"], tags: ["red", "big"] }] },
    { name: "b", host: "b.upstream", tags: ["blue"] },
  ],
  upstreams: [{ name: "b.upstream", targets: [{ target: "127.0.0.1:1" }] }],
  consumers: [{ username: "alice", keyauth_credentials: [{ key: "alices" }] }],
};

describe("without a database", () => {
  test("entities are read by id, by name, through others, and by tag", async () => {
    const ask = await start();
    await ask("POST", "/config", DOCUMENT);
    const names = async (path: string) =>
      (await ask("GET", path)).json.data.map((one) => one["name"] ?? one["key"] ?? one["target"]);
    expect(new Set(await names("/services"))).toEqual(new Set(["a", "b"]));
    expect(await names("/services/a/routes")).toEqual(["r"]);
    expect(await names("/services?tags=blue")).toEqual(["b"]);
    expect(await names("/routes?tags=red,big")).toEqual(["r"]);
    expect(await names("/routes?tags=none/big")).toEqual(["r"]);
    expect(await names("/consumers/alice/key-auth")).toEqual(["alices"]);
    expect(await names("/upstreams/b.upstream/targets")).toEqual(["127.0.0.1:1"]);
    expect((await ask("GET", "/routes/r/service")).json["name"]).toBe("a");
    expect((await ask("GET", "/key-auths/alices/consumer")).json["username"]).toBe("alice");
    expect((await ask("GET", "/upstreams/b.upstream/health")).json.data).toMatchObject([
      { health: "HEALTHCHECKS_OFF" },
    ]);
    for (const path of [
      "/services/none",
      "/services/none/routes",
      "/services/b/routes/r",
      "/targets",
      "/consumer_groups",
      "/a/b/c",
    ])
      expect((await ask("GET", path)).status).toBe(404);
  });

  test("pages are followed to the end", async () => {
    const ask = await start();
    const services = Array.from({ length: 7 }, (_unused, i) => ({ name: `s${i}`, host: "a" }));
    await ask("POST", "/config", { _format_version: "3.0", services });
    const seen: unknown[] = [];
    let pages = 0;
    for (let next: string | null = "/services?size=3"; next !== null; pages++) {
      const { json } = await ask("GET", next);
      seen.push(...json.data.map((one) => one["name"]));
      next = json.next;
    }
    expect([pages, seen.sort()]).toEqual([3, services.map(({ name }) => name)]);
  });

  test("tags are listed kind by kind", async () => {
    const ask = await start();
    await ask("POST", "/config", DOCUMENT);
    const seen: unknown[] = [];
    for (let next: string | null = "/tags/red"; next !== null; ) {
      const { json } = await ask("GET", next);
      seen.push(...json.data.map((one) => `${one["entity_name"]} ${one["tag"]}`));
      next = json.next;
    }
    expect(seen).toEqual(["services red", "routes red"]);
  });

  test("what a configuration was is shown as YAML that can be loaded again", async () => {
    const ask = await start();
    await ask("POST", "/config", DOCUMENT);
    const { config } = (await ask("GET", "/config")).json;
    const again = await start();
    expect((await again("POST", "/config", { config })).status).toBe(201);
    expect((await again("GET", "/services/a/routes")).json.data).toHaveLength(1);
  });

  test("methods that an endpoint has are told, others refused; nothing is written", async () => {
    const ask = await start();
    await ask("POST", "/config", DOCUMENT);
    const options = await ask("OPTIONS", "/services");
    expect([options.status, options.headers.allow]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
    expect((await ask("DELETE", "/services")).status).toBe(405);
    expect((await ask("OPTIONS", "/services/a")).headers.allow).toBe("DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
    const head = await ask("HEAD", "/services/a");
    expect([head.status, head.text, Number(head.headers["content-length"]) > 100]).toEqual([200, "", true]);
    for (const [method, path] of [
      ["POST", "/services"],
      ["PUT", "/services/a"],
      ["PATCH", "/services/a"],
      ["DELETE", "/services/a"],
    ])
      expect((await ask(method!, path!, { host: "a" })).json).toMatchObject({ code: 12 });
    expect((await ask("POST", "/services", { name: "x" })).json["message"]).toBe(
      "schema violation (host: required field missing)",
    );
  });
});

describe("with a database in memory", () => {
  test("says so where programs look for it", async () => {
    const ask = await start({ database: "memory" });
    expect((await ask("GET", "/")).json["configuration"]).toMatchObject({ database: "postgres" });
    expect((await ask("GET", "/status")).json).toMatchObject({ database: { reachable: true } });
    expect((await ask("GET", "/status")).json).not.toHaveProperty("configuration_hash");
    expect((await ask("POST", "/config", DOCUMENT)).status).toBe(400);
  });

  test("entities are made, replaced, changed and removed, and serve traffic at once", async () => {
    const ask = await start({ database: "memory" });
    const made = await ask("POST", "/services", { name: "a", host: "127.0.0.1", port: 1, retries: 0, tags: ["t"] });
    expect(made.status).toBe(201);
    await ask("POST", "/services/a/routes", { name: "r", paths: ["/r"] });
    const proxy = async () => (await get(running[0]!.proxyUrl, { path: "/r" })).status;
    expect(await proxy()).toBe(502);
    expect((await ask("PATCH", "/services/a", { enabled: false })).json).toMatchObject({ enabled: false, tags: ["t"] });
    expect(await proxy()).toBe(404);
    expect((await ask("PUT", "/services/a", { host: "127.0.0.1" })).json).toMatchObject({
      enabled: true,
      tags: null,
      retries: 5,
    });
    expect((await ask("DELETE", "/services/a")).json).toMatchObject({
      code: 4,
      fields: { "@referenced_by": "routes" },
    });
    expect((await ask("DELETE", "/routes/r")).status).toBe(204);
    expect((await ask("DELETE", "/services/a")).status).toBe(204);
    expect((await ask("GET", "/services/a")).status).toBe(404);
  });

  test("a certificate brings its names along", async () => {
    const ask = await start({ database: "memory" });
    const pair = selfSigned({ names: ["a.example"], notBefore: 0, notAfter: Date.UTC(2049, 0) });
    const id = "11111111-1111-4111-8111-111111111111";
    expect(
      (await ask("PUT", `/certificates/${id}`, { ...pair, snis: ["a.example", "b.example"] })).json["snis"],
    ).toHaveLength(2);
    expect((await ask("PATCH", `/certificates/${id}`, { tags: ["t"] })).json["snis"]).toHaveLength(2);
    expect((await ask("GET", "/certificates/b.example")).json["id"]).toBe(id);
    const taken = await ask("POST", "/certificates", { ...pair, snis: ["a.example"] });
    expect([taken.status, taken.json["fields"]]).toEqual([
      400,
      { snis: `a.example already associated with existing certificate '${id}'` },
    ]);
    expect((await ask("GET", "/certificates")).json.data).toHaveLength(1);
    await ask("PUT", `/certificates/${id}`, pair);
    expect((await ask("GET", "/snis")).json.data).toEqual([]);
  });

  test("keys such as __proto__ are keys", async () => {
    const ask = await start({ database: "memory" });
    const body = JSON.parse('{"name":"p","host":"a","__proto__":{"port":1},"constructor":2}') as object;
    expect((await ask("POST", "/services", body)).json["fields"]).toMatchObject({ constructor: "unknown field" });
    expect(({} as { port?: number }).port).toBeUndefined();
    for (const path of ["/__proto__", "/services/__proto__", "/constructor", "/schemas/constructor"])
      expect((await ask("GET", path)).status).toBe(404);
  });
});
