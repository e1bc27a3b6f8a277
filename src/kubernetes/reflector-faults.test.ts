import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "./model-server.ts";
import { ReflectorRig, SERVICES } from "./reflector-rig.ts";
import { until } from "./until.ts";

const name = fc.integer({ min: 0, max: 5 }).map((n) => `s${n}`);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>("reset", { status: 500 }, { status: 503 }, { status: 429 }, { status: 410 }, { status: 404 }),
  fc.record({
    stream: fc.array(fc.constantFrom("garbage\n", '{"type":"ADDED"', "\n", '{"type":"BOOKMARK","object":{}}\n'), {
      maxLength: 3,
    }),
    last: fc.constantFrom("end" as const, "reset" as const),
  }),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("put" as const), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("remove" as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("fail" as const), fault, times: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("compact", "bookmark", "end", "reset", "silence", "restart", "turn", "time"),
    }),
  },
);

test("after any faults the sink equals the server", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const rig = await ReflectorRig.start();
      try {
        await run(rig, steps);
        rig.server.fault = () => undefined;
        // Whatever is silent is given up, whatever waits tries again.
        const settled = () => same(rig) && rig.reflector.state.failure === undefined;
        for (let i = 0; i < 60 && !(settled() && i > 20); i++) {
          await rig.clock.advance(10_000);
          await until(settled, 2).catch(() => undefined);
        }
        expect(rig.sink.state).toEqual(held(rig));
        expect(rig.reflector.state).toEqual({ synced: true });
      } finally {
        await rig.end();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 60), seed: Number(process.env["SEED"] ?? 1) },
  );
}, 120_000);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function run(rig: ReflectorRig, steps: readonly Step[]): Promise<void> {
  const { server } = rig;
  rig.reflector.start();
  for (const now of steps) {
    if (now.do === "put") rig.put(now.name);
    else if (now.do === "remove") server.remove(SERVICES, "shop", now.name);
    else if (now.do === "fail") rig.failing(() => true, now.fault, now.times);
    else if (now.do === "compact") server.compact();
    else if (now.do === "bookmark") server.bookmark();
    else if (now.do === "end" || now.do === "reset") server.endWatches(now.do);
    else if (now.do === "silence") server.silenceWatches();
    else if (now.do === "time") await rig.clock.advance(5000);
    else if (now.do === "turn") for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    else {
      await server.stop();
      await server.start();
    }
  }
}

function held(rig: ReflectorRig): string[] {
  return [...rig.server.objects(SERVICES)].map(([key, o]) => `${key}@${o.metadata.resourceVersion}`).sort();
}

function same(rig: ReflectorRig): boolean {
  return JSON.stringify(rig.sink.state) === JSON.stringify(held(rig));
}
