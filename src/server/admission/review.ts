import { isJsonObject, own } from "../../base/json.ts";

/** What the API server asks about one write (AdmissionReview of admission.k8s.io/v1, https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/). */
export interface AdmissionRequest {
  readonly uid: string;
  /** Of the object as it was sent. */
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly operation: string;
  readonly namespace: string;
  /** As it is to be stored; undefined when it is being deleted. */
  readonly object: unknown;
  /** As it is stored; undefined when it is new. */
  readonly former: unknown;
}

/** What is answered about one write. */
export type Verdict =
  | { readonly allowed: true; readonly warnings: readonly string[] }
  /** `message` is shown to whoever writes: what is wrong, and what to do. */
  | { readonly allowed: false; readonly message: string; readonly warnings: readonly string[] };

/** Lets a write through; each warning is shown to whoever writes. */
export function allow(...warnings: readonly string[]): Verdict {
  return { allowed: true, warnings };
}

export function deny(message: string, ...warnings: readonly string[]): Verdict {
  return { allowed: false, message, warnings };
}

/** The body of a request holds no review that could be answered. */
export class UnreadableReview extends Error {}

/** Takes the request out of the text of a review. Throws an UnreadableReview. */
export function readReview(text: string): AdmissionRequest {
  if (text.trim() === "") throw new UnreadableReview("the request has no body: an AdmissionReview is expected");
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch {
    // The parser would quote what was sent, and that may be a Secret.
    throw new UnreadableReview("the body is no JSON: an AdmissionReview is expected");
  }
  const request = isJsonObject(review) ? own(review, "request") : undefined;
  const resource = isJsonObject(request) ? own(request, "resource") : undefined;
  if (!isJsonObject(request) || !isJsonObject(resource))
    throw new UnreadableReview("the body is no AdmissionReview: its request, or the request's resource, is missing");
  const { uid, operation, namespace, object, oldObject } = request as Readonly<Record<string, unknown>>;
  const { group, version, resource: plural } = resource as Readonly<Record<string, unknown>>;
  return {
    uid: textOf(uid),
    resource: { group: textOf(group), version: textOf(version), resource: textOf(plural) },
    operation: textOf(operation),
    namespace: textOf(namespace),
    object: object ?? undefined,
    former: oldObject ?? undefined,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The status code of whatever is denied (KIC's). */
const DENIED = 400;

/** The whole AdmissionReview that answers a request. */
export function reviewAnswer(uid: string, verdict: Verdict): object {
  const { allowed, warnings } = verdict;
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid,
      allowed,
      ...(verdict.allowed ? {} : { status: { code: DENIED, message: verdict.message } }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}
