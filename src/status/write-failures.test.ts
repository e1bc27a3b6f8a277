import { expect, test } from "vitest";
import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { ApiError, ApiUnreachable } from "../kubernetes/api-error.ts";
import type { KubernetesObject } from "../resources/kind.ts";
import { WriteFailures } from "./write-failures.ts";

const KEY = "Ingress/shop/i";
const INGRESS = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "i" } } as KubernetesObject;
const UNREACHABLE = new ApiUnreachable("PATCH", new Error("connection refused"));

function begin() {
  const clock = new ManualClock();
  const sink = { write: () => undefined };
  const log = createLog({ level: "info", format: "json", sink, now: () => clock.now() });
  const failures = new WriteFailures(clock, log);
  return { clock, failures, fail: (error: unknown) => failures.failed(KEY, INGRESS, error) };
}

test("writes that fail together are one failure; those that fail after a pause are the next", async () => {
  const { clock, failures, fail } = begin();
  for (let at = 0; at < 8; at++) fail(UNREACHABLE);
  expect(failures.pause).toBe(1_000);
  await clock.advance(1_000);
  for (let at = 0; at < 8; at++) fail(UNREACHABLE);
  expect(failures.pause).toBe(2_000);
  await clock.advance(2_000);
  failures.succeeded(KEY);
  fail(UNREACHABLE);
  expect(failures.pause).toBe(1_000);
});

test("a server may ask for a longer pause, but not for none", () => {
  const { failures, fail } = begin();
  fail(new ApiError("PATCH", 429, {}, 0));
  expect(failures.pause).toBe(1_000);
  fail(new ApiError("PATCH", 429, {}, 20_000));
  expect(failures.pause).toBe(20_000);
});
