import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { type Preview, startPreview } from "../gateway.ts";
import { get } from "../test-client.ts";
import { selfSigned } from "../tls/self-signed.ts";
import { parseFault } from "./fault.ts";

/** A busy machine may take its time. */
const PATIENT = { timeout: 10_000 };

const running: Preview[] = [];

afterEach(async () => {
  for (const preview of running.splice(0)) await preview.close();
});

async function start(options: Parameters<typeof startPreview>[0] = {}): Promise<Preview> {
  const preview = await startPreview(options);
  running.push(preview);
  return preview;
}

const DOCUMENT = JSON.stringify({
  _format_version: "3.0",
  services: [
    { name: "a", host: "a.example", tags: ["team:red"], routes: [{ name: "a", paths: ["/a"], tags: ["team:red"] }] },
    { name: "b", host: "b.example", tags: ["team:blue"] },
  ],
});

function push(preview: Preview, body = DOCUMENT) {
  const headers = { "content-type": "text/yaml" };
  return get(`${preview.adminUrl}/config?flatten_errors=1`, { method: "POST", headers, body });
}

async function hashOf(preview: Preview): Promise<string> {
  return (JSON.parse((await get(`${preview.adminUrl}/status`)).text) as { configuration_hash: string })
    .configuration_hash;
}

const ZEROS = "0".repeat(32);

