import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { status } from "./model-answers.ts";
import { ReflectorRig, SERVICES, service } from "./reflector-rig.ts";
import { until } from "./until.ts";

let rig: ReflectorRig;
beforeEach(async () => {
  rig = await ReflectorRig.start();
});
afterEach(() => rig.end());

describe("watches", () => {
  test("changes and deletions arrive", async () => {
    rig.put("a");
    rig.put("b");
    await rig.started();
    rig.put("a", { spec: { n: 2 } });
    rig.put("c");
    rig.server.remove(SERVICES, "shop", "b");
    await rig.equal();
    expect(rig.sink.replaced).toBe(1);
  });

  test("bookmarks are asked for, and timeoutSeconds lies between 5 and 10 minutes", async () => {
    await rig.started();
    expect(rig.watches[0]!.query).toMatchObject({
      allowWatchBookmarks: "true",
      timeoutSeconds: "450",
      resourceVersion: rig.server.version,
    });
  });

  test("a watch that the server ends is opened again from the last bookmark, without a list", async () => {
    rig.put("a");
    await rig.started();
    rig.server.bookmark();
    rig.put("b");
    await rig.equal();
    rig.server.remove(SERVICES, "shop", "b");
    await rig.equal();
    await rig.clock.advance(2000);
    rig.server.endWatches();
    await until(() => rig.watches.length === 2);
    expect(rig.watches[1]!.query["resourceVersion"]).toBe(rig.server.version);
    expect(rig.lists).toHaveLength(1);
    expect(rig.states.filter((s) => s.failure !== undefined)).toEqual([]);
  });

  test("a bookmark moves the version on, so that a compaction before it hurts nobody", async () => {
    await rig.started();
    rig.server.put(SERVICES, { namespace: "other", name: "x" });
    await rig.equal();
    rig.server.bookmark();
    rig.put("z");
    await rig.equal();
    rig.server.compact();
    await rig.clock.advance(2000);
    rig.server.endWatches();
    await until(() => rig.watches.length === 2);
    rig.put("y");
    await rig.equal();
    expect(rig.lists).toHaveLength(1);
  });

  test("events that are split anywhere, also inside a letter, are put together", async () => {
    rig.put("a");
    await rig.started();
    const object = { ...service, metadata: { name: "ü", namespace: "shop", resourceVersion: "5000" }, text: "größer" };
    const bytes = Buffer.from(`${JSON.stringify({ type: "ADDED", object })}\n`);
    for (const byte of bytes) {
      rig.server.sendRaw(Buffer.from([byte]));
      if (byte % 7 === 0) await new Promise(setImmediate);
    }
    await until(() => rig.sink.objects.has("shop/ü"));
    expect(rig.sink.objects.get("shop/ü")).toMatchObject({ text: "größer" });
  });

  test("a line cut off by the end of the watch is not lost", async () => {
    await rig.started();
    rig.server.sendRaw('{"type":"ADDED","object":{"metadata":{"na');
    await rig.clock.advance(2000);
    rig.server.silenceWatches();
    rig.put("late");
    // What was sent of it is not answered for; the next watch brings it whole.
    await rig.clock.advance(150_000);
    await rig.eventually(() => rig.sink.objects.has("shop/late"));
    await rig.equal();
  });

  test("half-open connection: silence for 150 s ends the watch, and the next goes on where it was", async () => {
    rig.put("a");
    await rig.started();
    rig.server.silenceWatches();
    rig.put("b");
    await rig.clock.advance(149_000);
    expect(rig.watches).toHaveLength(1);
    await rig.clock.advance(1000);
    await until(() => rig.reflector.state.failure !== undefined);
    expect(rig.reflector.state.failure!.message).toContain("not even a bookmark");
    await rig.eventually(() => rig.sink.objects.has("shop/b"));
    await rig.equal();
    expect(rig.sink.replaced).toBe(1);
  });

  test("a watch that is never accepted is given up too", async () => {
    rig.put("a");
    rig.failing((r) => r.watch, "hang", 1);
    rig.reflector.start();
    await until(() => rig.watches.length === 1);
    await rig.clock.advance(150_000);
    await rig.eventually(() => rig.server.watchers === 1);
    rig.put("b");
    await rig.equal();
  });

  test("bookmarks keep a quiet watch alive", async () => {
    await rig.started();
    for (let minute = 0; minute < 10; minute++) {
      await rig.clock.advance(60_000);
      rig.server.bookmark();
      await new Promise((resolve) => setImmediate(resolve));
      await until(() => true);
    }
    expect(rig.watches).toHaveLength(1);
  });

  test.each([
    ["a reset", () => rig.server.endWatches("reset")],
    [
      "an ERROR event with 500",
      () => rig.server.sendRaw(`${JSON.stringify({ type: "ERROR", object: status(500, "InternalError", "etcd") })}\n`),
    ],
    ["a line that is not JSON", () => rig.server.sendRaw("<html>\n")],
    [
      "an event of an unknown type",
      () => rig.server.sendRaw('{"type":"NEWS","object":{"metadata":{"name":"a","resourceVersion":"900"}}}\n'),
    ],
    ["an event without a version", () => rig.server.sendRaw('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n')],
    [
      "an event without a name",
      () => rig.server.sendRaw('{"type":"ADDED","object":{"metadata":{"resourceVersion":"900"}}}\n'),
    ],
  ])("%s: nothing is lost, also what was deleted meanwhile", async (_, fault) => {
    rig.put("a");
    rig.put("b");
    await rig.started();
    fault();
    rig.server.silenceWatches();
    rig.server.remove(SERVICES, "shop", "a");
    rig.put("c");
    await rig.eventually(() => rig.sink.objects.has("shop/c"));
    await rig.equal();
  });

  test("a watch that always ends at once is slowed down", async () => {
    rig.put("a");
    rig.failing((r) => r.watch, { stream: [], last: "end" });
    rig.reflector.start();
    await until(() => rig.reflector.state.failure !== undefined);
    await rig.clock.advance(60_000);
    expect(rig.watches.length).toBeLessThan(12);
    rig.server.fault = () => undefined;
    await rig.eventually(() => rig.server.watchers === 1);
  });

  test("watches that are cut every few seconds are opened again within a second, however often and however quiet they are", async () => {
    await rig.started();
    for (let cut = 1; cut <= 12; cut++) {
      await rig.clock.advance(2_500);
      rig.server.endWatches("reset");
      await until(() => rig.reflector.state.failure !== undefined);
      await rig.clock.advance(1_000);
      await until(() => rig.server.watchers === 1);
      await until(() => rig.reflector.state.failure === undefined);
      expect(rig.watches).toHaveLength(cut + 1);
    }
  });

  test("a version that the server always stumbles over is left by a new list", async () => {
    rig.put("a");
    rig.failing(
      (r) => r.watch,
      { stream: [`${JSON.stringify({ type: "ERROR", object: status(500, "InternalError", "x") })}\n`], last: "end" },
      3,
    );
    rig.reflector.start();
    await rig.eventually(() => rig.sink.replaced === 2);
    await rig.eventually(() => rig.server.watchers === 1);
    await rig.equal();
  });
});
