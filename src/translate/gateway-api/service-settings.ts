import { parseDuration } from "../../base/duration.ts";
import type { Problem } from "../../base/problem.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { atLeast, type Profile } from "../input.ts";

/** What a rule asks of the way its backends are spoken to; rules that ask for different things have different Kong services. */
export interface ServiceSettings {
  /** Of connecting, sending and receiving, in ms; undefined for Kong's own. */
  readonly timeout: number | undefined;
  readonly retries: number | undefined;
  /** Keep a client with its target by a cookie; "" for a name of our own. */
  readonly cookie: string | undefined;
}

/** The parts of a rule that are about its backends as a whole. */
export interface RuleWithSettings {
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
  readonly retry?: { readonly attempts?: number; readonly codes?: readonly number[]; readonly backoff?: string };
  readonly sessionPersistence?: {
    readonly sessionName?: string;
    readonly type?: string;
    readonly absoluteTimeout?: string;
    readonly idleTimeout?: string;
    readonly cookieConfig?: { readonly lifetimeType?: string };
  };
}

export const DEFAULT_TIMEOUT_MS = 60_000;
/** Kong's greatest; it has no "for ever". */
const MAX_TIMEOUT_MS = 2_147_483_646;
/** What Kong takes as `retries` of a service. */
const MAX_RETRIES = 32_767;

/** What Kong takes as the name of a cookie. */
const COOKIE_NAME = /^[\w-]+$/;

export function serviceSettings(
  route: KubernetesObject,
  rule: RuleWithSettings,
  path: string,
  profile: Profile,
): { readonly settings: ServiceSettings; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const warn = (code: string, field: string, message: string) =>
    void problems.push({ code, severity: "warning", object: refOf(route), path: `${path}.${field}`, message });
  const { codes = [], backoff, attempts } = rule.retry ?? {};
  if (codes.length > 0 || backoff !== undefined) {
    const what = codes.length > 0 ? "retry.codes" : "retry.backoff";
    warn(
      "retry-unsupported",
      what,
      "Kong tries again at once, and only when a backend could not be reached or did not answer; only retry.attempts counts",
    );
  }
  if ((attempts ?? 0) > MAX_RETRIES)
    warn(
      "retry-unsupported",
      "retry.attempts",
      `Kong tries again ${MAX_RETRIES} times at most, and so it does here; ask for fewer`,
    );
  const timeout = timeoutOf(rule.timeouts);
  const settings: ServiceSettings = {
    timeout: timeout === DEFAULT_TIMEOUT_MS ? undefined : timeout,
    retries: attempts === undefined ? undefined : Math.min(attempts, MAX_RETRIES),
    cookie: cookieOf(rule.sessionPersistence, profile, warn),
  };
  return { settings, problems };
}

/** Kong has no time-out for all attempts together: the shorter of the two is that of each. 0s means none. */
function timeoutOf({ request, backendRequest }: NonNullable<RuleWithSettings["timeouts"]> = {}): number | undefined {
  const given = [request, backendRequest].flatMap((text) => (text === undefined ? [] : (parseDuration(text) ?? [])));
  if (given.length === 0) return undefined;
  return Math.min(MAX_TIMEOUT_MS, ...given.filter((ms) => ms > 0));
}

function cookieOf(
  session: RuleWithSettings["sessionPersistence"],
  profile: Profile,
  warn: (code: string, field: string, message: string) => void,
): string | undefined {
  if (session === undefined) return undefined;
  const field = "sessionPersistence";
  if ((session.type ?? "Cookie") !== "Cookie") {
    warn(
      "session-unsupported",
      `${field}.type`,
      "Kong keeps sessions by cookies only; requests are balanced as if nothing were asked for",
    );
    return undefined;
  }
  if (!atLeast(profile, 3, 11)) {
    warn(
      "session-unsupported",
      field,
      `Kong keeps sessions from version 3.11 on, and this one is ${profile.version.join(".")}; requests are balanced as if nothing were asked for`,
    );
    return undefined;
  }
  const { absoluteTimeout, idleTimeout, cookieConfig } = session;
  if (absoluteTimeout !== undefined || idleTimeout !== undefined || cookieConfig?.lifetimeType === "Permanent") {
    warn(
      "session-unsupported",
      field,
      "Kong's cookie lasts as long as the browser's session; absoluteTimeout, idleTimeout and the lifetime Permanent are not looked at",
    );
  }
  const { sessionName = "" } = session;
  if (sessionName === "" || COOKIE_NAME.test(sessionName)) return sessionName;
  const letters = "Kong takes letters, digits, - and _ in the name of a cookie; a name of its own is made instead";
  warn("session-unsupported", `${field}.sessionName`, letters);
  return "";
}
