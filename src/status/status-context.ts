import type { ObjectMeta } from "../resources/kind.ts";
import type { PolicyReferrer } from "../translate/reports/report.ts";
import type { ConditionTime, StoredCondition, WantedCondition } from "./conditions.ts";
import type { PublishedAddress } from "./publish-addresses.ts";

/**
 * Whether gateways hold this generation of an object. "yes": every gateway that is ready took a configuration with it. "no": it cannot be, or a gateway refused it; never only because none is there.
 * "unknown": neither is known yet, so what was said before stays.
 */
export type Programmed =
  | { readonly state: "yes" }
  | { readonly state: "no"; readonly why: string }
  | { readonly state: "unknown" };

/** What the statuses of all objects depend on. */
export interface StatusSettings {
  /** Under which the Gateway API's statuses are written (`konghq.com/kic-gateway-controller`). */
  readonly controllerName: string;
  /** Under which KongLicenses are claimed: `konghq.com/kong-ingress-controller/<election id>`. */
  readonly licenseController: string;
  /** `namespace/name` of the only Gateway that is ours, or undefined. */
  readonly gatewayToReconcile: string | undefined;
}

/** All that the status of one object is made from. */
export interface StatusContext extends ConditionTime {
  readonly metadata: ObjectMeta;
  readonly programmed: Programmed;
  readonly settings: StatusSettings;
  /** Where gateways are reached, for Ingresses and the like; undefined while it is not known. */
  addresses(udp: boolean): readonly PublishedAddress[] | undefined;
  /** Where they are reached through these Services (`namespace/name`), or as configured. */
  gatewayAddresses(services: readonly string[] | undefined): readonly PublishedAddress[] | undefined;
  /** Something of ours uses the object itself. */
  readonly isUsed: boolean;
  /** What has become of a Service or facade that a policy is attached to. */
  referrer(referrer: PolicyReferrer): {
    readonly used: boolean;
    readonly conflict: boolean;
    readonly programmed: Programmed;
  };
  /** How many routes a listener has: `Kind/namespace/name#listener`. */
  attachedRoutes(listener: string): number;
  readonly supportedFeatures: readonly string[];
}

/** A status as it is stored: fields that others wrote are passed on. */
export type StoredStatus = { readonly conditions?: readonly StoredCondition[] } & { readonly [field: string]: unknown };

/**
 * Gives the status as it shall be, from what it is; undefined when nothing is to be written. A pure function, so that it can be applied to whatever the server
 * holds at the moment of writing.
 */
export type StatusChange = (status: StoredStatus) => StoredStatus | undefined;

/** The status with one field changed; undefined when the field is the very same value. */
export function withField(status: StoredStatus, field: string, value: unknown): StoredStatus | undefined {
  return status[field] === value ? undefined : { ...status, [field]: value };
}

/** The condition Programmed; while nothing is known the stored one stays, or the first one is "Unknown". */
export function programmedCondition(
  programmed: Programmed,
  stored: readonly StoredCondition[],
  words: { readonly yes: string; readonly no: string; readonly unknown: string },
): readonly WantedCondition[] {
  const say = (status: WantedCondition["status"], reason: string, message: string): readonly WantedCondition[] => [
    { type: "Programmed", status, reason, message },
  ];
  switch (programmed.state) {
    case "yes":
      return say("True", words.yes, "");
    case "no":
      return say("False", words.no, programmed.why);
    case "unknown":
      return stored.some(({ type }) => type === "Programmed")
        ? []
        : say("Unknown", words.unknown, "No gateway has taken it yet.");
  }
}
