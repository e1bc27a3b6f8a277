import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { nodeMetrics } from "./event-loop-delay.ts";

/** Longer than a busy machine holds a turn up, ms. */
const LONG = 500;

test("a turn of the event loop that takes long is seen, and only once", async () => {
  const registry = new Registry();
  nodeMetrics(registry);
  const read = async () => {
    const lines = (await registry.metrics()).split("\n");
    return Number(lines.find((line) => line.startsWith("nodejs_eventloop_lag_max_seconds "))?.split(" ")[1]);
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  await read();
  const end = performance.now() + LONG;
  while (performance.now() < end);
  await turn();
  await turn();
  expect(await read()).toBeGreaterThan((0.95 * LONG) / 1000);
  await turn();
  expect(await read()).toBeLessThan((0.95 * LONG) / 1000);
});

test("each metric of Node is there once", async () => {
  const registry = new Registry();
  nodeMetrics(registry);
  const names = (await registry.metrics()).split("\n").filter((line) => line.startsWith("# TYPE "));
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((line) => line.includes("_eventloop_"))).toHaveLength(9);
});
