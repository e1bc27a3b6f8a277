import { deepEqual } from "../../base/equal.ts";
import { isJsonObject } from "../../base/json.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import type { ListenerStatusReport } from "../../translate/reports/report.ts";
import { type StoredCondition, type WantedCondition, withConditions } from "../conditions.ts";
import { programmedCondition, type StatusContext } from "../status-context.ts";

const WORDS = { yes: "Programmed", no: "Invalid", unknown: "Pending" };

/** The listeners in the status of a Gateway or a ListenerSet (`owner`: `Kind/namespace/name`), in the order of the spec. The very same list when nothing is to be changed. */
export function listenerStatuses(
  stored: readonly unknown[],
  reports: readonly ListenerStatusReport[],
  owner: string,
  context: StatusContext,
): readonly unknown[] {
  const known = new Map(stored.filter(isJsonObject).map((entry) => [entry["name"], entry]));
  const entries = reports.map((report) => {
    const before = known.get(report.name);
    const conditions = (
      Array.isArray(before?.["conditions"]) ? before["conditions"] : []
    ) as readonly StoredCondition[];
    const entry = {
      name: report.name,
      supportedKinds: report.supportedKinds.map((kind) => ({ group: GATEWAY_GROUP, kind })),
      attachedRoutes: context.attachedRoutes(`${owner}#${report.name}`),
      conditions: withConditions(conditions, wantedConditions(report, conditions, context), context),
    };
    return before !== undefined && deepEqual(entry, before) ? before : entry;
  });
  const same = entries.length === stored.length && entries.every((entry) => stored.includes(entry));
  return same ? stored : entries;
}

/** What is wrong with a listener is known at once; that it works only once gateways hold it. */
function wantedConditions(
  { conditions }: ListenerStatusReport,
  stored: readonly StoredCondition[],
  { programmed }: StatusContext,
): readonly WantedCondition[] {
  return conditions.flatMap((condition) =>
    condition.type !== "Programmed" || condition.status === "False"
      ? [condition]
      : programmedCondition(programmed, stored, WORDS),
  );
}
