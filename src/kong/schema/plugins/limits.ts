import { type JsonObject, own } from "../../../base/json.ts";
import { number } from "../notation.ts";

const PERIODS = ["second", "minute", "hour", "day", "month", "year"] as const;

export const limits = Object.fromEntries(PERIODS.map((period) => [period, number({ gt: 0 })]));

/** The limit of a longer period is never the lower one. */
export function checkLimits(value: JsonObject): string | undefined {
  for (const [i, short] of PERIODS.entries())
    for (const long of PERIODS.slice(i + 1)) {
      const [low, high] = [own(value, short), own(value, long)];
      if (typeof low === "number" && typeof high === "number" && high < low)
        return `The limit for ${long}(${high.toFixed(1)}) cannot be lower than the limit for ${short}(${low.toFixed(1)})`;
    }
  return undefined;
}
