import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReflectorRig, SERVICES } from "./reflector-rig.ts";
import { until } from "./until.ts";

let rig: ReflectorRig;
beforeEach(async () => {
  rig = await ReflectorRig.start();
});
afterEach(() => rig.end());

describe("a server in trouble", () => {
  test("429: its Retry-After is obeyed", async () => {
    rig.put("a");
    rig.failing(() => true, { status: 429, headers: { "retry-after": "7" } }, 1);
    rig.reflector.start();
    await until(() => rig.reflector.state.failure !== undefined);
    expect(rig.reflector.state.failure!.nextTry - rig.clock.now()).toBe(7000);
    await rig.clock.advance(6900);
    expect(rig.server.requests).toHaveLength(1);
    await rig.clock.advance(100);
    await until(() => rig.reflector.state.synced);
    await rig.equal();
  });

  test("429 on a watch: the list is not repeated", async () => {
    rig.put("a");
    rig.failing((r) => r.watch, { status: 429, headers: { "retry-after": "1" } }, 5);
    rig.reflector.start();
    await rig.eventually(() => rig.server.watchers === 1);
    expect(rig.sink.replaced).toBe(1);
  });

  test("the wait doubles up to a cap and goes on for ever", async () => {
    rig.failing(() => true, { status: 503 });
    const waits: number[] = [];
    rig.make({
      onState: ({ failure }) => failure !== undefined && waits.push(failure.nextTry - rig.clock.now()),
    });
    rig.reflector.start();
    await until(() => waits.length === 1);
    for (let i = 1; i < 14; i++) {
      await rig.clock.advance(waits.at(-1)!);
      await until(() => waits.length === i + 1);
    }
    // 75 % of 0.5 s, 1 s, 2 s … 30 s: the jitter with this random.
    expect(waits).toEqual([375, 750, 1500, 3000, 6000, 12_000, ...Array(8).fill(22_500)]);
    expect(rig.reflector.state.failure).toMatchObject({ attempts: 14, status: 503 });
    expect(rig.reflector.state.failure!.since).toBeLessThan(rig.clock.now() - 100_000);
  });

  test("a server that is down for minutes: the objects stay, and what changed meanwhile is found out, as soon as it answers anybody", async () => {
    rig.put("a");
    rig.put("b");
    await rig.started();
    await rig.server.stop();
    await until(() => rig.reflector.state.failure !== undefined);
    await rig.clock.advance(600_000);
    await until(() => rig.reflector.state.failure!.attempts > 10);
    expect(rig.sink.objects.size).toBe(2);
    rig.server.remove(SERVICES, "shop", "a");
    rig.put("c");
    await rig.server.start();
    await rig.client.request({ path: SERVICES });
    await rig.eventually(() => rig.sink.objects.has("shop/c"), 1000);
    await rig.equal();
    expect(rig.reflector.state).toEqual({ synced: true });
  });

  test.each([401, 403, 404])("%i: the objects stay, and it goes on when the answer changes", async (code) => {
    rig.put("a");
    await rig.started();
    rig.failing(() => true, { status: code });
    rig.server.endWatches();
    await until(() => rig.reflector.state.failure !== undefined);
    await rig.clock.advance(300_000);
    expect(rig.sink.objects.size).toBe(1);
    expect(rig.reflector.state).toMatchObject({ synced: true, failure: { status: code } });
    rig.put("b");
    rig.server.fault = () => undefined;
    await rig.eventually(() => rig.sink.objects.has("shop/b"));
    await rig.equal();
  });

  test("a kind that was taken away for a moment is listed anew", async () => {
    await rig.started();
    rig.failing(() => true, { status: 404 }, 1);
    rig.server.endWatches("reset");
    await until(() => rig.reflector.state.failure !== undefined);
    rig.failing((r) => r.watch, { status: 404 }, 1);
    await rig.eventually(() => rig.sink.replaced === 2);
  });

  test("a quiet time ends a row of failures", async () => {
    rig.failing(() => true, { status: 500 }, 4);
    rig.reflector.start();
    await rig.eventually(() => rig.server.watchers === 1);
    await rig.clock.advance(20_000);
    rig.server.endWatches("reset");
    await until(() => rig.reflector.state.failure !== undefined);
    expect(rig.reflector.state.failure!.attempts).toBe(1);
  });
});
