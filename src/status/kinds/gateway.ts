import type { GatewayObjectReport, ListenerSetReport } from "../../translate/reports/report.ts";
import { type WantedCondition, withConditions } from "../conditions.ts";
import { type PublishedAddress, sameAddresses } from "../publish-addresses.ts";
import { programmedCondition, type StatusChange, type StatusContext, type StoredStatus } from "../status-context.ts";
import { listenerStatuses } from "./listeners.ts";

const WORDS = { yes: "Programmed", no: "Invalid", unknown: "Pending" };

/** Gateway: addresses, listeners and what has become of it (spec: gateway-api §3). One that another operator manages has its status from there. */
export function gatewayStatus(report: GatewayObjectReport, context: StatusContext): StatusChange | undefined {
  if (report.managed) return undefined;
  const { programmed } = context;
  const known = programmed.state === "yes" ? context.gatewayAddresses(report.services) : undefined;
  const addresses = known?.map(gatewayAddress);
  const owner = `Gateway/${context.metadata.namespace ?? ""}/${context.metadata.name}`;
  return (status) => {
    const before = status.conditions ?? [];
    const wanted = [
      accepted(report.refused),
      ...programmedCondition(
        report.refused === undefined ? programmed : { state: "no", why: report.refused },
        before,
        WORDS,
      ),
    ];
    const next: StoredStatus = {
      ...status,
      conditions: withConditions(before, wanted, context),
      ...listenersOf(status, report, owner, context),
      ...(addresses === undefined || sameAddresses(asList(status["addresses"]), addresses) ? {} : { addresses }),
      ...(report.listenerSets > 0 || status["attachedListenerSets"] !== undefined
        ? { attachedListenerSets: report.listenerSets }
        : {}),
    };
    return sameFields(status, next) ? undefined : next;
  };
}

/** ListenerSet: its listeners, and whether its Gateway lets it add them. */
export function listenerSetStatus(report: ListenerSetReport, context: StatusContext): StatusChange | undefined {
  if (report.managed) return undefined;
  const { programmed, metadata } = context;
  const why = `Gateway ${report.gateway} takes no listeners from this namespace; its spec.allowedListeners has to allow it.`;
  const owner = `ListenerSet/${metadata.namespace ?? ""}/${metadata.name}`;
  return (status) => {
    const before = status.conditions ?? [];
    const wanted: readonly WantedCondition[] = report.allowed
      ? [
          { type: "Accepted", status: "True", reason: "Accepted", message: "" },
          ...programmedCondition(programmed, before, WORDS),
        ]
      : [
          { type: "Accepted", status: "False", reason: "NotAllowed", message: why },
          { type: "Programmed", status: "False", reason: "Invalid", message: why },
        ];
    const next = {
      ...status,
      conditions: withConditions(before, wanted, context),
      ...listenersOf(status, report, owner, context),
    };
    return sameFields(status, next) ? undefined : next;
  };
}

function accepted(refused: string | undefined): WantedCondition {
  return refused === undefined
    ? { type: "Accepted", status: "True", reason: "Accepted", message: "It is configured by Silverback." }
    : { type: "Accepted", status: "False", reason: "InvalidParameters", message: refused };
}

function listenersOf(
  status: StoredStatus,
  { listeners }: Pick<GatewayObjectReport, "listeners">,
  owner: string,
  context: StatusContext,
): { readonly listeners?: readonly unknown[] } {
  const before = asList(status["listeners"]);
  const after = listenerStatuses(before, listeners, owner, context);
  return after === before ? {} : { listeners: after };
}

function gatewayAddress(address: PublishedAddress): { readonly type: string; readonly value: string } {
  return "ip" in address ? { type: "IPAddress", value: address.ip } : { type: "Hostname", value: address.hostname };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Unchanged fields are the very same values. */
function sameFields(a: StoredStatus, b: StoredStatus): boolean {
  return Object.keys(b).every((field) => a[field] === b[field]);
}
