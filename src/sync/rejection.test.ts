import { expect, test } from "vitest";
import { md5, ref } from "./fake-compilation.ts";
import { EMPTY_HASH, type Payload, type PushOutcome } from "./gateway.ts";
import { loopRig } from "./loop-rig.ts";

/** Refuses every payload that holds one of the names. */
function refusing(...names: readonly string[]): (payload: Payload) => PushOutcome | undefined {
  return (payload) => {
    const bad = payload.bytes
      .toString()
      .split(",")
      .filter((name) => names.includes(name));
    if (bad.length === 0) return undefined;
    const rejections = bad.map((name) => ({
      origins: [ref(name)],
      entityType: "service",
      entityName: name,
      field: "port",
      message: "value should be between 0 and 65535",
    }));
    return { kind: "rejected", rejections, answer: "{}" };
  };
}

test("what was refused is left out, everybody else's change is live after one extra push", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing("bad");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  change("web", "bad", "new");
  await clock.advance(30);
  expect(kong.pushes.map((p) => p.text)).toEqual(["web", "web,bad,new", "web,new"]);
  expect(sync.leftOut.refused).toEqual(["Service/shop/bad"]);
  expect(problems.problems).toMatchObject([{ code: "rejected-by-gateway", object: { name: "bad" } }]);
  expect(problems.problems[0]?.message).toContain("service bad, field port: value should be between 0 and 65535");
});

test("while something is left out a change of anybody else is one push", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing("bad");
  kong.connect();
  change("bad", "web");
  sync.listsComplete();
  await clock.advance(10_000);
  change("bad", "web", "shop");
  await clock.advance(10_000);
  expect(kong.pushes.map((p) => p.text)).toEqual(["bad,web", "web", "web,shop"]);
});

test("the exclusion ends when the object changes, or something that it uses", async () => {
  const { clock, sync, gateway, change, problems, objects } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing("bad");
  kong.connect();
  change("bad", "web");
  sync.listsComplete();
  await clock.advance(10_000);
  // Still bad: tried once more, and left out again.
  objects.revision++;
  sync.touched("Service/shop/bad-used");
  await clock.advance(10_000);
  // What is left then is held already.
  expect(kong.pushes.map((p) => p.text)).toEqual(["bad,web", "web", "bad,web"]);
  expect(sync.leftOut.refused).toEqual(["Service/shop/bad"]);
  kong.answer = undefined;
  objects.revision++;
  sync.touched("Service/shop/bad");
  await clock.advance(10_000);
  expect(kong.pushes.at(-1)?.text).toBe("bad,web");
  expect(sync.leftOut.refused).toEqual([]);
  expect(problems.problems).toEqual([]);
});

test("a gateway that began anew may be another one: what was left out gets another chance", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing("bad");
  kong.connect();
  change("bad", "web");
  sync.listsComplete();
  await clock.advance(10_000);
  kong.lose();
  kong.connect();
  await clock.advance(10_000);
  // The same one: nothing is tried again.
  expect(kong.pushes).toHaveLength(2);
  kong.lose();
  Object.assign(kong, { nodeId: "another", hash: EMPTY_HASH, answer: undefined });
  kong.connect();
  await clock.advance(0);
  expect(kong.pushes.at(-1)?.text).toBe("bad,web");
  expect(sync.leftOut.refused).toEqual([]);
});

test("refusals that come one after the other end after five rounds, and the last good configuration stays", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  // Kong tells of one at a time.
  kong.answer = (payload) => {
    const bad = payload.bytes
      .toString()
      .split(",")
      .find((name) => name.startsWith("bad"));
    return bad === undefined ? undefined : refusing(bad)(payload);
  };
  change("web", "bad1", "bad2", "bad3", "bad4", "bad5", "bad6", "bad7");
  await clock.advance(60_000);
  expect(kong.pushes).toHaveLength(1 + 6);
  expect(kong.hash).toBe(md5("web"));
  expect(problems.problems.map((p) => p.object.name)).toContain("bad6");
  // The next change is a new chance.
  change("web", "bad7");
  await clock.advance(10_000);
  expect(kong.hash).toBe(md5("web"));
  expect(kong.pushes.at(-1)?.text).toBe("web,bad7");
  expect(problems.problems.map((p) => p.object.name)).toContain("bad7");
});

test("what cannot be tied to an object keeps the last good configuration, and is said about the gateway", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  const rejections = [{ origins: [], entityType: "", entityName: "", field: undefined, message: "no idea" }];
  kong.answer = (payload) =>
    payload.bytes.toString() === "web,odd" ? { kind: "rejected", rejections, answer: "{}" } : undefined;
  change("web", "odd");
  await clock.advance(60_000);
  expect(kong.pushes).toHaveLength(2);
  expect(problems.problems).toMatchObject([
    { code: "rejected-by-gateway", object: { kind: "KongGateway", name: "a" } },
  ]);
  // A restarted gateway gets the refused one again (it may be another now), then the last good one.
  kong.lose();
  kong.hash = EMPTY_HASH;
  kong.connect();
  await clock.advance(0);
  expect(kong.hash).toBe(md5("web"));
  change("web");
  await clock.advance(10_000);
  expect(problems.problems).toEqual([]);
});

