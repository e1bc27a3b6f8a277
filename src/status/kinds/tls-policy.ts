import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import type { TlsPolicyStatusReport } from "../../translate/reports/report.ts";
import { type EntryRef, type WantedEntry, withEntries } from "../ancestors.ts";
import { type StatusChange, type StatusContext, withField } from "../status-context.ts";
import { isOurs } from "./route.ts";

const MOST_ANCESTORS = 16;

/** BackendTLSPolicy: an entry for each Gateway whose routes it counts for (spec: gateway-api §8). */
export function tlsPolicyStatus(report: TlsPolicyStatusReport, context: StatusContext): StatusChange {
  const { accepted, reason, message, gateways } = report;
  const condition = { type: "Accepted", status: accepted ? "True" : "False", reason, message } as const;
  const wanted = gateways.map((gateway): WantedEntry => {
    const slash = gateway.indexOf("/");
    const [namespace, name] = [gateway.slice(0, slash), gateway.slice(slash + 1)];
    return { ref: { group: GATEWAY_GROUP, kind: "Gateway", namespace, name }, conditions: () => [condition] };
  });
  const { controllerName, gatewayToReconcile } = context.settings;
  const list = {
    refField: "ancestorRef",
    controllerName,
    most: MOST_ANCESTORS,
    isOurs: (ref: EntryRef) => isOurs(ref, gatewayToReconcile),
  };
  return (status) => {
    const before = Array.isArray(status["ancestors"]) ? status["ancestors"] : [];
    const after = withEntries(before, wanted, list, context);
    return after === before ? undefined : withField(status, "ancestors", after);
  };
}
