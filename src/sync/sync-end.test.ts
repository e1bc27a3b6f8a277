import { expect, test } from "vitest";
import { md5 } from "./fake-compilation.ts";
import { EMPTY_HASH } from "./gateway.ts";
import { loopRig } from "./loop-rig.ts";

const at = (pushes: readonly { readonly at: number; readonly text: string }[]) => pushes.map((p) => [p.at, p.text]);

test("a follower compiles and stays warm, and pushes at once when it leads", async () => {
  const { clock, sync, gateway, change } = loopRig({ leading: false });
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(60_000);
  expect(kong.pushes).toEqual([]);
  expect(sync.progress).toMatchObject({ compiled: true, leading: false });
  sync.setLeading(true);
  await clock.advance(0);
  expect(at(kong.pushes)).toEqual([[60_000, "web"]]);
});

test("whoever no longer leads stops in the middle of a push", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.takes = 10_000;
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  sync.setLeading(false);
  await clock.advance(60_000);
  expect(kong.hash).toBe(EMPTY_HASH);
  expect(kong.pushes).toHaveLength(1);
  sync.setLeading(true);
  await clock.advance(20_000);
  expect(kong.hash).toBe(md5("web"));
});

test("draining waits for the push under way, and begins no other one", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.takes = 10_000;
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(100);
  change("web", "shop");
  let drained = false;
  void sync.drain().then(() => {
    drained = true;
  });
  await clock.advance(5_000);
  expect(drained).toBe(false);
  await clock.advance(5_000);
  expect(drained).toBe(true);
  sync.stop();
  problems.close();
  await clock.advance(60_000);
  expect(kong.hash).toBe(md5("web"));
  expect(kong.pushes).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test("draining ends with the push when it is interrupted", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.takes = 10_000;
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(100);
  const drained = sync.drain();
  sync.stop();
  await drained;
  await clock.advance(60_000);
  expect(kong.hash).toBe(EMPTY_HASH);
});

test("stopping ends a push and leaves no timer", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.takes = 10_000;
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(100);
  change("web", "shop");
  sync.stop();
  problems.close();
  await clock.advance(10_000);
  expect(clock.pending).toBe(0);
  expect(kong.pushes).toHaveLength(1);
});

test("objects that change after the end set no timer", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  gateway("a").connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  sync.stop();
  problems.close();
  change("web", "shop");
  expect(clock.pending).toBe(0);
});

test("a compiler that breaks ends nothing: the last configuration stays, and it is tried again", async () => {
  const { clock, sync, gateway, change, compilations, compiles } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  const compilation = [...compilations.values()][0]!;
  compilation.fail = new Error("a bug");
  change("web", "shop");
  await clock.advance(10_000);
  expect(compiles.at(-1)?.failure).toContain("a bug");
  expect(kong.pushes).toHaveLength(1);
  compilation.fail = undefined;
  change("web", "shop", "more");
  await clock.advance(10_000);
  expect(kong.pushes.at(-1)?.text).toBe("web,shop,more");
});

test("a document that cannot be made ends nothing either", async () => {
  const { clock, sync, gateway, change, compilations, compiles } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  const compilation = [...compilations.values()][0]!;
  const { encode } = compilation;
  compilation.encode = () => Promise.reject(new Error("a bug"));
  change("web", "shop");
  await clock.advance(60_000);
  expect(compiles.filter(({ failure }) => failure?.includes("a bug"))).toHaveLength(1);
  expect(sync.progress).toMatchObject({ compiled: true, acknowledged: true });
  expect(kong.pushes).toHaveLength(1);
  compilation.encode = encode;
  change("web", "shop", "more");
  await clock.advance(10_000);
  expect(kong.pushes.at(-1)?.text).toBe("web,shop,more");
});
