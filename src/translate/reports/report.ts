import type { ParentReport } from "../gateway-api/attachment.ts";
import type { ResolvedRefs } from "../gateway-api/backend-refs.ts";
import type { ConditionReport } from "../gateway-api/listener-report.ts";

/** What the compiler has to say of one object, as far as its status goes. What gateways made of it is not known here. */
export type ObjectReport =
  | AddressReport
  | ProgrammedReport
  | LicenseReport
  | UpstreamPolicyReport
  | GatewayClassReport
  | GatewayObjectReport
  | ListenerSetReport
  | RouteReport
  | TlsPolicyStatusReport;

/** It is of our class, and its status tells where it can be reached. */
export interface AddressReport {
  readonly type: "addresses";
  readonly udp: boolean;
}

/** It is of our class, and its status has the condition Programmed. */
export interface ProgrammedReport {
  readonly type: "programmed";
}

export interface LicenseReport {
  readonly type: "license";
  /** It is the newest, which is the one that counts. */
  readonly newest: boolean;
}

export interface UpstreamPolicyReport {
  readonly type: "upstream-policy";
  /** The Services and facades that name it, the oldest first. Whether anybody uses them is not said. */
  readonly referrers: readonly PolicyReferrer[];
}

export interface PolicyReferrer {
  readonly kind: "Service" | "KongServiceFacade";
  readonly namespace: string;
  readonly name: string;
}

/** The class is ours. */
export interface GatewayClassReport {
  readonly type: "gateway-class";
}

export interface GatewayObjectReport {
  readonly type: "gateway";
  /** Another operator writes its status. */
  readonly managed: boolean;
  /** Why it is not accepted; undefined when it is. */
  readonly refused: string | undefined;
  /** Its own, not those that ListenerSets add. */
  readonly listeners: readonly ListenerStatusReport[];
  /** How many ListenerSets add listeners to it. */
  readonly listenerSets: number;
  /** `namespace/name` of the Services its addresses are read from; undefined: as configured. */
  readonly services: readonly string[] | undefined;
}

export interface ListenerStatusReport {
  readonly name: string;
  readonly supportedKinds: readonly string[];
  /** Sorted by type. Programmed is True when nothing is wrong with it. */
  readonly conditions: readonly ConditionReport[];
}

export interface ListenerSetReport {
  readonly type: "listener-set";
  /** `namespace/name` of its Gateway. */
  readonly gateway: string;
  readonly managed: boolean;
  readonly allowed: boolean;
  readonly listeners: readonly ListenerStatusReport[];
}

export interface RouteReport {
  readonly type: "route";
  /** Those that are ours. */
  readonly parents: readonly RouteParentReport[];
  readonly resolvedRefs: ResolvedRefs;
}

export interface RouteParentReport {
  readonly ref: ParentReport["ref"];
  readonly accepted: boolean;
  readonly reason: string;
  readonly message: string;
  /** `Kind/namespace/name#listener` of those that take it. */
  readonly listeners: readonly string[];
}

export interface TlsPolicyStatusReport {
  readonly type: "tls-policy";
  readonly accepted: boolean;
  readonly reason: string;
  readonly message: string;
  /** `namespace/name`, sorted. */
  readonly gateways: readonly string[];
}
