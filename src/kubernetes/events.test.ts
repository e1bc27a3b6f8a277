import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { EventRecorder, type ObjectEvent } from "./events.ts";
import { ModelApi } from "./model-api.ts";

let clock: ManualClock;
let server: ModelApi;
let logged: string[];
let recorder: EventRecorder;

beforeEach(() => {
  clock = new ManualClock();
  server = new ModelApi(clock);
  logged = [];
  recorder = makeRecorder("i-1");
});
afterEach(async () => {
  await recorder.stop();
  expect(clock.pending, "timers left").toBe(0);
});

function makeRecorder(instance: string, client = server.client()): EventRecorder {
  const sink = { write: (line: string) => void logged.push(String(JSON.parse(line).msg)) };
  return new EventRecorder({
    client,
    clock,
    log: createLog({ level: "info", format: "json", sink, now: () => clock.now() }),
    component: "kong-client",
    annotations: { "konghq.com/instance-id": instance },
  });
}

function said(message: string, changes: Partial<ObjectEvent["subject"]> = {}): ObjectEvent {
  const subject = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "shop", name: "web", uid: "u-1" };
  return { subject: { ...subject, ...changes }, type: "Warning", reason: "Broken", message };
}

const stored = () => [...server.objects.values()];

test("an event is what client-go writes", async () => {
  recorder.report(said("the Service is missing; make it"));
  await clock.advance(10);
  const [event] = stored();
  expect(event).toMatchObject({
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace: "shop", annotations: { "konghq.com/instance-id": "i-1" } },
    involvedObject: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      namespace: "shop",
      name: "web",
      uid: "u-1",
    },
    reason: "Broken",
    message: "the Service is missing; make it",
    type: "Warning",
    source: { component: "kong-client" },
    reportingComponent: "kong-client",
    firstTimestamp: "2026-01-01T00:00:00Z",
    lastTimestamp: "2026-01-01T00:00:00Z",
    count: 1,
  });
  expect(event!.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
});

test("events about cluster-wide objects are in default, and name no namespace", async () => {
  recorder.report(said("x", { kind: "KongVault", namespace: "", name: "env" }));
  await clock.advance(10);
  expect([...server.objects.keys()][0]).toMatch(/^\/api\/v1\/namespaces\/default\/events\/env\./);
  expect(stored()[0]!["involvedObject"]).not.toHaveProperty("namespace");
});

test("what is said again is counted up, and not more than twice a minute", async () => {
  recorder.report(said("x"));
  await clock.advance(1_000);
  for (let second = 0; second < 100; second++) {
    recorder.report(said("x"));
    await clock.advance(1_000);
  }
  expect(stored()).toHaveLength(1);
  expect(server.requests.length).toBeLessThan(6);
  await clock.advance(60_000);
  expect(stored()[0]).toMatchObject({ count: 101, firstTimestamp: "2026-01-01T00:00:00Z" });
  expect(Date.parse(String(stored()[0]!["lastTimestamp"]))).toBeGreaterThan(clock.now() - 65_000);
});

test("a successor goes on with the events of its predecessor", async () => {
  for (let i = 0; i < 3; i++) recorder.report(said("x"));
  await clock.advance(10);
  await recorder.stop();
  recorder = makeRecorder("i-2");
  recorder.report(said("x"));
  await clock.advance(60_000);
  expect(stored()).toHaveLength(1);
  expect(stored()[0]).toMatchObject({ count: 3, metadata: { annotations: { "konghq.com/instance-id": "i-2" } } });
  recorder.report(said("x"));
  await clock.advance(60_000);
  expect(stored()[0]).toMatchObject({ count: 4 });
});

test("an event that the server has forgotten is made anew", async () => {
  recorder.report(said("x"));
  await clock.advance(3_600_000);
  server.objects.clear();
  recorder.report(said("x"));
  await clock.advance(10);
  expect(stored()[0]).toMatchObject({ count: 1 });
});

test("ten thousand at once are written slowly, and none is lost", async () => {
  for (let i = 0; i < 10_000; i++) recorder.report(said("x", { name: `web-${i}` }));
  await clock.advance(1_000);
  expect(stored().length).toBeLessThan(125);
  await clock.advance(520_000);
  expect(stored()).toHaveLength(10_000);
});

test("a server that is away delays, and loses nothing; what it asks for is waited for", async () => {
  server.fault = () => "refused";
  recorder.report(said("x"));
  await clock.advance(120_000);
  expect(server.requests.length).toBeLessThan(10);
  server.fault = () => undefined;
  await clock.advance(60_000);
  expect(stored()).toHaveLength(1);
});

test("what is said at the very moment when all others are written is written too", async () => {
  const moments = Array.from({ length: 12 }, (_, at) => at);
  const client = server.client();
  for (const moment of moments) {
    const name = `web-${moment}`;
    let told = false;
    const sayMore = async () => {
      for (let turn = 0; turn < moment; turn++) await Promise.resolve();
      if (!told) own.report(said("and this", { name }));
      told = true;
    };
    const own = makeRecorder("i-1", {
      request: (call) => {
        const answer = client.request(call);
        // After the recorder itself.
        queueMicrotask(() => void answer.then(sayMore));
        return answer;
      },
    });
    own.report(said("this", { name }));
    await clock.advance(1_000);
    await own.stop();
  }
  expect(stored()).toHaveLength(2 * moments.length);
});

test("without permission it is said once, and others than the refused ones go on", async () => {
  server.fault = ({ path }) => (path.includes("/shop/") ? { status: 403 } : undefined);
  recorder.report(said("x"));
  recorder.report(said("y"));
  recorder.report(said("z", { namespace: "bistro" }));
  await clock.advance(10_000);
  expect(stored()).toHaveLength(1);
  expect(logged).toEqual(["Kubernetes events cannot be written; grant create and patch for events"]);
});

test("a server that refuses for a moment as it starts loses no event", async () => {
  let refusals = 2;
  server.fault = () => (refusals-- > 0 ? { status: 403 } : undefined);
  recorder.report(said("x"));
  await clock.advance(10_000);
  expect(stored()).toHaveLength(1);
  expect(logged).toEqual([]);
});

test("long names and messages are cut to what the server takes", async () => {
  recorder.report(said("ü".repeat(1000), { name: `${"a".repeat(235)}.${"b".repeat(17)}` }));
  await clock.advance(10);
  const [event] = stored();
  expect(event!.metadata.name.length).toBeLessThanOrEqual(253);
  expect(Buffer.byteLength(String(event!["message"]))).toBeLessThanOrEqual(1024);
  expect(String(event!["message"])).toMatch(/ü…$/);
});
