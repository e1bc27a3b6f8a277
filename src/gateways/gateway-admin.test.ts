import { afterEach, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { SharedDatabase } from "./database/shared-database.ts";
import { gatewayAdmin } from "./gateway-admin.ts";
import { clientFor, StandIn } from "./stand-in.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test("a question has the time of a check, one with a large answer that of a push", async () => {
  const clock = new ManualClock();
  const server = await StandIn.start(() => undefined);
  const client = clientFor(server.url, clock);
  closers.push(
    () => client.forget(),
    () => server.stop(),
  );
  const options = { clock, timeout: 30_000, filterTags: [], concurrency: 1, skipCaCertificates: false };
  const database = new SharedDatabase({ ...options, newId: () => "", verifyInterval: undefined });
  const admin = gatewayAdmin(client, { clock, timeout: 30_000, checkTimeout: 5000 }, database.member());
  const ended: string[] = [];
  const { signal } = new AbortController();
  const small = admin.ask({ method: "GET", path: "/" }, signal).catch(() => ended.push("small"));
  const large = admin.ask({ method: "GET", path: "/config", large: true }, signal).catch(() => ended.push("large"));
  while (server.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(5000);
  await small;
  expect(ended).toEqual(["small"]);
  await clock.advance(24_999);
  expect(ended).toEqual(["small"]);
  await clock.advance(1);
  await large;
  expect(ended).toEqual(["small", "large"]);
});
