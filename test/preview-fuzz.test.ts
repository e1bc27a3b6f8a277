import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { expression, garbled, mutated } from "./fuzz/mutate.ts";
import { Chance } from "./fuzz/random.ts";

/** Seconds for each of the tests here; PREVIEW_FUZZ_SECONDS=300 for a long look. */
const SECONDS = Number(process.env["PREVIEW_FUZZ_SECONDS"] ?? 2);
const SEED = Number(process.env["PREVIEW_FUZZ_SEED"] ?? Date.now() % 1_000_000);
/** Of memory that is still held in the end, in bytes: what is kept on purpose, and noise. */
const GROWTH = 64 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const back = createServer((req, res) => {
  req.resume();
  res.end("ok");
});
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => back.listen(0, "127.0.0.1", resolve));
  port = (back.address() as AddressInfo).port;
});
afterAll(async () => {
  back.closeAllConnections();
  await new Promise<void>((resolve) => void back.close(() => resolve()));
});

/** Many sorts of everything. */
function document(): object {
  const all = [
    "key-auth",
    "basic-auth",
    "jwt",
    "hmac-auth",
    "cors",
    "bot-detection",
    "correlation-id",
    "request-size-limiting",
  ];
  return {
    _format_version: "3.0",
    services: [
      {
        name: "a",
        host: "127.0.0.1",
        port,
        read_timeout: 500,
        connect_timeout: 500,
        tags: ["t"],
        routes: [
          {
            name: "plain",
            paths: ["/a", "~/b/(?<x>[a-z]+)"],
            hosts: ["*.example", "a.test:80"],
            methods: ["GET", "POST"],
          },
          {
            name: "headers",
            paths: ["/"],
            headers: { "x-a": ["1", "~*^b"] },
            snis: ["s.example"],
            protocols: ["https"],
          },
          { name: "slow", paths: ["~/(a+)+$"], headers: { "x-b": ["~*^(b|b)+$"] } },
          ...all.map((name) => ({ name: `r-${name}`, paths: [`/${name}`], plugins: [{ name }] })),
          {
            name: "transform",
            paths: ["~/t/(.*)"],
            plugins: [
              {
                name: "request-transformer",
                config: { replace: { uri: "/$(uri_captures[1])" }, add: { headers: ["x:$(headers.y)"] } },
              },
              { name: "response-transformer", config: { add: { json: ["a:1"] } } },
              { name: "rate-limiting", config: { policy: "local", minute: 100_000 } },
            ],
          },
        ],
      },
      { name: "up", host: "u.upstream", routes: [{ name: "up", paths: ["/up"] }] },
    ],
    upstreams: [
      {
        name: "u.upstream",
        algorithm: "consistent-hashing",
        hash_on: "path",
        targets: [{ target: `127.0.0.1:${port}` }],
      },
    ],
    consumers: [{ username: "c", keyauth_credentials: [{ key: "k" }], acls: [{ group: "g" }] }],
  };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Sends bytes and takes what comes, until the connection ends or nothing comes for a while. */
function sendBytes(to: { readonly port: number; readonly tls?: boolean }, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket =
      to.tls === true
        ? connectTls({ host: "127.0.0.1", port: to.port, rejectUnauthorized: false })
        : connect(to.port, "127.0.0.1");
    let got = "";
    const done = (): void => {
      socket.destroy();
      resolve(got);
    };
    socket.setTimeout(150, done);
    socket.on(to.tls === true ? "secureConnect" : "connect", () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => {
      got += chunk.toString("latin1");
      if (got.length > 100_000) done();
    });
    socket.on("close", done).on("error", done);
  });
}

async function post(url: string, method: string, body: string, type = "application/json"): Promise<number> {
  const got = await fetch(url, {
    method,
    body,
    headers: { "content-type": type },
    signal: AbortSignal.timeout(10_000),
  });
  await got.arrayBuffer();
  return got.status;
}

