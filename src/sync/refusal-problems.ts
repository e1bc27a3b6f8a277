import { formatRef, type ObjectRef, type Problem } from "../base/problem.ts";
import type { Gateway, Leftover, PushOutcome, Rejection } from "./gateway.ts";

/** A refusal as a problem of one of the objects behind it. `standsIn`: of what is left out, a former version stands there. */
export function rejectionProblem(object: ObjectRef, rejection: Rejection, leftOut: boolean, standsIn = false): Problem {
  const what = [rejection.entityType || "configuration", rejection.entityName].filter((part) => part !== "").join(" ");
  const field = rejection.field === undefined ? "" : `, field ${rejection.field}`;
  return {
    code: "rejected-by-gateway",
    severity: "error",
    object,
    message: `the gateway refused the ${what}${field}: ${rejection.message}; ${consequence(object, leftOut, standsIn)}`,
  };
}

function consequence(object: ObjectRef, leftOut: boolean, standsIn: boolean): string {
  if (!leftOut) return "the last good configuration stays in force";
  const both = `${formatRef(object)} and what uses it`;
  return standsIn
    ? `${both} stand as they were accepted last, until it changes`
    : `${both} are left out until it changes`;
}

/** What is wrong after a push that changed nothing, on the objects behind it or else on the gateway itself. */
export function refusalProblems(gateway: Gateway, outcome: PushOutcome): readonly Problem[] {
  if (outcome.kind === "too-large") return [tooLarge(gateway, outcome)];
  if (outcome.kind !== "rejected") return [];
  return outcome.rejections.flatMap((rejection) => {
    const objects = rejection.origins.length === 0 ? [gatewayRef(gateway)] : rejection.origins;
    return objects.map((object) => rejectionProblem(object, rejection, false));
  });
}

/** What should have gone from a gateway's database and is still there. */
export function leftoverProblems(gateway: Gateway, leftovers: readonly Leftover[]): readonly Problem[] {
  return leftovers.map(({ entityType, entityName, message }) => ({
    code: "entity-in-use",
    severity: "warning",
    object: gatewayRef(gateway),
    message: `the ${entityType} ${entityName} is not wanted any more, but could not be removed: ${message}; remove what uses it, and it goes with the next change`,
  }));
}

/** What is wrong with a gateway that refuses what it should take: one problem, its own. */
export function atFaultProblems(gateway: Gateway, outcome: PushOutcome): readonly Problem[] {
  if (outcome.kind === "too-large") return [refusedWithinLimit(gateway, outcome)];
  if (outcome.kind !== "rejected") return [];
  const first = outcome.rejections[0];
  const what = [first?.entityType ?? "", first?.entityName ?? ""].filter((part) => part !== "").join(" ");
  const message = `the gateway refused every object of the configuration, the first with: ${what}: ${first?.message}; nothing is left out because of that, what it holds stays in force, and it is tried again: look at the gateway's plugins, version and log`;
  return [{ code: "rejected-by-gateway", severity: "error", object: gatewayRef(gateway), message }];
}

function tooLarge(gateway: Gateway, outcome: Extract<PushOutcome, { readonly kind: "too-large" }>): Problem {
  const limit = outcome.limit === undefined ? "more than the gateway takes" : `the gateway takes ${outcome.limit}`;
  return {
    code: "configuration-too-large",
    severity: "error",
    object: gatewayRef(gateway),
    message: `the configuration has ${outcome.size} bytes, and ${limit}: raise ${outcome.setting} of the gateway; the last configuration that fitted stays in force`,
  };
}

/** Some proxy on the way may have a limit of its own. */
function refusedWithinLimit(gateway: Gateway, outcome: Extract<PushOutcome, { readonly kind: "too-large" }>): Problem {
  return {
    code: "configuration-too-large",
    severity: "error",
    object: gatewayRef(gateway),
    message: `the configuration, of ${outcome.size} bytes, was refused as too large, though ${outcome.setting} of the gateway allows ${outcome.limit}: look at the limits of what stands between here and the gateway; it is tried again, and the last configuration that fitted stays in force`,
  };
}

/** A gateway in the place of an object, for problems that are nobody else's. */
function gatewayRef(gateway: Gateway): ObjectRef {
  return { group: "", version: "", kind: "KongGateway", namespace: "", name: gateway.name };
}
