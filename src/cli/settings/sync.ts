import { allGates } from "../flags/gates.ts";
import type { ParsedFlags } from "../flags/parse.ts";

/** When and how configurations are pushed. Times in ms. */
export interface SyncOptions {
  /** The least time between the starts of two pushes under a steady stream of changes. */
  readonly interval: number;
  /** For one push. */
  readonly timeout: number;
  /** Push at every interval, changed or not. */
  readonly reverseSync: boolean;
  /** What to do when Kong refuses a configuration: keep the last good one, leave out what was refused, or put its last good version there. */
  readonly onRejection: "keep-last-good" | "leave-out" | "backfill";
  /** The largest share of entities that may go at once, in percent; undefined: any. */
  readonly maxShrinkPercent: number | undefined;
  readonly database: DatabaseOptions;
}

/** Where Kong has a database. */
export interface DatabaseOptions {
  /** Requests at a time. */
  readonly concurrency: number;
  /** Entities that carry all of these tags are ours. */
  readonly filterTags: readonly string[];
  readonly skipCaCertificates: boolean;
}

/** What the flags say about pushing. */
export function syncOptions({ values }: ParsedFlags): SyncOptions {
  const fallback = allGates(values["feature-gates"]).FallbackConfiguration;
  return {
    interval: Math.round(values["proxy-sync-seconds"] * 1000),
    timeout: Math.round(values["proxy-timeout-seconds"] * 1000),
    reverseSync: values["enable-reverse-sync"],
    onRejection: !fallback ? "keep-last-good" : values["use-last-valid-config-for-fallback"] ? "backfill" : "leave-out",
    maxShrinkPercent: values["max-shrink-percent"] || undefined,
    database: {
      concurrency: values["kong-admin-concurrency"],
      filterTags: values["kong-admin-filter-tag"],
      skipCaCertificates: values["skip-ca-certificates"],
    },
  };
}
