import { expect, test } from "vitest";
import { ref } from "./fake-compilation.ts";
import { COMPATIBLE, EXPRESSIONS } from "./fake-gateway.ts";
import { loopRig } from "./loop-rig.ts";

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
