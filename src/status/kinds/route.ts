import type { RouteParentReport, RouteReport } from "../../translate/reports/report.ts";
import { type EntryRef, type WantedEntry, withEntries } from "../ancestors.ts";
import type { StoredCondition, WantedCondition } from "../conditions.ts";
import { programmedCondition, type StatusChange, type StatusContext, withField } from "../status-context.ts";

const MOST_PARENTS = 32;
const WORDS = { yes: "ConfiguredInGateway", no: "TranslationError", unknown: "Unknown" };

/** Routes of every kind: an entry for each parent that is ours (spec: gateway-api §4.4). */
export function routeStatus({ parents, resolvedRefs }: RouteReport, context: StatusContext): StatusChange {
  const resolved: WantedCondition = {
    type: "ResolvedRefs",
    status: resolvedRefs.reason === "ResolvedRefs" ? "True" : "False",
    reason: resolvedRefs.reason,
    message: resolvedRefs.message,
  };
  const wanted = parents.map(
    (parent): WantedEntry => ({
      ref: parent.ref,
      conditions: (stored) => [accepted(parent), resolved, ...programmed(parent, stored, context)],
    }),
  );
  const { controllerName, gatewayToReconcile } = context.settings;
  const list = {
    refField: "parentRef",
    controllerName,
    most: MOST_PARENTS,
    isOurs: (ref: EntryRef) => isOurs(ref, gatewayToReconcile),
  };
  return (status) => {
    const before = Array.isArray(status["parents"]) ? status["parents"] : [];
    const after = withEntries(before, wanted, list, context);
    return after === before ? undefined : withField(status, "parents", after);
  };
}

/** Of several controllers with one name, each for one Gateway, each writes about its own. */
export function isOurs({ kind, namespace, name }: EntryRef, gatewayToReconcile: string | undefined): boolean {
  return gatewayToReconcile === undefined || (kind === "Gateway" && `${namespace}/${name}` === gatewayToReconcile);
}

function accepted({ accepted: holds, reason, message }: RouteParentReport): WantedCondition {
  return { type: "Accepted", status: holds ? "True" : "False", reason, message };
}

/** On a parent that does not take the route there is nothing to be programmed. */
function programmed(
  parent: RouteParentReport,
  stored: readonly StoredCondition[],
  context: StatusContext,
): readonly WantedCondition[] {
  if (parent.accepted) return programmedCondition(context.programmed, stored, WORDS);
  return [
    { type: "Programmed", status: "Unknown", reason: "Unknown", message: "This parent does not take the route." },
  ];
}
