import { hash } from "node:crypto";
import type { Plugin, Service, Upstream } from "../../kong/entities.ts";
import { DEFAULT_TIMEOUT_MS, type ServiceSettings } from "./service-settings.ts";

const DEFAULT_RETRIES = 5;

/** Requests that have nowhere to go are answered with an error of their own, not with that of an empty upstream. */
const NO_BACKEND: Plugin = {
  name: "request-termination",
  config: { status_code: 500, message: "no existing backendRef provided" },
};

/** The fields of a Kong service but for what its backends say. `isDeadEnd`: backends are named, and none can be used. */
export function serviceFields(
  protocol: string,
  { timeout = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES }: Partial<ServiceSettings>,
  isDeadEnd: boolean,
): Omit<Service, "name" | "host"> {
  return {
    protocol,
    connect_timeout: timeout,
    read_timeout: timeout,
    write_timeout: timeout,
    retries,
    ...(isDeadEnd ? { plugins: [NO_BACKEND] } : {}),
  };
}

/** Keeps a client with its target. A cookie of our own ("") is named after the service: two services must not take each other's for theirs. */
export function stickySessions(cookie: string, service: string): Partial<Upstream> {
  const name = cookie === "" ? `session-${hash("sha256", service, "hex").slice(0, 8)}` : cookie;
  return { algorithm: "sticky-sessions", sticky_sessions_cookie: name };
}
