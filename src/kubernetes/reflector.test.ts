import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReflectorRig, SERVICES, service } from "./reflector-rig.ts";
import { until } from "./until.ts";

let rig: ReflectorRig;
beforeEach(async () => {
  rig = await ReflectorRig.start();
});
afterEach(() => rig.end());

describe("lists", () => {
  test("objects arrive, with apiVersion and kind, and without managedFields and the last-applied annotation", async () => {
    rig.server.put(SERVICES, {
      namespace: "shop",
      name: "a",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", kept: "yes" },
    });
    await rig.started();
    const object = rig.sink.objects.get("shop/a")!;
    expect(object).toMatchObject(service);
    expect(object.metadata.annotations).toEqual({ kept: "yes" });
    expect(Object.keys(object.metadata)).not.toContain("managedFields");
    expect(rig.reflector.state).toEqual({ synced: true });
  });

  test("the first list comes in pages, all of one state", async () => {
    for (let i = 0; i < 700; i++) rig.put(`s${String(i).padStart(4, "0")}`);
    await rig.started();
    expect(rig.sink.objects.size).toBe(700);
    expect(rig.lists.length).toBeGreaterThan(1);
    expect(rig.lists[0]!.query).toEqual({ limit: "250" });
    expect(Object.keys(rig.lists[1]!.query).sort()).toEqual(["continue", "limit"]);
    expect(rig.sink.replaced).toBe(1);
    rig.server.sendRaw("garbage\n");
    await rig.eventually(() => rig.sink.replaced === 2);
    expect(rig.sink.sizes).toEqual([700, 700]);
  });

  test("a continue token that expires starts the list again; the second time everything is asked for at once", async () => {
    for (let i = 0; i < 600; i++) rig.put(`s${i}`);
    rig.server.fault = (request) => {
      if (request.query["continue"] !== undefined) rig.server.compact();
      return undefined;
    };
    await rig.started();
    expect(rig.lists.map(({ query }) => [query["limit"], query["continue"] !== undefined])).toEqual([
      ["250", false],
      [expect.any(String), true],
      ["250", false],
      [expect.any(String), true],
      [undefined, false],
    ]);
  });

  test("an empty collection is a complete list", async () => {
    await rig.started();
    expect(rig.sink.replaced).toBe(1);
    expect(rig.reflector.state.synced).toBe(true);
  });

  test("`items: null` is an empty list", async () => {
    rig.failing((r) => !r.watch, { status: 200, body: { metadata: { resourceVersion: "100" }, items: null } }, 1);
    await rig.started();
  });

  test.each([
    ["a page of HTML", { status: 200, body: "<html>log in</html>" }, "not JSON"],
    ["an object that is no list", { status: 200, body: { kind: "Status" } }, "no list"],
    ["500", { status: 500 }, "500"],
    ["a reset", "reset" as const, "GET /api/v1/services"],
  ])("%s instead of a list is tried again, and nothing is called synced", async (_, fault, message) => {
    rig.put("a");
    rig.failing((r) => !r.watch, fault, 3);
    rig.reflector.start();
    await until(() => rig.reflector.state.failure !== undefined);
    expect(rig.reflector.state.synced).toBe(false);
    expect(rig.reflector.state.failure!.message).toContain(message);
    await rig.eventually(() => rig.reflector.state.synced);
    await rig.equal();
    expect(rig.reflector.state.failure).toBeUndefined();
  });

  test("a list that never answers is given up after a minute", async () => {
    rig.failing((r) => !r.watch, "hang", 1);
    rig.reflector.start();
    await until(() => rig.server.requests.length === 1);
    await rig.clock.advance(60_000);
    await until(() => rig.reflector.state.failure !== undefined);
    expect(rig.reflector.state.failure!.message).toContain("60 s");
    await rig.eventually(() => rig.reflector.state.synced);
  });
});

test("metadata alone is asked for where that is wanted, and only what selects is kept", async () => {
  rig.make({ metadataOnly: true });
  rig.server.put(
    SERVICES,
    { namespace: "shop", name: "a", labels: { l: "1" }, annotations: { big: "x" } },
    { data: { secret: "s" } },
  );
  rig.reflector.start();
  await until(() => rig.server.watchers === 1);
  rig.server.put(SERVICES, { namespace: "shop", name: "b" }, { data: { secret: "s" } });
  await until(() => rig.sink.objects.size === 2);
  expect(rig.sink.objects.get("shop/a")).toEqual({
    ...service,
    metadata: {
      namespace: "shop",
      name: "a",
      labels: { l: "1" },
      uid: "uid-101",
      resourceVersion: "101",
      creationTimestamp: "2026-01-01T00:00:00Z",
    },
  });
  expect(rig.sink.objects.get("shop/b")).toMatchObject(service);
  expect(rig.server.requests.map((r) => r.headers["accept"])).toEqual([
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  ]);
});

test("selectors and the namespace limit what is seen, also what comes later", async () => {
  rig.make({ path: "/api/v1/namespaces/shop/services", labelSelector: "team=a" });
  rig.server.put(SERVICES, { namespace: "shop", name: "a", labels: { team: "a" } });
  rig.server.put(SERVICES, { namespace: "shop", name: "b" });
  rig.server.put(SERVICES, { namespace: "other", name: "c", labels: { team: "a" } });
  rig.reflector.start();
  await until(() => rig.server.watchers === 1);
  rig.server.put(SERVICES, { namespace: "shop", name: "d", labels: { team: "a" } });
  await until(() => rig.sink.objects.size === 2);
  expect([...rig.sink.objects.keys()]).toEqual(["shop/a", "shop/d"]);
});

test("after the resync period the end of a watch is followed by a list", async () => {
  rig.make({ resyncPeriod: 30_000 });
  await rig.started();
  await rig.clock.advance(20_000);
  rig.server.endWatches();
  await until(() => rig.watches.length === 2);
  expect(rig.sink.replaced).toBe(1);
  await rig.clock.advance(20_000);
  rig.server.endWatches();
  await until(() => rig.sink.replaced === 2);
});

test("stopping ends a wait and a watch at once, and nothing arrives afterwards", async () => {
  await rig.started();
  await rig.reflector.stop();
  rig.put("late");
  expect(rig.sink.objects.size).toBe(0);
  rig.failing(() => true, { status: 500 });
  rig.make();
  rig.reflector.start();
  await until(() => rig.reflector.state.failure !== undefined);
  await rig.reflector.stop();
});
