import { expect, test } from "vitest";
import { COMPATIBLE } from "./fake-gateway.ts";
import { loopRig } from "./loop-rig.ts";

/** A gateway with a database cannot tell what it holds. */

const WITH_DATABASE = { ...COMPATIBLE, dbless: false };

test("whoever takes over the lead looks at the database: another replica may have written it", async () => {
  const { clock, sync, gateway, change } = loopRig();
  sync.listsComplete();
  change("a");
  const one = gateway("one");
  let doubts = 0;
  Object.assign(one, { doubt: () => doubts++ });
  one.connect(WITH_DATABASE);
  await clock.advance(1000);
  expect(one.pushes).toHaveLength(1);
  sync.setLeading(false);
  await clock.advance(1000);
  sync.setLeading(true);
  await clock.advance(1000);
  expect([one.pushes.length, doubts]).toEqual([2, 1]);
});

test("without a database the hash tells, and nothing is pushed", async () => {
  const { clock, sync, gateway, change } = loopRig();
  sync.listsComplete();
  change("a");
  const one = gateway("one");
  one.connect();
  await clock.advance(1000);
  sync.setLeading(false);
  sync.setLeading(true);
  await clock.advance(5000);
  expect(one.pushes).toHaveLength(1);
});

test("what could not be removed is a problem of the gateway, until it is gone", async () => {
  const { clock, sync, gateway, change, problems } = loopRig();
  sync.listsComplete();
  change("a");
  const one = gateway("one");
  one.answer = ({ md5 }) => ({
    kind: "accepted",
    hash: md5,
    leftovers: [{ entityType: "service", entityName: "old", message: "a route uses it" }],
  });
  one.connect(WITH_DATABASE);
  await clock.advance(1000);
  expect(problems.problems).toMatchObject([
    { code: "entity-in-use", severity: "warning", object: { kind: "KongGateway", name: "one" } },
  ]);
  expect(sync.progress.acknowledged).toBe(true);
  one.answer = undefined;
  change("a", "b");
  await clock.advance(5000);
  expect(problems.problems).toEqual([]);
});
