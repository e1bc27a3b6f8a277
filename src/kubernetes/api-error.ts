import { isJsonObject } from "../base/json.ts";
import type { ApiStatus } from "./api-object.ts";

/** Nothing that asks for a longer wait than this is obeyed, ms. */
const MAX_RETRY_AFTER = 600_000;

/** The API server answered, and the answer is a refusal. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  readonly reason: string;
  /** From the header Retry-After or the status' details; ten minutes at most. */
  readonly retryAfterMs: number | undefined;
  readonly details: ApiStatus;

  constructor(what: string, status: number, details: ApiStatus, retryAfterMs?: number) {
    const words = new Set([details.reason, shortened(details.message)].filter((part) => part));
    super(
      `${what}: ${[status, ...words].join(" ")}${status === 401 ? " (the API server does not take our credentials)" : ""}`,
    );
    this.name = "ApiError";
    this.status = status;
    this.reason = details.reason ?? "";
    this.details = details;
    const seconds = details.details?.retryAfterSeconds;
    const asked = retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000);
    this.retryAfterMs = asked === undefined ? undefined : Math.min(asked, MAX_RETRY_AFTER);
  }
}

/** No answer came: refused, reset, timed out, or not Kubernetes' language. */
export class ApiUnreachable extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: ${describeFailure(cause)}`);
    this.name = "ApiUnreachable";
  }
}

/** The resourceVersion or the continue token is no longer kept (410; old servers say Gone). */
export function isExpired(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 410 || error.reason === "Expired" || error.reason === "Gone");
}

/** The server has not reached the resourceVersion that was asked for: it is behind, or was set back. */
export function isTooLargeVersion(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const causes = error.details.details?.causes ?? [];
  if (causes.some((cause) => cause.reason === "ResourceVersionTooLarge")) return true;
  // Servers before 1.19 say it in words only.
  const words = [error.details.message, ...causes.map((cause) => cause.message)];
  return error.reason === "Timeout" && words.some((text) => text?.includes("Too large resource version"));
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

/** Reads the body of a failed request; bodies that are no Status (a proxy's page) give their first line as the message. */
export function parseStatus(body: string): ApiStatus {
  try {
    const value: unknown = JSON.parse(body);
    if (isJsonObject(value)) return value as ApiStatus;
  } catch {
    // Not JSON: shown as it is.
  }
  return { message: body.trim().split("\n")[0] ?? "" };
}

/** What went wrong with a connection, in one line. */
export function describeFailure(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(describeFailure))].join(", ");
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  const text = error.message || code || error.name;
  return error.cause === undefined ? text : `${text}: ${describeFailure(error.cause)}`;
}

function shortened(text: string | undefined): string | undefined {
  return text !== undefined && text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
