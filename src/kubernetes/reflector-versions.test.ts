import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { status } from "./model-answers.ts";
import { ReflectorRig, SERVICES, service } from "./reflector-rig.ts";
import { until } from "./until.ts";

let rig: ReflectorRig;
beforeEach(async () => {
  rig = await ReflectorRig.start();
});
afterEach(() => rig.end());

describe("versions that a server has no more, not yet, or never had", () => {
  test("410 as an event: a new list, not older than what was seen; deletions during the gap are noticed", async () => {
    rig.put("a");
    rig.put("b");
    await rig.started();
    const seen = rig.server.version;
    rig.server.silenceWatches();
    rig.server.remove(SERVICES, "shop", "a");
    rig.put("c");
    rig.server.compact();
    await rig.clock.advance(150_000);
    await rig.eventually(() => rig.sink.objects.has("shop/c"));
    await rig.equal();
    expect(rig.lists.at(-1)!.query).toMatchObject({ resourceVersion: seen, resourceVersionMatch: "NotOlderThan" });
  });

  test("410 long after the list is no fault: the new list follows at once", async () => {
    await rig.started();
    await rig.clock.advance(20_000);
    rig.failing((r) => r.watch, { status: 410 }, 1);
    rig.put("b");
    await rig.equal();
    rig.server.endWatches();
    await until(() => rig.sink.replaced === 2);
    expect(rig.states.filter((state) => state.failure !== undefined)).toEqual([]);
  });

  test("410 right after a list is slowed down", async () => {
    rig.failing((r) => r.watch, { status: 410 });
    rig.reflector.start();
    await until(() => rig.reflector.state.failure !== undefined);
    await until(() => rig.sink.replaced > 1, 100).catch(() => undefined);
    expect(rig.sink.replaced).toBe(1);
    await rig.clock.advance(60_000);
    expect(rig.sink.replaced).toBeLessThan(12);
    rig.server.fault = () => undefined;
    await rig.eventually(() => rig.server.watchers === 1);
  });

  test("410 as the answer to the watch instead of an event: the same", async () => {
    rig.put("a");
    rig.failing((r) => r.watch, { status: 410, body: status(410, "Gone", "too old") }, 1);
    rig.reflector.start();
    await rig.eventually(() => rig.server.watchers === 1);
    await rig.equal();
    expect(rig.sink.replaced).toBe(2);
  });

  test("a server that is behind answers 'too large resource version': the newest list is asked for, and taken", async () => {
    rig.put("a");
    await rig.started();
    rig.failing((r) => r.query["resourceVersionMatch"] === "NotOlderThan", {
      status: 504,
      body: { ...status(504, "Timeout", "x"), details: { causes: [{ reason: "ResourceVersionTooLarge" }] } },
    });
    rig.put("b");
    await rig.equal();
    rig.server.endWatches("reset");
    rig.put("c");
    await rig.eventually(() => rig.sink.objects.has("shop/c"));
    await rig.equal();
    expect(rig.lists.at(-1)!.query["resourceVersion"]).toBeUndefined();
  });

  test("an old server says 'Too large resource version' in words only", async () => {
    rig.put("a");
    await rig.started();
    rig.failing((r) => r.query["resourceVersionMatch"] !== undefined, {
      status: 504,
      body: status(504, "Timeout", "Too large resource version: 9, current: 8"),
    });
    rig.server.endWatches("reset");
    await rig.eventually(() => rig.sink.replaced === 2);
    await rig.equal();
  });

  test("behind a load balancer: a list older than what was seen is not taken", async () => {
    rig.put("a");
    await rig.started();
    rig.put("b");
    await rig.equal();
    const stale = { metadata: { resourceVersion: "50" }, items: [] };
    rig.failing((r) => r.query["resourceVersionMatch"] !== undefined, { status: 200, body: stale });
    rig.server.sendRaw("garbage\n");
    await rig.eventually(() => rig.sink.replaced === 2);
    await rig.equal();
    expect(rig.sink.sizes).toEqual([1, 2]);
  });

  test("behind a load balancer: an event older than what was seen is not taken", async () => {
    rig.put("a");
    await rig.started();
    rig.put("a", { spec: { n: 2 } });
    await rig.equal();
    const old = { ...service, metadata: { namespace: "shop", name: "a", resourceVersion: "7" }, spec: { n: 0 } };
    rig.server.sendRaw(`${JSON.stringify({ type: "MODIFIED", object: old })}\n`);
    await rig.eventually(() => rig.sink.replaced === 2);
    await rig.equal();
  });

  test("a deletion that carries the object's last version is taken", async () => {
    rig.put("a");
    rig.put("b");
    await rig.started();
    const object = rig.sink.objects.get("shop/a");
    rig.server.sendRaw(`${JSON.stringify({ type: "DELETED", object })}\n`);
    await until(() => !rig.sink.objects.has("shop/a"));
    expect(rig.sink.replaced).toBe(1);
    await rig.clock.advance(2000);
    rig.server.endWatches();
    await until(() => rig.watches.length === 2);
    expect(rig.watches[1]!.query["resourceVersion"]).toBe(rig.server.version);
  });

  test("a server restored from a backup: what it holds now is taken", async () => {
    rig.put("a");
    const restore = rig.server.backup();
    await rig.started();
    rig.put("b");
    rig.put("c");
    await rig.equal();
    await rig.server.stop();
    restore();
    await rig.server.start();
    await rig.eventually(() => rig.sink.replaced === 2);
    await rig.equal();
    expect(rig.sink.state).toHaveLength(1);
    rig.put("d");
    await rig.equal();
  });

  test("a server restored from a backup that has moved on since: after a minute away everything is listed", async () => {
    rig.put("a");
    const restore = rig.server.backup();
    await rig.started();
    rig.put("b");
    await rig.equal();
    await rig.server.stop();
    restore();
    await until(() => rig.reflector.state.failure !== undefined);
    await rig.clock.advance(61_000);
    for (const name of ["c", "d", "e"]) rig.put(name);
    await rig.server.start();
    await rig.eventually(() => rig.sink.replaced === 2);
    await rig.equal();
  });
});
