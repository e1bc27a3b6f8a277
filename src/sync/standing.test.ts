import { expect, test } from "vitest";
import { ref } from "./fake-compilation.ts";
import { EXPRESSIONS } from "./fake-gateway.ts";
import { EMPTY_HASH } from "./gateway.ts";
import { loopRig, type Rig } from "./loop-rig.ts";

/** A loop whose lists are complete, with one object; the revision of the store counts its changes. */
function started(options: Parameters<typeof loopRig>[0] = {}): Rig {
  const rig = loopRig(options);
  rig.change("web");
  rig.sync.listsComplete();
  return rig;
}

test("changes are acknowledged when every gateway that is ready holds them", async () => {
  const rig = started();
  const [a, b] = [rig.gateway("a"), rig.gateway("b")];
  a.connect();
  b.connect();
  await rig.clock.advance(100);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 2, acknowledged: 1 });
  b.takes = 1000;
  rig.change("web", "shop");
  await rig.clock.advance(500);
  expect(a.pushes).toHaveLength(2);
  // One of them still holds the former one only.
  expect(rig.standings.at(-1)).toMatchObject({ ready: 2, acknowledged: 1 });
  await rig.clock.advance(1000);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 2, acknowledged: 2 });
});

test("a change that changes no byte is acknowledged without a push", async () => {
  const rig = started();
  const a = rig.gateway("a");
  a.connect();
  await rig.clock.advance(10_000);
  rig.change("web");
  await rig.clock.advance(10_000);
  expect(a.pushes).toHaveLength(1);
  expect(rig.standings.at(-1)).toMatchObject({ acknowledged: 2 });
});

test("lost gateways do not count, new and emptied ones do until they hold the configuration", async () => {
  const rig = started();
  const [a, b] = [rig.gateway("a"), rig.gateway("b")];
  a.connect();
  await rig.clock.advance(100);
  b.answer = () => ({ kind: "failed", cause: { message: "no" } });
  b.connect();
  await rig.clock.advance(100);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 2, acknowledged: undefined });
  b.lose();
  await rig.clock.advance(100);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 1, acknowledged: 1 });
  a.lose();
  await rig.clock.advance(100);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 0, acknowledged: undefined });
  a.hash = EMPTY_HASH;
  a.takes = 500;
  a.connect();
  await rig.clock.advance(100);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 1, acknowledged: undefined });
  await rig.clock.advance(1000);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 1, acknowledged: 1 });
});

test("what is left out is named; while the last good configuration stays, nothing newer is acknowledged", async () => {
  const rejections = [
    { origins: [ref("bad")], entityType: "service", entityName: "bad", field: undefined, message: "no" },
  ];
  const refuse = (kong: { answer: unknown }) => {
    kong.answer = (payload: { readonly bytes: Buffer }) =>
      payload.bytes.toString().includes("bad") ? { kind: "rejected", rejections, answer: "" } : undefined;
  };
  const rig = started();
  const a = rig.gateway("a");
  refuse(a);
  a.connect();
  await rig.clock.advance(10_000);
  rig.change("web", "bad");
  await rig.clock.advance(10_000);
  expect(rig.standings.at(-1)).toMatchObject({ acknowledged: 2, leftOut: new Set(["Service/shop/bad"]) });

  const keeping = started({ onRejection: "keep-last-good" });
  const kong = keeping.gateway("a");
  refuse(kong);
  kong.connect();
  await keeping.clock.advance(10_000);
  keeping.change("web", "bad", "more");
  await keeping.clock.advance(10_000);
  expect(keeping.standings.at(-1)).toMatchObject({ acknowledged: 1, leftOut: new Set() });
});

test("gateways of two kinds count each with its own configuration", async () => {
  const rig = started();
  const [a, b] = [rig.gateway("a"), rig.gateway("b")];
  a.connect();
  b.connect(EXPRESSIONS);
  await rig.clock.advance(10_000);
  rig.change("web", "shop");
  await rig.clock.advance(10_000);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 2, acknowledged: 2 });
});

test("a follower acknowledges nothing by itself, but sees what gateways hold", async () => {
  const rig = started({ leading: false });
  const a = rig.gateway("a");
  a.connect();
  await rig.clock.advance(10_000);
  expect(a.pushes).toEqual([]);
  expect(rig.standings.at(-1)).toMatchObject({ ready: 1, acknowledged: undefined });
});

test("no push begins when this replica does not lead at that very moment, whatever the loop was told", async () => {
  let leads = true;
  const rig = started({ mayPush: () => leads });
  const a = rig.gateway("a");
  a.connect();
  await rig.clock.advance(10_000);
  leads = false;
  rig.change("web", "shop");
  await rig.clock.advance(10_000);
  expect(a.pushes).toHaveLength(1);
});

test("a push under way is aborted when the lead is lost, also in the middle of a compile", async () => {
  const rig = started();
  const a = rig.gateway("a");
  a.takes = 5_000;
  a.connect();
  await rig.clock.advance(100);
  rig.sync.setLeading(false);
  await rig.clock.advance(10_000);
  expect(a.hash).toBe(EMPTY_HASH);
  rig.sync.setLeading(true);
  await rig.clock.advance(10_000);
  expect(a.pushes).toHaveLength(2);
  expect(rig.standings.at(-1)).toMatchObject({ acknowledged: 1 });
});