describe("faults on command", () => {
  test("a late gateway refuses connections until its time has come", async () => {
    const clock = new ManualClock();
    const preview = await start({ clock, faults: [{ kind: "refuse", lasts: 6000 }] });
    await clock.advance(5999);
    await expect(get(preview.adminUrl)).rejects.toThrow("ECONNREFUSED");
    await clock.advance(1);
    expect((await get(preview.adminUrl)).status).toBe(200);
  });

  test("a gateway that goes away cuts the connections that it has", async () => {
    const preview = await start();
    const socket = connect(Number(new URL(preview.adminUrl).port), "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const fault = preview.faults.add({ kind: "refuse" });
    await closed;
    await expect(get(preview.adminUrl)).rejects.toThrow("ECONNREFUSED");
    preview.faults.remove(fault.id);
    await expect.poll(() => get(preview.adminUrl).then((got) => got.status), PATIENT).toBe(200);
  });

  test("connections are accepted and closed, as often as was said", async () => {
    const preview = await start({ faults: [{ kind: "close", times: 2 }] });
    await expect(get(preview.adminUrl)).rejects.toThrow();
    await expect(get(preview.adminUrl)).rejects.toThrow();
    expect((await get(preview.adminUrl)).status).toBe(200);
  });

  test("connections are accepted and never answered", async () => {
    const preview = await start({ faults: [{ kind: "black-hole", times: 1 }] });
    let settled = false;
    const held = get(preview.adminUrl).finally(() => {
      settled = true;
    });
    expect((await get(preview.adminUrl)).status).toBe(200);
    expect(settled).toBe(false);
    preview.faults.add({ kind: "refuse" });
    await expect(held).rejects.toThrow();
  });

  test("the head of an answer is late, with the request done before or after", async () => {
    const clock = new ManualClock();
    const preview = await start({ clock, faults: [{ kind: "slow-headers", delay: 3000, times: 1, method: "POST" }] });
    const pushed = push(preview);
    await expect.poll(() => hashOf(preview), PATIENT).not.toBe(ZEROS);
    await clock.advance(3000);
    expect((await pushed).status).toBe(201);
    await preview.restart("empty");
    preview.faults.add({ kind: "slow-headers", delay: 3000, times: 1, method: "POST", before: true });
    const again = push(preview);
    await expect.poll(() => clock.pending, PATIENT).toBeGreaterThan(0);
    expect(await hashOf(preview)).toBe(ZEROS);
    await clock.advance(3000);
    expect((await again).status).toBe(201);
  });

  test("the body of an answer comes in pieces", async () => {
    const clock = new ManualClock();
    const preview = await start({ clock, faults: [{ kind: "slow-body", delay: 1000, times: 1 }] });
    const seen = { head: 0 };
    const got = get(preview.adminUrl, { onHead: (status) => Object.assign(seen, { head: status }) });
    await expect.poll(() => seen.head, PATIENT).toBe(200);
    for (let i = 0; i < 12; i++) await clock.advance(100);
    expect(JSON.parse((await got).text)).toHaveProperty("version");
  });

  test("an answer breaks off in the middle", async () => {
    const preview = await start({ faults: [{ kind: "truncate", times: 1 }] });
    await expect(get(preview.adminUrl)).rejects.toThrow("aborted");
    expect((await get(preview.adminUrl)).status).toBe(200);
  });

  test("a push whose answer is lost was loaded", async () => {
    const preview = await start({ faults: [{ kind: "drop", path: "/config", times: 1 }] });
    await expect(push(preview)).rejects.toThrow();
    expect(await hashOf(preview)).not.toBe(ZEROS);
    expect(preview.recording.requests().at(-2)).toMatchObject({ target: "/config?flatten_errors=1", status: 0 });
  });

  test.each([
    [401, undefined, "Unauthorized"],
    [413, undefined, "Request Entity Too Large"],
    [429, "17", "Currently processing"],
    [500, undefined, "unexpected"],
    [503, undefined, "unavailable"],
  ])("every request is answered %i", async (status, retryAfter, text) => {
    const preview = await start();
    preview.faults.add({ kind: "status", status, ...(retryAfter === undefined ? {} : { retryAfter: 17 }), times: 1 });
    const got = await push(preview);
    expect([got.status, got.headers["retry-after"]]).toEqual([status, retryAfter]);
    expect(got.text).toContain(text);
    expect(await hashOf(preview)).toBe(ZEROS);
  });

  test("the certificate is for another name while the fault stands", async () => {
    const pair = selfSigned({ names: ["localhost"], notBefore: 0, notAfter: Date.UTC(2049, 0) });
    const preview = await start({ adminTls: pair, faults: [{ kind: "wrong-name" }] });
    const ask = () => get(preview.adminUrl, { ca: pair.cert, servername: "localhost" });
    await expect(ask()).rejects.toThrow();
    preview.faults.clear();
    expect((await ask()).status).toBe(200);
  });

  test("chosen entities are refused, each with its tags; the rest is not loaded either", async () => {
    const preview = await start({ faults: [{ kind: "reject", tags: ["team:red"], message: "no red ones" }] });
    const got = await push(preview);
    const body = JSON.parse(got.text) as { flattened_errors: Record<string, unknown>[] };
    expect(got.status).toBe(400);
    expect(body.flattened_errors.map((e) => [e["entity_type"], e["entity_name"], e["entity_tags"]])).toEqual([
      ["service", "a", ["team:red"]],
      ["route", "a", ["team:red"]],
    ]);
    expect(await hashOf(preview)).toBe(ZEROS);
    const { services } = JSON.parse(DOCUMENT) as { services: unknown[] };
    const rest = await push(preview, JSON.stringify({ _format_version: "3.0", services: services.slice(1) }));
    expect(rest.status).toBe(201);
  });

  test("while one configuration loads, another is put off", async () => {
    const clock = new ManualClock();
    const preview = await start({ clock, faults: [{ kind: "load", delay: 5000, times: 1 }] });
    const first = push(preview);
    await expect.poll(() => clock.pending, PATIENT).toBeGreaterThan(0);
    const second = await push(preview);
    expect([second.status, second.headers["retry-after"]]).toEqual([429, "60"]);
    await clock.advance(5000);
    expect((await first).status).toBe(201);
  });

  test("a restarted gateway is empty, or holds what it held before", async () => {
    const preview = await start();
    await push(preview);
    const first = await hashOf(preview);
    await push(preview, DOCUMENT.replace("b.example", "c.example"));
    const node = (JSON.parse((await get(preview.adminUrl)).text) as { node_id: string }).node_id;
    await preview.restart(1);
    expect(await hashOf(preview)).toBe(first);
    await preview.restart("empty");
    expect(await hashOf(preview)).toBe(ZEROS);
    expect((JSON.parse((await get(preview.adminUrl)).text) as { node_id: string }).node_id).not.toBe(node);
  });
});

describe("the control endpoint", () => {
  test("takes faults, lists them and ends them", async () => {
    const preview = await start();
    const made = await get(`${preview.controlUrl}/faults`, {
      method: "POST",
      body: JSON.stringify([{ kind: "status", status: 500 }]),
    });
    const { data } = JSON.parse(made.text) as { data: { id: number }[] };
    expect((await get(preview.adminUrl)).status).toBe(500);
    expect(JSON.parse((await get(`${preview.controlUrl}/faults`)).text)).toEqual({ data });
    await get(`${preview.controlUrl}/faults/${data[0]!.id}`, { method: "DELETE" });
    expect((await get(preview.adminUrl)).status).toBe(200);
  });

  test("shows what the Admin API was asked, without the tokens", async () => {
    const preview = await start({ adminToken: "canary-token" });
    await get(preview.adminUrl, { headers: { "kong-admin-token": "canary-token" } });
    const refused = await get(preview.adminUrl, { headers: { "kong-admin-token": "other-canary" } });
    expect(refused.status).toBe(401);
    const shown = (await get(`${preview.controlUrl}/requests`)).text;
    expect(JSON.parse(shown)).toMatchObject({ total: 2, counts: { "GET / 200": 1, "GET / 401": 1 } });
    expect(shown).not.toContain("canary");
  });

  test("restarts the gateway", async () => {
    const preview = await start();
    await push(preview);
    await get(`${preview.controlUrl}/restart`, { method: "POST", body: '{"empty":true}' });
    await expect.poll(() => hashOf(preview), PATIENT).toBe(ZEROS);
  });
});

test.each([
  [null, "a fault is an object"],
  [{ kind: "flood" }, "kind must be one of"],
  [{ kind: "status" }, "status needs status"],
  [{ kind: "status", status: 99 }, "between 200 and 599"],
  [{ kind: "refuse", lasts: -1 }, "lasts must be a number"],
  [{ kind: "refuse", on: "moon" }, "on must be one of"],
  [{ kind: "truncate", on: "proxy" }, "truncate cannot strike proxy"],
  [{ kind: "reject", tags: "a" }, "tags must be a list of strings"],
  [{ kind: "refuse", __proto__: null, toString: 1 }, "unknown field toString"],
])("%j is no fault", (value, message) => {
  expect(parseFault(value)).toContain(message);
});
