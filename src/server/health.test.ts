import { expect, test } from "vitest";
import { healthApp } from "./health.ts";

test("/healthz is well whatever is missing", async () => {
  const app = healthApp(() => ["a gateway"]);
  expect((await app.request("/healthz")).status).toBe(200);
});

test("/readyz says what is missing, asked anew each time", async () => {
  let missing: string[] = ["a gateway", "a push"];
  const app = healthApp(() => missing);
  const before = await app.request("/readyz");
  expect([before.status, await before.text()]).toEqual([503, "not ready\n- a gateway\n- a push\n"]);
  missing = [];
  const after = await app.request("/readyz");
  expect([after.status, await after.text()]).toEqual([200, "ok"]);
});

test("nothing else is there", async () => {
  expect((await healthApp(() => []).request("/")).status).toBe(404);
});
