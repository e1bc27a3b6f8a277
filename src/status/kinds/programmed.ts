import { withConditions } from "../conditions.ts";
import { programmedCondition, type StatusChange, type StatusContext, withField } from "../status-context.ts";

const WORDS = { yes: "Programmed", no: "Invalid", unknown: "Pending" };

/** KongConsumer, KongConsumerGroup, KongVault, KongCustomEntity (spec: kong-crds §13). */
export function programmedStatus(context: StatusContext): StatusChange | undefined {
  const { programmed } = context;
  // A condition that says "Unknown" comes from the CRD's own default.
  if (programmed.state === "unknown") return undefined;
  return (status) => {
    const before = status.conditions ?? [];
    const wanted = programmedCondition(programmed, before, WORDS);
    return withField(status, "conditions", withConditions(before, wanted, context));
  };
}

/** KongServiceFacade: the same, but one that nobody uses is nowhere to be found on a gateway. */
export function facadeStatus(context: StatusContext): StatusChange | undefined {
  if (context.isUsed || context.programmed.state === "no") return programmedStatus(context);
  const unused = {
    type: "Programmed",
    status: "False",
    reason: "Pending",
    message: "No Ingress of ours has it as a backend, so there is nothing to configure.",
  } as const;
  return (status) => withField(status, "conditions", withConditions(status.conditions ?? [], [unused], context));
}