test("with the fallback turned off the last good configuration stays, and the objects are told", async () => {
  const { clock, sync, gateway, change, problems } = loopRig({ onRejection: "keep-last-good" });
  const kong = gateway("a");
  kong.answer = refusing("bad");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  change("web", "bad");
  await clock.advance(60_000);
  expect(kong.pushes.map((p) => p.text)).toEqual(["web", "web,bad"]);
  expect(problems.problems).toMatchObject([{ code: "rejected-by-gateway", object: { name: "bad" } }]);
  expect(problems.problems[0]?.message).toContain("last good configuration stays");
  change("web", "good");
  await clock.advance(10_000);
  expect(kong.hash).toBe(md5("web,good"));
  expect(problems.problems).toEqual([]);
});

test("a configuration that is too large is tried once, and the problem names both sizes and the setting", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  kong.answer = () => ({
    kind: "too-large",
    size: 11_000_000,
    limit: 10_485_760,
    setting: "nginx_admin_client_max_body_size",
  });
  change("web", "huge");
  await clock.advance(60_000);
  expect(kong.pushes).toHaveLength(2);
  expect(problems.problems).toHaveLength(1);
  expect(problems.problems[0]?.message).toMatch(/11000000 .*10485760.*nginx_admin_client_max_body_size/);
  kong.answer = undefined;
  change("web");
  await clock.advance(10_000);
  expect(problems.problems).toEqual([]);
});

/** Refuses whatever it is sent, each entity by its name. */
function refusingAll(payload: Payload): PushOutcome {
  return refusing(...payload.bytes.toString().split(","))(payload)!;
}

test("a gateway that refuses every object is at fault itself: nothing is left out, the others keep all, it is tried again", async () => {
  const { clock, sync, gateway, change, problems } = loopRig({ retryWithin: 10_000 });
  const [broken, sound] = [gateway("broken"), gateway("sound")];
  broken.answer = refusingAll;
  broken.connect();
  sound.connect();
  change("web", "shop");
  sync.listsComplete();
  await clock.advance(60_000);
  expect(sound.pushes.map((p) => p.text)).toEqual(["web,shop"]);
  expect(sync.leftOut.refused).toEqual([]);
  expect(problems.problems).toMatchObject([
    { code: "rejected-by-gateway", object: { kind: "KongGateway", name: "broken" } },
  ]);
  const gaps = broken.pushes.slice(1).map((push, i) => push.at - broken.pushes[i]!.at);
  expect(gaps).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
  broken.answer = undefined;
  await clock.advance(10_000);
  expect(broken.hash).toBe(md5("web,shop"));
  expect(problems.problems).toEqual([]);
});

test("a lone object that is refused is left out", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing("bad");
  kong.connect();
  change("bad");
  sync.listsComplete();
  await clock.advance(60_000);
  expect(kong.pushes.map((p) => p.text)).toEqual(["bad", ""]);
});

test("a body refused as too large within the gateway's own limit is tried again", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  const kong = gateway("a");
  kong.answer = () => ({ kind: "too-large", size: 1000, limit: 10_485_760, setting: "the_setting" });
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(5000);
  expect(problems.problems[0]?.message).toMatch(/1000 bytes.*10485760.*tried again/);
  kong.answer = undefined;
  await clock.advance(30_000);
  expect(kong.hash).toBe(md5("web"));
  expect(problems.problems).toEqual([]);
});

test("pushes that fail again and again come no further apart than asked for", async () => {
  const { clock, sync, gateway, change } = loopRig({ retryWithin: 3000 });
  const kong = gateway("a");
  kong.answer = () => ({ kind: "failed", cause: { message: "500" } });
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(60_000);
  kong.answer = undefined;
  await clock.advance(3000);
  expect(kong.hash).toBe(md5("web"));
});

test("after a restart of the controller the last good configuration is what a gateway holds, for those that hold none", async () => {
  const { clock, sync, gateway, change } = loopRig();
  const [holder, empty] = [gateway("holder"), gateway("empty")];
  holder.hash = md5("former");
  holder.text = "former, as shown";
  const shown = md5("former, as shown");
  for (const kong of [holder, empty])
    kong.answer = (payload) => (payload.md5 === shown ? undefined : refusingAll(payload));
  holder.connect();
  empty.connect();
  change("web", "shop");
  sync.listsComplete();
  await clock.advance(10_000);
  expect(empty.hash).toBe(shown);
  expect(holder.hash).toBe(md5("former"));
  expect(holder.pushes.map((p) => p.text)).not.toContain("former, as shown");
  expect(sync.leftOut.refused).toEqual([]);
  for (const kong of [holder, empty]) kong.answer = undefined;
  await clock.advance(30_000);
  expect([holder.hash, empty.hash]).toEqual([md5("web,shop"), md5("web,shop")]);
});
