import type { Leftover, PushOutcome, Rejection } from "../../sync/gateway.ts";
import { entityName, entityType } from "../entities/entity-name.ts";
import { withoutValues } from "../quoted-values.ts";
import type { Change } from "./change.ts";
import type { WriteResult } from "./write-change.ts";

type Failure = Extract<WriteResult, { readonly ok: false }>;

/** So many of Kong's answers are kept for whoever wants to see them. */
const MOST_ANSWERS = 20;

export interface WrittenChanges {
  readonly done: ReadonlyMap<Change, WriteResult>;
  readonly blocked: readonly Change[];
  /** Something was changed. */
  readonly wrote: boolean;
  readonly hash: string;
  readonly tags: readonly string[];
}

/** What became of a push, as the loop is told: entities that failed by the objects behind them, as for a gateway without a database. */
export function outcomeOf({ done, blocked, wrote, hash, tags }: WrittenChanges): PushOutcome {
  const failures = [...done].flatMap(([change, result]): [Change, Failure][] => (result.ok ? [] : [[change, result]]));
  const rejections = [
    ...failures.flatMap(([change, failure]) => rejectionsOf(change, failure, tags)),
    ...blocked.flatMap((change) => withoutRoom(change, done)),
  ];
  if (rejections.length > 0) {
    const answers = failures.slice(0, MOST_ANSWERS).map(([, { answer }]) => answer);
    const conflict = failures.some(([, { reason }]) => reason === "conflict");
    return { kind: "rejected", rejections, answer: answers.join("\n"), ...(conflict && { conflict }) };
  }
  const leftovers = failures.map(([change, failure]) => leftoverOf(change, failure));
  return { kind: wrote ? "accepted" : "unchanged", hash, ...(leftovers.length > 0 && { leftovers }) };
}

/** What waits for something else to be written has no fault of its own; what waits for a deletion that failed is the only one that can say so. */
function withoutRoom({ desired, kind, needs }: Change, done: ReadonlyMap<Change, WriteResult>): readonly Rejection[] {
  if (desired === undefined) return [];
  for (const needed of needs) {
    const result = done.get(needed);
    if (needed.action !== "delete" || result === undefined || result.ok) continue;
    const { message } = leftoverOf(needed, result);
    const { origins } = desired.desired;
    return [
      {
        origins,
        entityType: entityType(kind),
        entityName: entityName(kind, desired.value),
        field: undefined,
        message: `the ${entityType(needed.kind)} that stands in its place could not be removed: ${message}`,
      },
    ];
  }
  return [];
}

function rejectionsOf(change: Change, failure: Failure, tags: readonly string[]): readonly Rejection[] {
  const { desired, kind } = change;
  if (desired === undefined) return [];
  const { origins } = desired.desired;
  const common = { origins, entityType: entityType(kind), entityName: entityName(kind, desired.value) };
  if (failure.reason === "conflict") {
    // Kong quotes the value that two want; of what has no name that may be shown, that may be the secret.
    const said =
      common.entityName === "" ? "" : withoutValues(failure.complaints[0]?.message ?? "", kind, desired.value);
    const words = said === "" ? "" : ` (${said})`;
    const why = change.action === "create" ? foreign(tags) : "another entity stands in its way";
    return [{ ...common, field: undefined, message: `${why}${words}` }];
  }
  return failure.complaints.map(({ field, message }) => ({
    ...common,
    field,
    message: withoutValues(message, kind, desired.value),
  }));
}

function foreign(tags: readonly string[]): string {
  const mark = tags.length === 0 ? "" : `: it does not carry the tag ${tags.join(" and the tag ")}`;
  return `the gateway already has an entity that stands in its place and is not ours${mark}; remove it there, or choose another name`;
}

function leftoverOf({ kind, current }: Change, { complaints }: Failure): Leftover {
  const value = current!.value;
  const words = complaints.map(({ message }) => withoutValues(message, kind, value)).join("; ");
  return { entityType: entityType(kind), entityName: entityName(kind, value) || current!.id, message: words };
}
