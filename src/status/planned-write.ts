import type { ApiClient } from "../kubernetes/client.ts";
import { patchStatus, putObject, putStatus, type WholeObject } from "../kubernetes/status-writes.ts";
import { type KubernetesObject, refOf } from "../resources/kind.ts";
import { entryOf } from "../resources/kinds.ts";
import { collectionPath } from "../sources/cluster/watched-kind.ts";
import type { ObjectReport } from "../translate/reports/report.ts";
import type { StatusChange, StatusContext, StoredStatus } from "./status-context.ts";
import { isShared, wantedStatus } from "./wanted-status.ts";

type Requests = Pick<ApiClient, "request">;

/** A write that is to be made for an object. */
export interface PlannedWrite {
  readonly object: KubernetesObject;
  /** What is written, without times: equal for equal content. */
  readonly text: string;
  /** What would still be to be written after this answer; undefined when it holds everything. */
  left(answer: WholeObject): string | undefined;
  /** Resolves with the object as the server has it then; undefined when nothing had to be written, or the object is another one by now. */
  send(client: Requests, signal: AbortSignal): Promise<WholeObject | undefined>;
}

/** What is to be written for an object, given what its status is; undefined when nothing is. */
export function planWrite(
  object: KubernetesObject,
  report: ObjectReport,
  context: StatusContext,
): PlannedWrite | undefined {
  const path = pathOf(object);
  const annotation = missingAnnotation(object, report);
  if (annotation !== undefined) return annotate(object, path, annotation);
  const change = wantedStatus(object.kind, report, context);
  const before = statusOf(object);
  const after = change?.(before);
  if (change === undefined || after === undefined) return undefined;
  return {
    object,
    text: textOf(before, after),
    left(answer) {
      const now = statusOf(answer);
      const next = change(now);
      return next === undefined ? undefined : textOf(now, next);
    },
    send: (client, signal) =>
      isShared(report)
        ? putStatus(client, path, (fresh) => mergedInto(fresh, object, change), signal)
        : patchStatus(client, path, object.metadata.resourceVersion ?? "", changedFields(before, after), signal),
  };
}

/** The new status of an object that was read afresh; undefined when it is not the one, or not the generation, that was looked at: its watch tells of that. */
function mergedInto(fresh: WholeObject, object: KubernetesObject, change: StatusChange): unknown {
  const { uid, generation } = fresh.metadata as KubernetesObject["metadata"];
  if (uid !== object.metadata.uid || generation !== object.metadata.generation) return undefined;
  return change(statusOf(fresh));
}

function statusOf(object: { readonly status?: unknown } | KubernetesObject): StoredStatus {
  const { status } = object as { readonly status?: StoredStatus };
  return status ?? {};
}

/** The fields of a status that are other ones than before: all that a patch has to name. */
function changedFields(before: StoredStatus, after: StoredStatus): StoredStatus {
  return Object.fromEntries(Object.entries(after).filter(([field, value]) => before[field] !== value));
}

function textOf(before: StoredStatus, after: StoredStatus): string {
  return JSON.stringify(changedFields(before, after), (key, value: unknown) =>
    key === "lastTransitionTime" ? undefined : value,
  );
}

const PUBLISH_SERVICE = "konghq.com/publish-service";

/** A Gateway of ours is told which Services stand in front of it (spec: gateway-api §3.1); undefined when it knows. */
function missingAnnotation(object: KubernetesObject, report: ObjectReport): string | undefined {
  if (report.type !== "gateway" || report.managed || report.services === undefined) return undefined;
  return object.metadata.annotations?.[PUBLISH_SERVICE] === undefined ? report.services.join(",") : undefined;
}

function annotate(object: KubernetesObject, path: string, services: string): PlannedWrite {
  const isThere = (answer: WholeObject) => answer.metadata.annotations?.[PUBLISH_SERVICE] !== undefined;
  const text = `${PUBLISH_SERVICE}=${services}`;
  return {
    object,
    text,
    left: (answer) => (isThere(answer) ? undefined : text),
    send: (client, signal) =>
      putObject(
        client,
        path,
        (fresh) => {
          if (fresh.metadata.uid !== object.metadata.uid || isThere(fresh)) return undefined;
          const annotations = { ...fresh.metadata.annotations, [PUBLISH_SERVICE]: services };
          return { ...fresh, metadata: { ...fresh.metadata, annotations } };
        },
        signal,
      ),
  };
}

/** Of the object itself; its status is under `/status`. */
function pathOf(object: KubernetesObject): string {
  const { version, namespace, name } = refOf(object);
  const { kind } = entryOf(object.kind)!;
  return `${collectionPath(kind, version, namespace === "" ? undefined : namespace)}/${name}`;
}
