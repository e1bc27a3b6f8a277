import { expect, test } from "vitest";
import { md5 } from "./fake-compilation.ts";
import { EMPTY_HASH } from "./gateway.ts";
import { loopRig } from "./loop-rig.ts";

const at = (pushes: readonly { readonly at: number; readonly text: string }[]) => pushes.map((p) => [p.at, p.text]);

test("a gateway that holds the bytes already gets none", async () => {
  const { clock, sync, gateway, change, found } = loopRig();
  const kong = gateway("a");
  kong.hash = md5("web");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(60_000);
  expect(kong.pushes).toEqual([]);
  expect(found).toEqual(["a"]);
  expect(sync.progress.acknowledged).toBe(true);
});

test("a change that makes no difference to the document is no push", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  change("web");
  await clock.advance(10_000);
  expect(kong.pushes).toHaveLength(1);
});

test("an emptied gateway, and one that somebody else changed, are put right at once and it is said once", async () => {
  const { clock, sync, gateway, change, drifts } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  kong.hash = EMPTY_HASH;
  kong.asked();
  await clock.advance(0);
  expect(kong.pushes).toHaveLength(2);
  await clock.advance(10_000);
  kong.hash = md5("somebody else's");
  kong.answer = () => ({ kind: "failed", cause: { message: "500" } });
  kong.asked();
  await clock.advance(10_000);
  kong.asked();
  await clock.advance(10_000);
  kong.answer = undefined;
  await clock.advance(60_000);
  kong.asked();
  await clock.advance(60_000);
  expect(kong.hash).toBe(md5("web"));
  expect(drifts).toEqual(["a", "a"]);
});

test("a gateway that comes back empty gets its configuration at once, one that comes back with it none", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  kong.lose();
  await clock.advance(100);
  kong.connect();
  await clock.advance(0);
  expect(kong.pushes).toHaveLength(1);
  kong.lose();
  kong.hash = EMPTY_HASH;
  kong.connect();
  await clock.advance(0);
  expect(at(kong.pushes).at(-1)).toEqual([1100, "web"]);
});

test("a lost gateway gets what changed meanwhile when it comes back", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  kong.lose();
  change("web", "shop");
  await clock.advance(60_000);
  expect(kong.pushes).toHaveLength(1);
  kong.connect();
  await clock.advance(0);
  expect(at(kong.pushes).at(-1)).toEqual([70_000, "web,shop"]);
});

test("what has just changed when a gateway comes is in the first push", async () => {
  const { clock, sync, gateway, change } = loopRig();
  sync.listsComplete();
  await clock.advance(1000);
  change("web");
  await clock.advance(26);
  const kong = gateway("a");
  change("web", "shop");
  kong.connect();
  await clock.advance(0);
  expect(at(kong.pushes)).toEqual([[1026, "web,shop"]]);
});

test("a gateway with another way to make its hash is known by what it reports", async () => {
  const { clock, sync, gateway, change, drifts } = loopRig();
  const kong = gateway("a");
  kong.answer = (payload) => ({ kind: "accepted", hash: md5(`salt ${payload.md5}`) });
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  kong.hash = md5(`salt ${md5("web")}`);
  kong.asked();
  await clock.advance(60_000);
  expect(kong.pushes).toHaveLength(1);
  kong.hash = md5("other");
  kong.asked();
  await clock.advance(0);
  expect(kong.pushes).toHaveLength(2);
  expect(drifts).toEqual(["a"]);
});

test("another hash after an accepted push means that somebody else pushed, once the gateway has shown how it hashes", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  let times = 0;
  kong.answer = () => (times++ === 0 ? { kind: "accepted", hash: md5("somebody else's") } : undefined);
  change("web", "shop");
  await clock.advance(10_000);
  expect(kong.pushes.map((p) => p.text)).toEqual(["web", "web,shop", "web,shop"]);
  expect(kong.hash).toBe(md5("web,shop"));
});

test("a push that failed is repeated after 1, 2, 4 … 30 s", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.answer = () => ({ kind: "failed", cause: { message: "500" } });
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(121_000);
  expect(kong.pushes.map((p) => p.at / 1000)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
  kong.answer = undefined;
  await clock.advance(30_000);
  expect(kong.hash).toBe(md5("web"));
});

test("thirty gateways within a second get the very same bytes, made once", async () => {
  const { clock, sync, gateway, change, compilations } = loopRig();
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  let encodings = 0;
  for (const compilation of compilations.values()) {
    const encode = compilation.encode.bind(compilation);
    compilation.encode = () => {
      encodings++;
      return encode();
    };
  }
  const bytes = new Set<unknown>();
  const all = Array.from({ length: 30 }, (_, i) => gateway(`g${i}`));
  for (const kong of all) {
    kong.takes = 100;
    kong.answer = (payload) => void bytes.add(payload.bytes);
    kong.connect();
    await clock.advance(30);
  }
  await clock.advance(100);
  expect(all.map(({ hash }) => hash)).toEqual(all.map(() => md5("web")));
  expect(all.map(({ pushes }) => pushes.length)).toEqual(all.map(() => 1));
  expect([bytes.size, encodings]).toEqual([1, 0]);
  change("web", "shop");
  await clock.advance(5000);
  expect(all.map(({ hash }) => hash)).toEqual(all.map(() => md5("web,shop")));
  expect([bytes.size, encodings]).toEqual([2, 1]);
  sync.stop();
});

test("a busy gateway is asked again when it says so", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  let times = 0;
  kong.answer = () => (times++ === 0 ? { kind: "busy", retryAfter: 5000, cause: { message: "429" } } : undefined);
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(4999);
  expect(kong.pushes).toHaveLength(1);
  await clock.advance(1);
  expect(kong.pushes).toHaveLength(2);
});

test("a follower does not call it drift when the leader pushes", async () => {
  const { clock, sync, gateway, change, drifts, found } = loopRig({ leading: false });
  const kong = gateway("a");
  kong.hash = md5("web");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  expect(found).toEqual(["a"]);
  // The leader was faster than our own compile, and then somebody is faster than the leader.
  kong.hash = md5("web,shop");
  kong.asked();
  await clock.advance(1000);
  change("web", "shop");
  await clock.advance(5000);
  expect(found).toEqual(["a", "a"]);
  kong.hash = md5("mine");
  kong.asked();
  await clock.advance(1000);
  expect([drifts, kong.pushes]).toEqual([[], []]);
  sync.setLeading(true);
  await clock.advance(1000);
  expect(kong.hash).toBe(md5("web,shop"));
});

test("a gateway that asks for a day is asked again after ten minutes", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  let times = 0;
  kong.answer = () => (times++ === 0 ? { kind: "busy", retryAfter: 86_400_000, cause: { message: "429" } } : undefined);
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(599_999);
  expect(kong.pushes).toHaveLength(1);
  await clock.advance(1);
  expect(kong.hash).toBe(md5("web"));
});

test.each([6, -6])("the wall clock jumps by %d hours: no push comes sooner or later for that", async (hours) => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.answer = () => ({ kind: "failed", cause: { message: "500" } });
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  clock.jump(hours * 3_600_000);
  await clock.advance(111_000);
  expect(kong.pushes.map((p) => p.at / 1000)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
  kong.answer = undefined;
  await clock.advance(30_000);
  clock.jump(-hours * 3_600_000);
  change("web", "shop");
  await clock.advance(25);
  expect(kong.hash).toBe(md5("web,shop"));
  sync.stop();
});
