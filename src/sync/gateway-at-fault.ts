import type { ObjectRef } from "../base/problem.ts";
import { type ObjectKey, objectKey } from "../resources/kind.ts";
import type { Payload, PushOutcome } from "./gateway.ts";

/** A refusal of fewer objects than this says nothing about the gateway. */
const FEWEST_OBJECTS = 2;

/**
 * Whether a refusal says more about the gateway than about what it was sent: it refuses every object there is, where leaving all of them out would take down
 * every route on all gateways, or finds the body too large, though that is within its own limit. It may take the same bytes later.
 */
export function gatewayAtFault(payload: Payload, outcome: PushOutcome): boolean {
  if (outcome.kind === "too-large") return outcome.limit !== undefined && outcome.size <= outcome.limit;
  return (
    outcome.kind === "rejected" &&
    refusesAll(
      payload,
      outcome.rejections.flatMap(({ origins }) => origins),
    )
  );
}

function refusesAll(payload: Payload, origins: readonly ObjectRef[]): boolean {
  const refused: ReadonlySet<ObjectKey> = new Set(origins.map(keyOfRef));
  if (refused.size < FEWEST_OBJECTS) return false;
  for (const entities of payload.sections.values())
    for (const entity of entities)
      if (entity.origins.length > 0 && !entity.origins.some((origin) => refused.has(keyOfRef(origin)))) return false;
  return true;
}

function keyOfRef({ kind, namespace, name }: ObjectRef): ObjectKey {
  return objectKey(kind, namespace, name);
}
