import type { RetryPolicy } from "../../base/backoff.ts";
import { isSet, type ParsedFlags } from "../flags/parse.ts";

/**
 * How a gateway is waited for (design §5). KIC's flags count only when set: its retries are the number of attempts, a fixed delay apart; its delay alone is the
 * initial and the maximum delay. A new flag for the attempts, or for either delay, takes the place of the old one.
 */
export function retryPolicy(flags: ParsedFlags): RetryPolicy {
  const { values } = flags;
  const oldRetries = isSet(flags, "kong-admin-init-retries") && !isSet(flags, "kong-client-max-retries");
  const newDelay = isSet(flags, "kong-client-initial-delay") || isSet(flags, "kong-client-max-delay");
  const oldDelay = !newDelay && (oldRetries || isSet(flags, "kong-admin-init-retry-delay"));
  return {
    maxAttempts: oldRetries ? values["kong-admin-init-retries"] : values["kong-client-max-retries"],
    initialDelay: oldDelay ? values["kong-admin-init-retry-delay"] : values["kong-client-initial-delay"],
    maxDelay: oldDelay ? values["kong-admin-init-retry-delay"] : values["kong-client-max-delay"],
  };
}
