import { hash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "./gateway.ts";
import { type Got, get } from "./test-client.ts";
import { selfSigned } from "./tls/self-signed.ts";

const open: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function start(options: Parameters<typeof startPreview>[0] = {}): Promise<Preview> {
  const preview = await startPreview(options);
  open.push(() => preview.close());
  return preview;
}

/** A back end that answers with what it got. */
async function echo(): Promise<number> {
  const server = createServer((req, res) => {
    res.end(JSON.stringify({ url: req.url, headers: req.headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections()));
  return (server.address() as AddressInfo).port;
}

function push(preview: Preview, document: unknown, query = ""): Promise<Got> {
  return get(`${preview.adminUrl}/config${query}`, {
    method: "POST",
    headers: { "content-type": "text/yaml" },
    body: JSON.stringify(document),
  });
}

function demo(port: number): Record<string, unknown> {
  return {
    _format_version: "3.0",
    services: [
      {
        name: "shop",
        host: "shop.upstream",
        port: 80,
        routes: [
          { name: "open", hosts: ["shop.example"], paths: ["/open"] },
          { name: "closed", hosts: ["shop.example"], paths: ["/closed"], plugins: [{ name: "key-auth" }] },
        ],
      },
    ],
    upstreams: [{ name: "shop.upstream", targets: [{ target: `127.0.0.1:${port}` }] }],
    consumers: [{ username: "alice", keyauth_credentials: [{ key: "alices-key" }] }],
  };
}

describe("a preview gateway", () => {
  let preview: Preview;
  beforeEach(async () => {
    preview = await start();
  });

  test("says at / what a controller reads, and that it is not Kong", async () => {
    const root = JSON.parse((await get(`${preview.adminUrl}/`)).text);
    expect(root).toMatchObject({
      version: "3.9.1",
      configuration: {
        database: "off",
        router_flavor: "traditional_compatible",
        nginx_admin_client_max_body_size: "10m",
      },
    });
    expect(root.node_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(root.plugins.available_on_server["key-auth"]).toEqual({ version: "3.9.1", priority: 1250 });
    expect(root.tagline).toContain("not Kong");
  });

  test("reports zeros and not ready before it has a configuration", async () => {
    expect(JSON.parse((await get(`${preview.adminUrl}/status`)).text).configuration_hash).toBe("0".repeat(32));
    const ready = await get(`${preview.statusUrl}/status/ready`);
    expect([ready.status, JSON.parse(ready.text).message]).toEqual([
      503,
      "no configuration available (empty configuration present)",
    ]);
  });

  test("reports the MD5 of a configuration that came as text, and takes the same one only once", async () => {
    const document = demo(await echo());
    expect((await push(preview, document)).status).toBe(201);
    const md5 = hash("md5", JSON.stringify(document), "hex");
    expect(JSON.parse((await get(`${preview.adminUrl}/status`)).text).configuration_hash).toBe(md5);
    expect((await push(preview, document, "?check_hash=1")).status).toBe(304);
    expect((await push(preview, document)).status).toBe(201);
    expect((await get(`${preview.statusUrl}/status/ready`)).status).toBe(200);
  });

  test("hashes a configuration in a field the same, and a plain JSON body anew each time", async () => {
    const document = JSON.stringify(demo(1));
    const json = { method: "POST", headers: { "content-type": "application/json" } };
    await get(`${preview.adminUrl}/config`, { ...json, body: JSON.stringify({ config: document }) });
    expect(preview.hash()).toBe(hash("md5", document, "hex"));
    await get(`${preview.adminUrl}/config`, { ...json, body: document });
    const first = preview.hash();
    expect((await get(`${preview.adminUrl}/config?check_hash=1`, { ...json, body: document })).status).toBe(201);
    expect(preview.hash()).not.toBe(first);
  });

  test("refuses a body over its limit with a page", async () => {
    const small = await start({ maxBodySize: 1024 });
    const got = await push(small, { ...demo(1), _comment: "x".repeat(2000) });
    expect([got.status, got.headers["content-type"]]).toEqual([413, "text/html; charset=UTF-8"]);
    expect(small.hash()).toBe("0".repeat(32));
  });

  test("routes by host and path, strips what matched, and says where the request came from", async () => {
    const port = await echo();
    await push(preview, demo(port));
    const got = await get(`${preview.proxyUrl}/open/a?b=1`, { headers: { host: "shop.example" } });
    const seen = JSON.parse(got.text);
    expect(got.status).toBe(200);
    expect(seen.url).toBe("/a?b=1");
    expect(seen.headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "shop.example",
      "x-forwarded-path": "/open/a",
      "x-forwarded-prefix": "/open",
      "x-forwarded-proto": "http",
    });
    expect((await get(`${preview.proxyUrl}/open`, { headers: { host: "other.example" } })).status).toBe(404);
  });

  test("asks for a key where key-auth stands", async () => {
    await push(preview, demo(await echo()));
    const ask = (headers: Record<string, string>) =>
      get(`${preview.proxyUrl}/closed`, { headers: { host: "shop.example", ...headers } });
    const refused = await ask({});
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([401, "No API key found in request"]);
    expect((await ask({ apikey: "wrong" })).status).toBe(401);
    const let_in = await ask({ apikey: "alices-key" });
    expect(let_in.status).toBe(200);
    expect(JSON.parse(let_in.text).headers["x-consumer-username"]).toBe("alice");
  });

  test("answers TLS with the certificate of the name that is asked for", async () => {
    const pair = selfSigned({ names: ["shop.example"], notBefore: 0, notAfter: Date.UTC(2049, 0) });
    await push(preview, {
      ...demo(await echo()),
      certificates: [{ id: "11111111-1111-4111-8111-111111111111", ...pair }],
      snis: [{ name: "shop.example", certificate: { id: "11111111-1111-4111-8111-111111111111" } }],
    });
    const got = await get(`${preview.proxyTlsUrl}/open`, {
      headers: { host: "shop.example" },
      ca: pair.cert,
      servername: "shop.example",
    });
    expect(JSON.parse(got.text).headers["x-forwarded-proto"]).toBe("https");
    await expect(
      get(`${preview.proxyTlsUrl}/open`, {
        ca: pair.cert,
        servername: "other.example",
        headers: { host: "shop.example" },
      }),
    ).rejects.toThrow();
  });

  test("spreads requests over the targets", async () => {
    const [a, b] = [await echo(), await echo()];
    const document = demo(a);
    document["upstreams"] = [
      { name: "shop.upstream", targets: [{ target: `127.0.0.1:${a}` }, { target: `127.0.0.1:${b}` }] },
    ];
    await push(preview, document);
    const hosts = new Set<string>();
    for (let i = 0; i < 4; i++)
      hosts.add(
        JSON.parse((await get(`${preview.proxyUrl}/open`, { headers: { host: "shop.example" } })).text).headers.host,
      );
    expect(hosts).toEqual(new Set([`127.0.0.1:${a}`, `127.0.0.1:${b}`]));
  });

  test("loses no request while configurations change", async () => {
    const port = await echo();
    await push(preview, demo(port));
    let going = true;
    const statuses = new Map<number, number>();
    const asking = async (): Promise<void> => {
      while (going) {
        const { status } = await get(`${preview.proxyUrl}/open`, { headers: { host: "shop.example" } });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const clients = [asking(), asking(), asking()];
    for (let i = 0; i < 20; i++) {
      const document = demo(port);
      document["consumers"] = [{ username: `consumer-${i}` }];
      expect((await push(preview, document)).status).toBe(201);
    }
    going = false;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
  });
});
