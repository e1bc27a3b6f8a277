import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { type Profiles, profiles } from "./profiles.ts";

let clock: ManualClock;
let served: Profiles;
beforeEach(() => {
  clock = new ManualClock();
  served = profiles(clock);
});
afterEach(() => served.close());

const get = async (path: string, signal?: AbortSignal) =>
  served.app.request(`/debug/pprof${path}`, signal === undefined ? {} : { signal });

/** Until the profile is being taken. */
async function begun(): Promise<void> {
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
}

interface Node {
  readonly callFrame: { readonly functionName: string };
  readonly children?: readonly unknown[];
}

test("where the time goes, as V8 writes it, for as long as was asked for", async () => {
  let answered = false;
  const asked = get("/profile?seconds=2").finally(() => {
    answered = true;
  });
  await begun();
  await clock.advance(1999);
  expect(answered).toBe(false);
  await clock.advance(1);
  const answer = await asked;
  expect(answer.headers.get("content-disposition")).toContain('"silverback.cpuprofile"');
  const profile = (await answer.json()) as { readonly nodes: readonly Node[]; readonly samples: readonly number[] };
  expect(profile.nodes[0]?.callFrame.functionName).toBe("(root)");
  expect(profile.samples).toBeInstanceOf(Array);
});

test("one profile at a time; whoever hangs up ends his", async () => {
  const hangingUp = new AbortController();
  const first = get("/profile", hangingUp.signal);
  await begun();
  await clock.advance(1000);
  const second = await get("/profile");
  expect([second.status, await second.text()]).toEqual([409, "a profile is being taken; it ends in 29s\n"]);
  hangingUp.abort();
  await first;
  expect(clock.pending).toBe(0);
  const third = get("/profile?seconds=1");
  await begun();
  await clock.advance(1000);
  expect((await third).status).toBe(200);
});

test.each(["0", "-1", "121", "long", ""])("seconds=%s is refused", async (seconds) => {
  expect((await get(`/profile?seconds=${seconds}`)).status).toBe(400);
});

test("what is in memory: who allocated it and how much, and no value of it", async () => {
  const canary = `canary-${Math.random()}`;
  const kept = Array.from({ length: 20_000 }, (_, i) => ({ secret: `${canary}-${i}` }));
  const answer = await get("/heap");
  expect(answer.headers.get("content-disposition")).toContain('"silverback.heapprofile"');
  const text = await answer.text();
  const { head } = JSON.parse(text) as { readonly head: Node };
  expect(head.callFrame.functionName).toBe("(root)");
  expect(head.children?.length).toBeGreaterThan(0);
  expect(text).not.toContain(canary);
  expect(kept).toHaveLength(20_000);
});

test.each(["", "/"])("a page says what there is, and in which formats (%s)", async (path) => {
  const page = await (await get(path)).text();
  for (const said of [".cpuprofile", ".heapprofile", "does not read", "Secret"]) expect(page).toContain(said);
});

test.each(["/goroutine", "/cmdline", "/trace", "/allocs"])(
  "%s is not there, and where to look is said",
  async (path) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining("/debug/pprof/ says")]);
  },
);
