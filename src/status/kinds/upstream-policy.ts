import type { PolicyReferrer, UpstreamPolicyReport } from "../../translate/reports/report.ts";
import { type EntryRef, type WantedEntry, withEntries } from "../ancestors.ts";
import type { WantedCondition } from "../conditions.ts";
import { programmedCondition, type StatusChange, type StatusContext, withField } from "../status-context.ts";

const MOST_ANCESTORS = 16;
const WORDS = { yes: "Programmed", no: "Pending", unknown: "Pending" };

/** KongUpstreamPolicy: an entry for each Service or facade that names it and that something of ours uses (spec: kong-crds §5). */
export function upstreamPolicyStatus({ referrers }: UpstreamPolicyReport, context: StatusContext): StatusChange {
  const wanted = referrers.flatMap((referrer): readonly WantedEntry[] => {
    const { used, conflict, programmed } = context.referrer(referrer);
    if (!used) return [];
    return [
      {
        ref: refOf(referrer),
        conditions: (stored) => [
          accepted(conflict),
          ...programmedCondition(conflict ? { state: "no", why: "It is not in force." } : programmed, stored, WORDS),
        ],
      },
    ];
  });
  const list = {
    refField: "ancestorRef",
    controllerName: context.settings.controllerName,
    most: MOST_ANCESTORS,
    isOurs: () => true,
  };
  return (status) => {
    const before = Array.isArray(status["ancestors"]) ? status["ancestors"] : [];
    const after = withEntries(before, wanted, list, { ...context, generation: undefined });
    return after === before ? undefined : withField(status, "ancestors", after);
  };
}

function accepted(conflict: boolean): WantedCondition {
  if (!conflict) return { type: "Accepted", status: "True", reason: "Accepted", message: "" };
  const message =
    "It stands behind one Kong service together with a Service that names another policy or none; name the same one on all of them.";
  return { type: "Accepted", status: "False", reason: "Conflicted", message };
}

/** Programs know a Service here under the group "core". */
function refOf({ kind, namespace, name }: PolicyReferrer): EntryRef {
  const group = kind === "Service" ? "core" : "incubator.ingress-controller.konghq.com";
  return { group, kind, namespace, name };
}
