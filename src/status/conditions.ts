/** A condition as it stands in a status. Read from what anybody may have written, so that nothing but the type is sure. */
export interface StoredCondition {
  readonly type: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

/** A condition that shall stand there. */
export interface WantedCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** About which generation conditions speak, and when that is said. */
export interface ConditionTime {
  /** Undefined where conditions carry none. */
  readonly generation: number | undefined;
  /** ms since 1970. */
  readonly now: number;
}

/** The conditions with the wanted ones in their places; those of others stay. The very same list when nothing is to be changed. */
export function withConditions(
  current: readonly StoredCondition[],
  wanted: readonly WantedCondition[],
  time: ConditionTime,
): readonly StoredCondition[] {
  if (wanted.every((condition) => isSatisfied(find(current, condition.type), condition, time.generation)))
    return current;
  const byType = new Map(wanted.map((condition) => [condition.type, condition]));
  const kept = current.map((stored) => {
    const next = byType.get(stored.type);
    byType.delete(stored.type);
    return next === undefined ? stored : written(stored, next, time);
  });
  return [...kept, ...[...byType.values()].map((next) => written(undefined, next, time))];
}

/** Exactly the wanted conditions: where a list is ours alone. The very same list when nothing is to be changed. */
export function onlyConditions(
  current: readonly StoredCondition[],
  wanted: readonly WantedCondition[],
  time: ConditionTime,
): readonly StoredCondition[] {
  const types = new Set(wanted.map(({ type }) => type));
  const own = current.every(({ type }) => types.has(type)) ? current : current.filter(({ type }) => types.has(type));
  return withConditions(own, wanted, time);
}

function find(conditions: readonly StoredCondition[], type: string): StoredCondition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** Why something is well nobody reads: a True with other words is not written again, be it KIC's. */
function isSatisfied(
  stored: StoredCondition | undefined,
  wanted: WantedCondition,
  generation: number | undefined,
): boolean {
  return (
    stored !== undefined &&
    stored.status === wanted.status &&
    stored.reason === wanted.reason &&
    stored.observedGeneration === generation &&
    (wanted.status === "True" || (stored.message ?? "") === wanted.message)
  );
}

/** `lastTransitionTime` tells when the status changed, not when it was said last. */
function written(stored: StoredCondition | undefined, wanted: WantedCondition, time: ConditionTime): StoredCondition {
  if (isSatisfied(stored, wanted, time.generation)) return stored!;
  const since = stored?.status === wanted.status ? stored.lastTransitionTime : undefined;
  return {
    type: wanted.type,
    status: wanted.status,
    reason: wanted.reason,
    message: wanted.message.slice(0, 32_768),
    ...(time.generation === undefined ? {} : { observedGeneration: time.generation }),
    lastTransitionTime: since ?? new Date(time.now).toISOString().replace(/\.\d+/, ""),
  };
}
