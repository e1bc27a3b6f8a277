import type { ObjectReport } from "../translate/reports/report.ts";
import { gatewayStatus, listenerSetStatus } from "./kinds/gateway.ts";
import { gatewayClassStatus } from "./kinds/gateway-class.ts";
import { licenseStatus } from "./kinds/license.ts";
import { loadBalancerStatus } from "./kinds/load-balancer.ts";
import { facadeStatus, programmedStatus } from "./kinds/programmed.ts";
import { routeStatus } from "./kinds/route.ts";
import { tlsPolicyStatus } from "./kinds/tls-policy.ts";
import { upstreamPolicyStatus } from "./kinds/upstream-policy.ts";
import type { StatusChange, StatusContext } from "./status-context.ts";

/** What is to become of an object's status; undefined when there is nothing to say of it. */
export function wantedStatus(kind: string, report: ObjectReport, context: StatusContext): StatusChange | undefined {
  switch (report.type) {
    case "addresses":
      return loadBalancerStatus(report, context);
    case "programmed":
      return kind === "KongServiceFacade" ? facadeStatus(context) : programmedStatus(context);
    case "license":
      return licenseStatus(report, context);
    case "upstream-policy":
      return upstreamPolicyStatus(report, context);
    case "gateway-class":
      return gatewayClassStatus(context);
    case "gateway":
      return gatewayStatus(report, context);
    case "listener-set":
      return listenerSetStatus(report, context);
    case "route":
      return routeStatus(report, context);
    case "tls-policy":
      return tlsPolicyStatus(report, context);
  }
}

/** Whether a status is put into an object read for it, since others write into the same lists; all others are patched. */
export function isShared({ type }: ObjectReport): boolean {
  return (
    type === "gateway-class" ||
    type === "gateway" ||
    type === "listener-set" ||
    type === "route" ||
    type === "tls-policy"
  );
}

/** Smaller is written first: people look at classes and Gateways before they look at routes. */
export function priorityOf({ type }: ObjectReport): number {
  return type === "gateway-class" ? 0 : type === "gateway" || type === "listener-set" ? 1 : 2;
}

export const PRIORITIES = 3;
