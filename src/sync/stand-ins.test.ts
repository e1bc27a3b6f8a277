import { expect, test } from "vitest";
import type { Problem } from "../base/problem.ts";
import { ref } from "./fake-compilation.ts";
import type { Payload, PushOutcome } from "./gateway.ts";
import { loopRig } from "./loop-rig.ts";

/** Refuses every payload that holds one of these; what came of an object is tied to it also where its former version stands. */
function refusing(bad: Readonly<Record<string, string>>): (payload: Payload) => PushOutcome | undefined {
  return (payload) => {
    const found = payload.bytes
      .toString()
      .split(",")
      .filter((name) => Object.hasOwn(bad, name));
    if (found.length === 0) return undefined;
    const rejections = found.map((name) => ({
      origins: [ref(bad[name]!)],
      entityType: "service",
      entityName: name,
      field: undefined,
      message: "no",
    }));
    return { kind: "rejected", rejections, answer: "{}" };
  };
}

const KEY = "Service/shop/bad";

test("what was refused stands as it was accepted last: one extra push, and it is said", async () => {
  const { clock, sync, gateway, change, objects, problems } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing({ bad: "bad" });
  kong.connect();
  change("web", "former");
  sync.listsComplete();
  await clock.advance(10_000);
  objects.former.set("bad", "former");
  change("web", "bad", "new");
  await clock.advance(30);
  expect(kong.pushes.map((p) => p.text)).toEqual(["web,former", "web,bad,new", "web,former,new"]);
  expect(sync.leftOut).toMatchObject({ refused: [KEY], standIns: [KEY] });
  expect(sync.leftOut.causesOf(KEY)).toEqual([KEY]);
  expect(problems.problems[0]?.message).toContain("Service shop/bad and what uses it stand as they were accepted last");
  // Until it changes a change of anybody else is one push.
  await clock.advance(10_000);
  change("web", "bad", "newer");
  await clock.advance(10_000);
  expect(kong.pushes.slice(3).map((p) => p.text)).toEqual(["web,former,newer"]);
});

test("what is refused in its former version too is left out", async () => {
  const { clock, sync, gateway, change, objects, problems } = loopRig();
  const kong = gateway("a");
  kong.answer = refusing({ bad: "bad", former: "bad" });
  kong.connect();
  objects.former.set("bad", "former");
  change("web", "bad");
  sync.listsComplete();
  await clock.advance(10_000);
  expect(kong.pushes.map((p) => p.text)).toEqual(["web,bad", "web,former", "web"]);
  expect(sync.leftOut).toMatchObject({ refused: [KEY], standIns: [] });
  expect(problems.problems).toMatchObject([{ object: { name: "bad" } }]);
  expect(problems.problems[0]?.message).toContain("are left out until it changes");
  // The next version gets every chance again.
  objects.former.set("bad", "fine");
  objects.revision++;
  sync.touched(KEY);
  await clock.advance(10_000);
  expect(kong.pushes.slice(3).map((p) => p.text)).toEqual(["web,bad", "web,fine"]);
});

test("only what gateways get is marked, and only what they hold is accepted", async () => {
  const { clock, sync, gateway, change, compilations } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web");
  sync.listsComplete();
  await clock.advance(10_000);
  const [compilation] = [...compilations.values()];
  const { accepted, marked } = compilation!;
  expect([accepted > 0, marked > 0]).toEqual([true, true]);
  const rejections = [{ origins: [], entityType: "", entityName: "", field: undefined, message: "no idea" }];
  kong.answer = (payload) =>
    payload.bytes.toString() === "odd" ? { kind: "rejected", rejections, answer: "" } : undefined;
  change("odd");
  await clock.advance(10_000);
  expect(compilation).toMatchObject({ accepted, marked: marked + 1 });
});

test("what pre-flight refuses stands as it was accepted last before anything is pushed", async () => {
  const { clock, sync, gateway, change, objects, problems, compilations, compiles } = loopRig();
  const kong = gateway("a");
  kong.connect();
  change("web", "former");
  sync.listsComplete();
  await clock.advance(10_000);
  objects.former.set("bad", "former");
  const refused: Problem = {
    code: "kong-refuses",
    severity: "error",
    object: ref("bad"),
    message: "Kong would refuse it; it is left out",
    refused: true,
  };
  for (const compilation of compilations.values()) compilation.refusedBefore = [refused];
  // Found also while the object is left out, as with plugins: said once.
  objects.problems = [refused];
  change("web", "bad", "new");
  await clock.advance(10_000);
  expect(kong.pushes.map((p) => p.text)).toEqual(["web,former", "web,former,new"]);
  expect(problems.problems.map(({ message }) => message)).toEqual([
    "Kong would refuse it; it is left out; Service shop/bad stands as it was accepted last until it changes",
  ]);
  expect(compiles.at(-1)).toMatchObject({ fallback: true, leavesOutAnew: true });
  for (const compilation of compilations.values()) compilation.refusedBefore = [];
  objects.problems = [];
  objects.revision++;
  sync.touched(KEY);
  await clock.advance(10_000);
  expect(kong.pushes.at(-1)?.text).toBe("web,bad,new");
  expect(problems.problems).toEqual([]);
});
