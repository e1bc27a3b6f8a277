import type { Log } from "../base/log.ts";
import { formatProblem, type Problem } from "../base/problem.ts";
import { profileKey } from "./configurations.ts";
import type { CompileReport, PushReport, SyncObserver } from "./observer.ts";
import type { ProblemBoard, ProblemChange } from "./problem-board.ts";
import { isWorthTelling } from "./worth-telling.ts";

/** Of one change, so many problems are worth a line each. */
const MOST_PROBLEMS = 50;

/** Tells people what the loop does: pushes, what gateways refuse, problems as they come and go. What repeats itself is said once. `place` tells where an object was read. */
export function syncLog(log: Log, problems: ProblemBoard, place: (problem: Problem) => Problem): SyncObserver {
  const failing = new Map<string, Failing>();
  problems.listen((change) => logProblems(log, change, place));
  return {
    compiled: (report) => logCompile(log, report),
    encoded: ({ profile, ms, payload, changed }) =>
      log.debug("Made the document", {
        profile: profileKey(profile),
        ms: Math.round(ms),
        changed,
        entities: payload.entities,
        bytes: payload.bytes.length,
      }),
    pushed: (report) => logPush(log, report, failing),
    found: (gateway, payload) =>
      log.info(`${gateway.name} holds the configuration already; nothing to push`, { hash: payload.md5 }),
    drifted: (gateway, hash) =>
      log.info(
        /^0+$/.test(hash)
          ? `${gateway.name} holds no configuration any more; it is pushed again`
          : `${gateway.name} holds another configuration than it took; ours is pushed again`,
        { hash },
      ),
  };
}

interface Failing {
  readonly cause: string;
  /** In a row. */
  readonly times: number;
}

function logCompile(log: Log, { profile, ms, pending, reasons, failure }: CompileReport): void {
  if (failure !== undefined)
    log.error("The objects could not be compiled, which is a mistake in this program; the last configuration stays", {
      profile: profileKey(profile),
      failure,
    });
  log.debug("Compiled", { profile: profileKey(profile), ms: Math.round(ms), pending, reasons: reasons.join(", ") });
}

function logPush(log: Log, report: PushReport, failing: Map<string, Failing>): void {
  const { gateway, payload, outcome, ms, fallback } = report;
  const size = { entities: payload.entities, bytes: payload.bytes.length, ms: Math.round(ms), hash: payload.md5 };
  const what = fallback ? "the fallback configuration" : "the configuration";
  if (outcome.kind === "cancelled") return;
  if (outcome.kind === "accepted" || outcome.kind === "unchanged") {
    failing.delete(gateway.id);
    log.info(`Pushed ${what} to ${gateway.name}`, size);
    return;
  }
  const cause = causeText(outcome);
  const before = failing.get(gateway.id);
  const times = before?.cause === cause ? before.times + 1 : 1;
  failing.set(gateway.id, { cause, times });
  const again = times === 1 ? "" : ` (${times} times in a row)`;
  const line = `Could not push ${what} to ${gateway.name}: ${cause}${again}`;
  if (isWorthTelling(times)) log.error(line, size);
  else log.debug(line, size);
}

function causeText(outcome: PushReport["outcome"]): string {
  switch (outcome.kind) {
    case "rejected":
      return `it was refused, with ${outcome.rejections.length} error${outcome.rejections.length === 1 ? "" : "s"}`;
    case "too-large":
      return `it has ${outcome.size} bytes, more than ${outcome.setting} allows`;
    case "busy":
    case "failed": {
      const { message, advice } = outcome.cause;
      return advice === undefined ? message : `${message}: ${advice}`;
    }
    default:
      return outcome.kind;
  }
}

function logProblems(log: Log, { appeared, gone }: ProblemChange, place: (problem: Problem) => Problem): void {
  for (const problem of appeared.slice(0, MOST_PROBLEMS)) {
    const line = formatProblem(place(problem));
    if (problem.severity === "error") log.error(line);
    else log.info(line);
  }
  if (appeared.length > MOST_PROBLEMS) log.error(`and ${appeared.length - MOST_PROBLEMS} more problems`);
  for (const problem of gone) log.debug(`Solved: ${formatProblem(problem)}`);
}
