// The other end of bench/admission.ts: sends reviews from a thread of its own.
import { parentPort, workerData } from "node:worker_threads";
import { Agent, request } from "undici";

const { port, bodies, count } = workerData as {
  readonly port: number;
  readonly bodies: readonly string[];
  readonly count: number;
};
const AT_ONCE = 8;

const dispatcher = new Agent({ connections: AT_ONCE, connect: { rejectUnauthorized: false } });
const times: number[] = [];
let next = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < count) {
      const body = bodies[next++ % bodies.length]!;
      const start = performance.now();
      const answer = await request(`https://127.0.0.1:${port}/`, { method: "POST", body, dispatcher });
      const text = await answer.body.text();
      times.push(performance.now() - start);
      if (!text.includes('"allowed":true')) throw new Error(`${answer.statusCode} ${text}`);
    }
  }),
);
await dispatcher.close();
parentPort?.postMessage(times);
