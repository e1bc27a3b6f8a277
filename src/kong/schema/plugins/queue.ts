import type { JsonObject } from "../../../base/json.ts";
import type { Field } from "../field.ts";
import { integer, number, record } from "../notation.ts";

/** How a plugin that sends things away queues them. Times in seconds. */
export const queue = (options: { readonly default?: JsonObject } = {}): Field =>
  record(
    {
      max_batch_size: integer({ default: 1, between: [1, 1_000_000] }),
      max_coalescing_delay: number({ default: 1, between: [0, 3600] }),
      max_entries: integer({ default: 10_000, between: [1, 1_000_000] }),
      max_bytes: integer(),
      max_retry_time: number({ default: 60 }),
      initial_retry_delay: number({ default: 0.01, between: [0.001, 1_000_000] }),
      max_retry_delay: number({ default: 60, between: [0.001, 1_000_000] }),
      concurrency_limit: integer({ default: 1, oneOf: [-1, 1] }),
    },
    { required: true, ...options },
  );
