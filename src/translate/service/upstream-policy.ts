import type { JsonObject } from "../../base/json.ts";
import type { Upstream } from "../../kong/entities.ts";
import type {
  KongUpstreamPolicyObject,
  UpstreamHashInput,
  UpstreamHealthchecks,
} from "../../resources/kong/kong-upstream-policy.ts";
import { atLeast, type Profile } from "../input.ts";

type PolicySpec = NonNullable<KongUpstreamPolicyObject["spec"]>;

/** Whether the gateway knows what the policy asks for: sticky sessions came with Kong 3.11. */
export function isSupported(spec: PolicySpec, profile: Profile): boolean {
  return (spec.algorithm !== "sticky-sessions" && spec.stickySessions === undefined) || atLeast(profile, 3, 11);
}

/** The fields of a Kong upstream that a KongUpstreamPolicy sets (spec: kong-crds §5). */
export function policyFields(spec: PolicySpec): Partial<Upstream> {
  const { algorithm, slots, hashOn, hashOnFallback, stickySessions, healthchecks } = spec;
  return {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(slots === undefined ? {} : { slots }),
    ...(hashOnFallback === undefined ? {} : hashFields("hash_fallback", hashOnFallback)),
    ...(hashOn === undefined ? {} : hashFields("hash_on", hashOn)),
    ...(stickySessions === undefined
      ? {}
      : {
          sticky_sessions_cookie: stickySessions.cookie,
          sticky_sessions_cookie_path: stickySessions.cookiePath ?? "/",
        }),
    ...(healthchecks === undefined ? {} : { healthchecks: healthcheckFields(healthchecks) }),
  };
}

/** A hash input in Kong's fields. Kong has one cookie only, whichever input uses it. */
function hashFields(on: "hash_on" | "hash_fallback", from: UpstreamHashInput): Partial<Upstream> {
  const { input, header, cookie, cookiePath, queryArg, uriCapture } = from;
  if (input !== undefined) return { [on]: input };
  if (header !== undefined) return { [on]: "header", [`${on}_header`]: header };
  if (cookie !== undefined) {
    return {
      [on]: "cookie",
      hash_on_cookie: cookie,
      ...(cookiePath === undefined ? {} : { hash_on_cookie_path: cookiePath }),
    };
  }
  if (queryArg !== undefined) return { [on]: "query_arg", [`${on}_query_arg`]: queryArg };
  if (uriCapture !== undefined) return { [on]: "uri_capture", [`${on}_uri_capture`]: uriCapture };
  return {};
}

function healthcheckFields({ active, passive, threshold }: UpstreamHealthchecks): JsonObject {
  return {
    ...(active === undefined ? {} : { active: renamed(active) }),
    ...(passive === undefined ? {} : { passive: renamed(passive) }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

type Checks = NonNullable<UpstreamHealthchecks["active"]> & NonNullable<UpstreamHealthchecks["passive"]>;

function renamed(checks: Checks): JsonObject {
  const { healthy, unhealthy, ...rest } = checks;
  return {
    ...pick(rest, CHECK_NAMES),
    ...(healthy === undefined ? {} : { healthy: pick(healthy, COUNT_NAMES) }),
    ...(unhealthy === undefined ? {} : { unhealthy: pick(unhealthy, COUNT_NAMES) }),
  };
}

const CHECK_NAMES = {
  type: "type",
  concurrency: "concurrency",
  headers: "headers",
  httpPath: "http_path",
  httpsSni: "https_sni",
  httpsVerifyCertificate: "https_verify_certificate",
  timeout: "timeout",
} as const;

const COUNT_NAMES = {
  httpStatuses: "http_statuses",
  httpFailures: "http_failures",
  tcpFailures: "tcp_failures",
  timeouts: "timeouts",
  successes: "successes",
  interval: "interval",
} as const;

function pick(from: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, kong]) => {
      const value = from[name];
      return value === undefined ? [] : [[kong, value]];
    }),
  );
}
