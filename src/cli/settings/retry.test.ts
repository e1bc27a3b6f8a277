import { expect, test } from "vitest";
import { defaultFlags } from "../flags/parse.ts";
import type { FlagValues } from "../flags/table.ts";
import { retryPolicy } from "./retry.ts";

test.each<readonly [string, Partial<FlagValues>, readonly [number, number, number]]>([
  ["nothing set", {}, [0, 1000, 30_000]],
  [
    "the request's example",
    { "kong-client-max-retries": 5, "kong-client-initial-delay": 1000, "kong-client-max-delay": 30_000 },
    [5, 1000, 30_000],
  ],
  ["KIC's retries alone", { "kong-admin-init-retries": 60 }, [60, 1000, 1000]],
  ["KIC's retries and delay", { "kong-admin-init-retries": 5, "kong-admin-init-retry-delay": 2000 }, [5, 2000, 2000]],
  ["KIC's delay alone", { "kong-admin-init-retry-delay": 5000 }, [0, 5000, 5000]],
  ["KIC's retries of 0", { "kong-admin-init-retries": 0 }, [0, 1000, 1000]],
  ["new attempts over KIC's", { "kong-admin-init-retries": 60, "kong-client-max-retries": 3 }, [3, 1000, 30_000]],
  ["new attempts of 0 over KIC's", { "kong-admin-init-retries": 60, "kong-client-max-retries": 0 }, [0, 1000, 30_000]],
  [
    "new attempts with KIC's delay",
    { "kong-admin-init-retry-delay": 2000, "kong-client-max-retries": 3 },
    [3, 2000, 2000],
  ],
  [
    "a new initial delay over KIC's",
    { "kong-admin-init-retry-delay": 2000, "kong-client-initial-delay": 10_000 },
    [0, 10_000, 30_000],
  ],
  [
    "a new maximum with KIC's retries",
    { "kong-admin-init-retries": 7, "kong-client-max-delay": 10_000 },
    [7, 1000, 10_000],
  ],
])("%s", (_, changed, [maxAttempts, initialDelay, maxDelay]) => {
  expect(retryPolicy(defaultFlags(changed))).toEqual({ maxAttempts, initialDelay, maxDelay });
});
