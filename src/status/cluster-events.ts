import type { Problem } from "../base/problem.ts";
import type { EventRecorder, EventSubject, ObjectEvent } from "../kubernetes/events.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { Cause, Gateway } from "../sync/gateway.ts";
import type { ModeName } from "../sync/mode.ts";
import type { PushReport, SyncObserver } from "../sync/observer.ts";
import type { ProblemBoard, ProblemChange } from "../sync/problem-board.ts";
import { objectsOf } from "./object-problems.ts";

export interface ClusterEventsOptions {
  readonly recorder: Pick<EventRecorder, "report">;
  readonly store: ObjectStore;
  readonly problems: Pick<ProblemBoard, "problems">;
  /** The Pod that this process runs in; undefined outside of one: then what is about no object is only logged. */
  readonly pod: EventSubject | undefined;
  /** Clears a text of secrets, should there be one in spite of all. */
  readonly redact: (text: string) => string;
}

/**
 * Tells people in the cluster by Events what they would otherwise find in the log only: what is wrong, on the objects it is wrong with; how pushing and the gateways stand, on our own Pod. What
 * lasts is said once. Reasons are KIC's (spec: admin-push §8) where it has one.
 */
export class ClusterEvents implements SyncObserver {
  readonly #options: ClusterEventsOptions;
  /** By gateway what was said last of pushing to it. */
  readonly #pushes = new Map<string, string>();
  #leading = false;
  #saidDegraded = false;

  constructor(options: ClusterEventsOptions) {
    this.#options = options;
  }

  /** Only the leader speaks of objects and pushes: what it says is the same on every replica. */
  setLeading(leading: boolean): void {
    if (leading && !this.#leading) for (const problem of this.#options.problems.problems) this.#tell(problem);
    this.#leading = leading;
    if (!leading) this.#pushes.clear();
  }

  problemsChanged({ appeared }: ProblemChange): void {
    if (this.#leading) for (const problem of appeared) this.#tell(problem);
  }

  pushed({ gateway, outcome, fallback }: PushReport): void {
    const words = fallback ? "the fallback configuration" : "the configuration";
    const prefix = fallback ? "Fallback" : "";
    switch (outcome.kind) {
      case "accepted":
      case "unchanged":
        this.#say(gateway, "Normal", `${prefix}KongConfigurationSucceeded`, `${gateway.url} holds ${words}`);
        break;
      case "rejected":
        this.#failed(gateway, prefix, `${gateway.url} refused ${words}; see the events of the objects it is made of`);
        break;
      case "too-large":
        this.#failed(gateway, prefix, `${words} is too large for ${gateway.url}: raise ${outcome.setting} there`);
        break;
      case "busy":
      case "failed":
        this.#failed(gateway, prefix, `${words} could not be pushed to ${gateway.url}: ${textOf(outcome.cause)}`);
        break;
      case "cancelled":
        break;
    }
  }

  /** Degraded mode began or ended: each replica says so of itself. */
  modeChanged(mode: ModeName): void {
    const saidDegraded = this.#saidDegraded;
    this.#saidDegraded = mode === "degraded";
    if (mode === "degraded")
      this.#ofPod(
        "Warning",
        "KongGatewaysUnavailable",
        "No gateway is ready. Watching, compiling and checking go on; pushing waits until one is",
      );
    else if (saidDegraded)
      this.#ofPod("Normal", "KongGatewaysAvailable", "A gateway is ready: configurations are pushed");
  }

  #tell(problem: Problem): void {
    const { severity, code, path, message } = problem;
    const reason =
      code === "rejected-by-gateway" || code === "configuration-too-large"
        ? "KongConfigurationApplyFailed"
        : severity === "error"
          ? "KongConfigurationTranslationFailed"
          : "KongConfigurationTranslationWarning";
    const place = path === undefined ? "" : `${path}: `;
    const subjects = objectsOf(problem).flatMap((key) => this.#subjectOf(key) ?? []);
    for (const subject of subjects.length > 0 ? subjects : this.#podAlone())
      this.#report({ subject, type: "Warning", reason, message: `${place}${message} [${code}]` });
  }

  #podAlone(): readonly EventSubject[] {
    return this.#options.pod === undefined ? [] : [this.#options.pod];
  }

  /** Undefined when there is no such object. */
  #subjectOf(key: string): EventSubject | undefined {
    const object = this.#options.store.byKey(key);
    if (object === undefined) return undefined;
    const { namespace = "", name, uid } = object.metadata;
    return { apiVersion: object.apiVersion, kind: object.kind, namespace, name, ...(uid === undefined ? {} : { uid }) };
  }

  #failed(gateway: Gateway, prefix: string, message: string): void {
    this.#say(gateway, "Warning", `${prefix}KongConfigurationApplyFailed`, message);
  }

  /** The same of the same gateway is said once until something else was. */
  #say(gateway: Gateway, type: ObjectEvent["type"], reason: string, message: string): void {
    if (this.#pushes.get(gateway.id) === message) return;
    this.#pushes.set(gateway.id, message);
    this.#ofPod(type, reason, message);
  }

  #ofPod(type: ObjectEvent["type"], reason: string, message: string): void {
    for (const subject of this.#podAlone()) this.#report({ subject, type, reason, message });
  }

  #report(event: ObjectEvent): void {
    const { recorder, redact } = this.#options;
    recorder.report({ ...event, message: redact(event.message) });
  }
}

function textOf({ message, advice }: Cause): string {
  return advice === undefined ? message : `${message}: ${advice}`;
}
