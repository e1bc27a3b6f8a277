import { expect, test } from "vitest";
import { EMPTY_HASH } from "./gateway.ts";
import { COMPATIBLE, EXPRESSIONS, loopRig, md5, ref } from "./loop-rig.ts";

const at = (pushes: readonly { readonly at: number; readonly text: string }[]) => pushes.map((p) => [p.at, p.text]);

test("nothing is pushed before the first lists are complete", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  await clock.advance(60_000);
  expect(kong.pushes).toEqual([]);
  expect(sync.progress).toMatchObject({ listed: false, compiled: false, acknowledged: false });
  sync.listsComplete();
  await clock.advance(0);
  expect(at(kong.pushes)).toEqual([[60_000, "web"]]);
  expect(sync.progress).toMatchObject({ listed: true, compiled: true, acknowledged: true });
});

test("nothing is pushed while objects that are read are not loaded", async () => {
  const { clock, sync, objects, gateway, change, secrets } = loopRig();
  const kong = gateway("a");
  kong.connect();
  objects.unloaded = ["tls"];
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  expect(kong.pushes).toEqual([]);
  expect(sync.progress).toMatchObject({ compiled: false, pending: 1 });
  expect(secrets.at(-1)).toEqual(["Secret/shop/tls"]);
  objects.unloaded = [];
  change("web", "tls");
  await clock.advance(30);
  expect(at(kong.pushes)).toEqual([[10_025, "web,tls"]]);
});

test("after the first push nothing waits for objects that are not loaded", async () => {
  const { clock, sync, objects, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  objects.unloaded = ["tls"];
  change("web", "shop");
  await clock.advance(1000);
  expect(kong.pushes.at(-1)?.text).toBe("web,shop");
});

test("the first push leaves at once when a gateway answers, since everything is compiled already", async () => {
  const { clock, sync, gateway, change, compiles } = loopRig();
  const kong = gateway("a");
  change("web");
  sync.listsComplete();
  await clock.advance(7000);
  expect(compiles).toHaveLength(1);
  kong.connect();
  await clock.advance(0);
  expect(at(kong.pushes)).toEqual([[7000, "web"]]);
  expect(compiles).toHaveLength(1);
});

test("a gateway of another kind than assumed gets its own configuration, never the assumed one", async () => {
  const { clock, sync, gateway, change, compilations } = loopRig();
  const kong = gateway("a");
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  kong.connect(EXPRESSIONS);
  await clock.advance(0);
  expect(at(kong.pushes)).toEqual([[1000, "e:web"]]);
  expect(compilations.get("traditional_compatible 3.9.1")?.closed).toBe(true);
});

test("while Kong is upgraded each gateway gets the configuration of its kind", async () => {
  const { clock, sync, gateway, change, leave, compilations } = loopRig();
  const [old, young] = [gateway("old"), gateway("young")];
  change("web");
  sync.listsComplete();
  old.connect(COMPATIBLE);
  young.connect(EXPRESSIONS);
  await clock.advance(5000);
  change("web", "shop");
  await clock.advance(5000);
  expect(old.pushes.map((p) => p.text)).toEqual(["web", "web,shop"]);
  expect(young.pushes.map((p) => p.text)).toEqual(["e:web", "e:web,shop"]);
  leave(old);
  await clock.advance(0);
  expect([...compilations].filter(([, c]) => !c.closed).map(([key]) => key)).toEqual(["expressions 3.9.1"]);
});

test("the first change after quiet leaves after some tens of ms, with what came along", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  sync.listsComplete();
  await clock.advance(10_000);
  change("one");
  await clock.advance(10);
  change("one", "two");
  await clock.advance(100);
  expect(at(kong.pushes)).toEqual([
    [0, ""],
    [10_025, "one,two"],
  ]);
});

test("under a steady stream pushes are the interval apart, and the newest configuration wins", async () => {
  const { clock, sync, gateway, change } = loopRig({ interval: 3000 });
  const kong = gateway("a");
  kong.connect();
  sync.listsComplete();
  await clock.advance(10_000);
  for (let i = 0; i < 100; i++) {
    change(`v${i}`);
    await clock.advance(100);
  }
  await clock.advance(10_000);
  expect(at(kong.pushes).slice(1)).toEqual([
    [10_025, "v0"],
    [13_025, "v30"],
    [16_025, "v60"],
    [19_025, "v90"],
    [22_025, "v99"],
  ]);
});

test("what a gateway got because it was new, or had lost it, is no reason to wait for the next change", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(100);
  change("web", "shop");
  await clock.advance(100);
  expect(at(kong.pushes)).toEqual([
    [0, "web"],
    [125, "web,shop"],
  ]);
  change("web");
  await clock.advance(2000);
  expect(kong.pushes).toHaveLength(2);
  await clock.advance(1000);
  expect(at(kong.pushes).at(-1)).toEqual([3125, "web"]);
});

test("under a steady stream changes are compiled, and their problems told, long before the next push", async () => {
  const { clock, sync, gateway, change, objects, problems, compiles } = loopRig();
  const kong = gateway("a");
  kong.connect();
  sync.listsComplete();
  await clock.advance(10_000);
  change("web");
  await clock.advance(100);
  objects.problems = [{ code: "broken", severity: "error", object: ref("web"), message: "no" }];
  change("web", "shop");
  await clock.advance(300);
  expect(problems.problems).toHaveLength(1);
  objects.problems = [];
  change("web", "shop", "more");
  await clock.advance(300);
  expect(problems.problems).toEqual([]);
  expect(compiles).toHaveLength(4);
  expect(kong.pushes).toHaveLength(2);
  await clock.advance(3000);
  expect(at(kong.pushes).at(-1)).toEqual([13_025, "web,shop,more"]);
});

test("without an interval every burst leaves by itself", async () => {
  const { clock, sync, gateway, change } = loopRig({ interval: 0 });
  const kong = gateway("a");
  kong.connect();
  sync.listsComplete();
  await clock.advance(1000);
  change("one");
  await clock.advance(100);
  change("two");
  await clock.advance(100);
  expect(at(kong.pushes).slice(1)).toEqual([
    [1025, "one"],
    [1125, "two"],
  ]);
});

test("one push at a time: what changes during a slow one follows right behind it", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.takes = 8000;
  kong.connect();
  sync.listsComplete();
  await clock.advance(1000);
  change("one");
  await clock.advance(1000);
  change("two");
  await clock.advance(20_000);
  expect(at(kong.pushes)).toEqual([
    [0, ""],
    [8000, "two"],
  ]);
});

test("a slow gateway delays no other", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const [slow, quick] = [gateway("slow"), gateway("quick")];
  slow.takes = 60_000;
  slow.connect();
  quick.connect();
  sync.listsComplete();
  await clock.advance(5000);
  change("one");
  await clock.advance(30);
  expect(at(slow.pushes)).toEqual([[0, ""]]);
  expect(at(quick.pushes)).toEqual([
    [0, ""],
    [5025, "one"],
  ]);
});

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

test("30 gateways at once all get the same bytes", async () => {
  const { clock, sync, gateway, change, compiles } = loopRig();
  change("web");
  sync.listsComplete();
  await clock.advance(1000);
  const all = Array.from({ length: 30 }, (_, i) => gateway(`g${i}`));
  for (const kong of all) kong.connect();
  await clock.advance(0);
  for (const kong of all) expect(at(kong.pushes)).toEqual([[1000, "web"]]);
  expect(compiles).toHaveLength(1);
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