/** Runs `step` for the given time, several at once; afterwards the gateway must answer at once and hold little more than after the first part of it. */
async function torture(preview: Preview, step: (chance: Chance) => Promise<void>): Promise<number> {
  const chance = new Chance(SEED);
  let count = 0;
  const run = async (seconds: number): Promise<number> => {
    const end = performance.now() + seconds * 1000;
    const worker = async (): Promise<void> => {
      while (performance.now() < end) {
        count += 1;
        await step(chance);
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await run(SECONDS * 0.3);
  const after = await run(SECONDS * 0.7);
  const status = await fetch(`${preview.adminUrl}/status`, { signal: AbortSignal.timeout(30_000) });
  expect(status.status).toBe(200);
  expect(after - before).toBeLessThan(GROWTH);
  return count;
}

const REQUESTS = [
  "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
  "GET /status?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  'POST /config HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"_format_version":"3.0"}',
  "POST /a HTTP/1.1\r\nHost: b.example\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "GET /b/abc?k=v&k=w HTTP/1.1\r\nHost: a.test:80\r\nX-A: b\r\nCookie: a=b; c=d\r\nAuthorization: Basic YTpi\r\n\r\n",
  "GET /jwt?jwt=a.b.c HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x\r\nAccept: text/html;q=0.5, */*\r\n\r\n",
  'GET /hmac-auth HTTP/1.1\r\nHost: x\r\nDate: Mon, 01 Jan 2026 00:00:00 GMT\r\nAuthorization: hmac username="a", headers="date", signature="x"\r\n\r\n',
  "OPTIONS /cors HTTP/1.1\r\nHost: x\r\nOrigin: https://a.b\r\nAccess-Control-Request-Method: PUT\r\n\r\n",
  "GET /t/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\nabc",
  `GET /${"a".repeat(200)}! HTTP/1.1\r\nHost: x\r\nX-B: ${"b".repeat(200)}!\r\n\r\n`,
  "GET http://abs.example/up/1 HTTP/1.0\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n",
].map((text) => Buffer.from(text));

describe(`malformed input (seed ${SEED}, ${SECONDS} s each)`, () => {
  test("as HTTP, at every port", { timeout: SECONDS * 2000 + 60_000 }, async () => {
    const preview = await startPreview();
    await post(`${preview.adminUrl}/config`, "POST", JSON.stringify(document()));
    const ports = [
      { port: portOf(preview.adminUrl) },
      { port: portOf(preview.proxyUrl) },
      { port: portOf(preview.proxyTlsUrl), tls: true },
      { port: portOf(preview.proxyTlsUrl) },
      { port: portOf(preview.statusUrl) },
    ];
    try {
      const count = await torture(preview, async (chance) => {
        const bytes = chance.one(REQUESTS);
        await sendBytes(chance.one(ports), chance.maybe(0.1) ? bytes : garbled(bytes, chance));
      });
      expect(count).toBeGreaterThan(20);
    } finally {
      await preview.close();
    }
  });

  test("as documents, each then asked through the proxy", { timeout: SECONDS * 2000 + 60_000 }, async () => {
    const preview = await startPreview();
    const statuses = new Map<number, number>();
    try {
      await torture(preview, async (chance) => {
        const value = chance.maybe(0.1) ? document() : mutated(document(), chance);
        const text = JSON.stringify(value);
        const asText = chance.maybe(0.3);
        const body = chance.maybe(0.1) ? garbled(Buffer.from(text), chance).toString("utf8") : text;
        const flat = chance.maybe(0.5) ? "?flatten_errors=1" : "";
        const status = await post(
          `${preview.adminUrl}/config${flat}`,
          "POST",
          body,
          asText ? "text/yaml" : "application/json",
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // Kong itself says 500 to a document that is no object.
        if (status === 500) expect([text.startsWith("{"), body === text]).not.toEqual([true, true]);
        else expect([201, 400]).toContain(status);
        await sendBytes({ port: portOf(preview.proxyUrl) }, chance.one(REQUESTS));
      });
      expect(statuses.get(400) ?? 0).toBeGreaterThan(0);
    } finally {
      await preview.close();
    }
  });

  test("as router expressions", { timeout: SECONDS * 2000 + 60_000 }, async () => {
    const preview = await startPreview({ flavor: "expressions" });
    const seen = new Set<number>();
    try {
      await torture(preview, async (chance) => {
        const routes = Array.from({ length: 1 + chance.below(3) }, (_unused, i) => ({
          name: `r${i}`,
          expression: expression(chance),
          priority: chance.below(100),
        }));
        const body = { _format_version: "3.0", services: [{ name: "a", host: "127.0.0.1", port, routes }] };
        const status = await post(`${preview.adminUrl}/config?flatten_errors=1`, "POST", JSON.stringify(body));
        seen.add(status);
        expect([201, 400]).toContain(status);
        await sendBytes({ port: portOf(preview.proxyUrl) }, chance.one(REQUESTS));
      });
      expect([...seen].sort()).toEqual([201, 400]);
    } finally {
      await preview.close();
    }
  });

  test("as entities, written one by one", { timeout: SECONDS * 2000 + 60_000 }, async () => {
    const preview = await startPreview({ database: "memory" });
    const bodies: Readonly<Record<string, object>> = {
      services: { name: "a", host: "a.example", tags: ["t"] },
      routes: { name: "r", paths: ["/a"], service: { name: "a" } },
      upstreams: { name: "u", healthchecks: { passive: { unhealthy: { http_failures: 2 } } } },
      consumers: { username: "c" },
      plugins: { name: "rate-limiting", config: { minute: 5, policy: "redis", redis: { host: "r" } } },
      "key-auths": { key: "k", consumer: { username: "c" } },
      "basic-auths": { username: "b", password: "p", consumer: { username: "c" } },
      certificates: { cert: "x", key: "y", snis: ["a"] },
      snis: { name: "s", certificate: { id: "11111111-1111-4111-8111-111111111111" } },
      vaults: { name: "env", prefix: "v", config: { prefix: "x" } },
      "key-sets": { name: "k" },
      "services/a/routes": { paths: ["/b"] },
      "consumers/c/acls": { group: "g" },
      "upstreams/u/targets": { target: "127.0.0.1:1", weight: 5 },
    };
    try {
      await torture(preview, async (chance) => {
        const path = chance.one(Object.keys(bodies));
        const body = JSON.stringify(chance.maybe(0.3) ? bodies[path] : mutated(bodies[path], chance));
        const key = chance.one([
          "a",
          "r",
          "u",
          "c",
          "11111111-1111-4111-8111-111111111111",
          "%ff",
          "__proto__",
          "é",
          "x y",
        ]);
        const method = chance.one(["POST", "PUT", "PATCH", "DELETE"]);
        const url = `${preview.adminUrl}/${path}${method === "POST" ? "" : `/${key}`}`;
        const status = await post(url, method, body);
        // Kong itself says 500 to keys and key sets that are put by name.
        if (!path.startsWith("key-sets")) expect([url, body, status < 500]).toEqual([url, body, true]);
        const read = await fetch(
          `${preview.adminUrl}/${path}?${chance.one(["", "tags=t", "size=1", "offset=x", "tags=a,b/c"])}`,
        );
        await read.arrayBuffer();
        expect(read.status).toBeLessThan(500);
      });
    } finally {
      await preview.close();
    }
  });
});
