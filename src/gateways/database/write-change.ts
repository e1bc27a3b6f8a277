import { isJsonObject, type JsonObject, own } from "../../base/json.ts";
import { readEntityRefusal } from "../../kong/errors.ts";
import type { AdminAnswer } from "../admin-client.ts";
import { failedAnswer } from "../answers.ts";
import type { EntityKinds } from "../entities/kinds.ts";
import type { Change } from "./change.ts";
import { entityPath } from "./entity-paths.ts";
import type { EntityRequests } from "./entity-requests.ts";

/** One thing that Kong says against an entity; Kong's words, which may quote what is secret. */
export interface Complaint {
  /** Dotted; undefined when the whole entity is meant. */
  readonly field: string | undefined;
  readonly message: string;
}

/** What became of a change. */
export type WriteResult =
  /** `shown`: the entity as it is since, if the gateway showed it. */
  | { readonly ok: true; readonly shown: JsonObject | undefined }
  /** Something else stands in its way: of this name or id there is one already, or what it needs or changes is not there. What was read may be old. */
  | {
      readonly ok: false;
      readonly reason: "conflict";
      readonly complaints: readonly Complaint[];
      readonly answer: string;
    }
  /** Something refers to what should go. */
  | {
      readonly ok: false;
      readonly reason: "in-use";
      readonly complaints: readonly Complaint[];
      readonly answer: string;
    }
  /** Kong does not take it. */
  | {
      readonly ok: false;
      readonly reason: "refused";
      readonly complaints: readonly Complaint[];
      readonly answer: string;
    };

/** Kong's codes for what other entities are in the way of (facts: db-mode/README.md §6): primary key, foreign key, unique, not found, foreign key by name. */
const CONFLICTS: ReadonlySet<number> = new Set([3, 4, 5, 6, 13]);
const REFERENCED = 19;

/** Carries out one change. Throws an AdminFailure when it is not the entity's fault that it failed. */
export async function writeChange(change: Change, requests: EntityRequests, kinds: EntityKinds): Promise<WriteResult> {
  const { action, method, path, body } = change;
  const { answer, repeated } = await requests.write(method, path, body);
  const { status } = answer;
  if (status >= 200 && status < 300) return { ok: true, shown: parsed(answer.text) };
  if (status === 404) {
    if (action === "delete") return { ok: true, shown: undefined };
    const unknown = action === "create" && kinds.get(change.kind).listed;
    return failed(unknown ? "refused" : "conflict", answer, unknown ? `this gateway has no ${change.kind}` : undefined);
  }
  if (status === 401 || status === 403 || status === 429) throw failedAnswer(`${method} ${path}`, answer);
  if (status >= 500) {
    // One entity that Kong stumbles over must not hold up the others.
    if (!(await requests.databaseReachable())) throw failedAnswer(`${method} ${path}, with its database away,`, answer);
    return failed("refused", answer, `the gateway fails on it: ${method} was answered with ${status}, time and again`);
  }
  const code = own(parsed(answer.text), "code");
  const conflict = status === 409 || CONFLICTS.has(Number(code));
  if (action === "delete") return failed(conflict || code === REFERENCED ? "in-use" : "refused", answer);
  // The answer to a former attempt was lost: what is in the way may be this very entity.
  if (conflict && repeated && action === "create") {
    const kind = kinds.get(change.kind);
    const there = await requests.get(entityPath(kind, kinds, change.desired!.value, change.id));
    if (there !== undefined) return { ok: true, shown: there };
  }
  return failed(conflict ? "conflict" : "refused", answer);
}

function failed(reason: "conflict" | "in-use" | "refused", answer: AdminAnswer, message?: string): WriteResult {
  const refusal = message === undefined ? readEntityRefusal(answer.text) : undefined;
  const complaints = (refusal?.errors ?? []).map((error) => ({ field: error.field, message: error.message }));
  const whole = message ?? refusal?.message ?? `it was answered with ${answer.status}`;
  // The fields of a conflict hold values, not what is wrong with them.
  const said = reason === "refused" && complaints.length > 0 ? complaints : [{ field: undefined, message: whole }];
  return { ok: false, reason, complaints: said, answer: answer.text };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isJsonObject(json) ? (json as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
