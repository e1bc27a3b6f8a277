import { expect, test } from "vitest";
import type { Change } from "./change.ts";
import { runChanges } from "./run-changes.ts";

interface Options {
  readonly needs?: readonly Change[];
  readonly after?: readonly Change[];
  readonly action?: Change["action"];
}

function change(id: string, { needs = [], after = [], action = "create" }: Options = {}): Change {
  const method = action === "delete" ? "DELETE" : "POST";
  return { action, kind: "services", id, method, path: `/${id}`, needs: new Set(needs), after: new Set(after) };
}

/** Runs with a turn of the event loop for each; tells in which order they began. */
async function run(changes: readonly Change[], concurrency: number, fails: readonly string[] = []) {
  const began: string[] = [];
  let atOnce = 0;
  let most = 0;
  const { done, blocked } = await runChanges(changes, concurrency, async ({ id }) => {
    began.push(id);
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce--;
    if (fails.includes(`${id}!`)) throw new Error(id);
    return { ok: !fails.includes(id) };
  });
  return { began, most, done: [...done].map(([{ id }]) => id), blocked: blocked.map(({ id }) => id) };
}

test("so many at a time, never more, all in the end", async () => {
  const changes = Array.from({ length: 50 }, (_, at) => change(String(at)));
  const { began, most } = await run(changes, 7);
  expect(most).toBe(7);
  expect(began.sort()).toEqual(changes.map(({ id }) => id).sort());
});

test("what is needed comes first, and what needs it right after", async () => {
  const services = ["a", "b", "c"].map((id) => change(id));
  const routes = services.map((service) => change(`${service.id}-route`, { needs: [service] }));
  expect((await run([...services, ...routes], 1)).began).toEqual(["a", "a-route", "b", "b-route", "c", "c-route"]);
});

test("what needs something that failed is not tried; what only comes after it is", async () => {
  const bad = change("bad");
  const child = change("child", { needs: [bad] });
  const grandchild = change("grandchild", { needs: [child] });
  const later = change("later", { after: [bad, child] });
  const other = change("other");
  const { began, blocked } = await run([later, grandchild, child, other, bad], 2, ["bad"]);
  expect(began.sort()).toEqual(["bad", "later", "other"]);
  expect(blocked.sort()).toEqual(["child", "grandchild"]);
});

test("deletions come last, but for those that make room", async () => {
  const room = change("room", { action: "delete" });
  const gone = change("gone", { action: "delete" });
  const made = change("made", { needs: [room] });
  const other = change("other");
  const { began } = await run([gone, room, other, made], 1);
  expect(began.indexOf("room")).toBeLessThan(began.indexOf("made"));
  expect(began.at(-1)).toBe("gone");
});

test("deletions among each other: what refers goes before what is referred to", async () => {
  const route = change("route", { action: "delete" });
  const service = change("service", { action: "delete", needs: [route] });
  expect((await run([service, route], 3)).began).toEqual(["route", "service"]);
});

test("those that wait for each other in a circle are told, the rest is done", async () => {
  const a = change("a");
  const b = change("b", { needs: [a] });
  a.needs.add(b);
  const { began, blocked } = await run([a, b, change("c")], 2);
  expect(began).toEqual(["c"]);
  expect(blocked.sort()).toEqual(["a", "b"]);
});

test("an error ends it: what is under way ends first, nothing new begins", async () => {
  const changes = Array.from({ length: 20 }, (_, at) => change(String(at)));
  let ended = 0;
  let begun = 0;
  const running = runChanges(changes, 3, async ({ id }) => {
    begun++;
    await new Promise((resolve) => setImmediate(resolve));
    ended++;
    if (id === "1") throw new Error("broken");
    return { ok: true };
  });
  await expect(running).rejects.toThrow("broken");
  expect(begun).toBeLessThan(7);
  expect(ended).toBe(begun);
});
