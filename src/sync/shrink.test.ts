import { expect, test } from "vitest";
import { Pieces } from "../base/pieces.ts";
import { md5 } from "./fake-compilation.ts";
import type { Payload } from "./gateway.ts";
import { loopRig } from "./loop-rig.ts";
import { exceeds, shrinkOf } from "./shrink.ts";

/** A list that comes when the test says so. */
class Lists {
  asked = 0;
  #answers: { readonly here: () => void; readonly fail: (error: Error) => void }[] = [];

  readonly relist = (): Promise<void> => {
    this.asked++;
    return new Promise((here, fail) => this.#answers.push({ here, fail }));
  };

  come(): void {
    for (const { here } of this.#answers.splice(0)) here();
  }

  fail(): void {
    for (const { fail } of this.#answers.splice(0)) fail(new Error("no list"));
  }
}

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const ALL = md5(NAMES.join(","));

async function rig(maxShrinkPercent?: number) {
  const lists = new Lists();
  const made = loopRig({ maxShrinkPercent, relist: lists.relist });
  const kong = made.gateway("kong");
  kong.connect();
  made.change(...NAMES);
  made.sync.listsComplete();
  await made.clock.advance(10_000);
  expect(kong.hash).toBe(ALL);
  return { ...made, lists, kong };
}

test("a loss above the share waits for a second list, is said once, and goes through when that says the same", async () => {
  const { clock, change, kong, lists, problems } = await rig(50);
  change("a", "b", "c", "d");
  await clock.advance(10_000);
  expect(kong.hash).toBe(ALL);
  expect(lists.asked).toBe(1);
  expect(problems.problems).toMatchObject([{ code: "configuration-held-back", severity: "error" }]);
  const [said] = problems.problems;
  expect(said?.message).toContain("6 of 10 entities");
  change("a", "b", "c");
  await clock.advance(10_000);
  expect(lists.asked).toBe(1);
  expect(problems.problems).toEqual([said]);
  lists.come();
  await clock.advance(10_000);
  expect(kong.hash).toBe(md5("a,b,c"));
  expect(problems.problems).toEqual([]);
  expect(kong.pushes).toHaveLength(2);
});

test("when the second list brings the objects back, nothing was deleted", async () => {
  const { clock, change, kong, lists, problems } = await rig(50);
  change("a");
  await clock.advance(1000);
  change(...NAMES);
  lists.come();
  await clock.advance(10_000);
  expect(kong.pushes).toHaveLength(1);
  expect(kong.hash).toBe(ALL);
  expect(problems.problems).toEqual([]);
  // What is lost after that waits for a list of its own.
  change("a");
  await clock.advance(10_000);
  expect(lists.asked).toBe(2);
  expect(kong.hash).toBe(ALL);
});

test("a loss of just the share, and one after the other, go through", async () => {
  const { clock, change, kong, lists } = await rig(50);
  change("a", "b", "c", "d", "e");
  await clock.advance(10_000);
  change("a", "b", "c");
  await clock.advance(10_000);
  expect(kong.hash).toBe(md5("a,b,c"));
  expect(lists.asked).toBe(0);
});

test("without the flag nothing waits", async () => {
  const { clock, change, kong, lists } = await rig();
  change();
  await clock.advance(10_000);
  expect(kong.hash).toBe(md5(""));
  expect(lists.asked).toBe(0);
});

test("a list that fails is asked for again; a gateway that began anew gets the former configuration meanwhile", async () => {
  const { clock, change, kong, lists } = await rig(50);
  change("a");
  await clock.advance(1000);
  lists.fail();
  kong.lose();
  Object.assign(kong, { hash: "0".repeat(32), nodeId: "another" });
  kong.connect();
  await clock.advance(1000);
  expect(kong.hash).toBe(ALL);
  await clock.advance(10_000);
  expect(lists.asked).toBe(2);
  lists.come();
  await clock.advance(10_000);
  expect(kong.hash).toBe(md5("a"));
});

test("replaced is not kept: entities count by their names", () => {
  const payload = (...names: readonly string[]): Payload => ({
    bytes: Pieces.of(""),
    md5: "",
    entities: names.length,
    sections: new Map([["services", names.map((name) => ({ value: { name }, origins: [] }))]]),
  });
  expect(shrinkOf(payload("a", "b"), payload("a", "c", "d"))).toEqual({ gone: 1, of: 2 });
  expect(exceeds({ gone: 1, of: 2 }, 50)).toBe(false);
  expect(exceeds({ gone: 1, of: 2 }, 49)).toBe(true);
  expect(exceeds({ gone: 0, of: 0 }, 0)).toBe(false);
});
