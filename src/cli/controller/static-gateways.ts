import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import type { SecretValues } from "../../base/redact.ts";
import type { FileReader } from "../../gateways/access-material.ts";
import { AdminClient } from "../../gateways/admin-client.ts";
import { type AdminAccess, type AdminEndpoint, adminEndpoint } from "../../gateways/admin-endpoint.ts";
import { SharedDatabase } from "../../gateways/database/shared-database.ts";
import { type GatewayAdmin, gatewayAdmin } from "../../gateways/gateway-admin.ts";
import type { GatewayFleet } from "../../gateways/gateway-fleet.ts";
import { type Environment, proxyFor } from "../../kubernetes/proxy.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import { adminOptions } from "../settings/admin.ts";
import { syncOptions } from "../settings/sync.ts";

export interface GatewayAccess {
  readonly flags: ParsedFlags;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly secrets: SecretValues;
  readonly userAgent: string;
  /** What gateways with a database have in common. */
  readonly database: SharedDatabase;
}

/** The one database of all gateways, if they have one. `mayWrite`: whether this replica leads at this very moment. */
export function sharedDatabase(flags: ParsedFlags, clock: Clock, mayWrite: () => boolean): SharedDatabase {
  const { database, interval, reverseSync, timeout } = syncOptions(flags);
  const verifyInterval = reverseSync ? interval : undefined;
  return new SharedDatabase({ ...database, clock, timeout, newId: randomUUID, verifyInterval, mayWrite });
}

/** How often gateways are asked what they hold, and how long one question may take, ms. `--enable-reverse-sync` asks at every sync interval. */
export function checkTimes(flags: ParsedFlags): { readonly interval: number; readonly timeout: number } {
  const { values } = flags;
  const interval = values["gateway-discovery-readiness-check-interval"];
  const { reverseSync, interval: sync } = syncOptions(flags);
  return {
    interval: reverseSync ? Math.max(1000, Math.min(interval, sync)) : interval,
    timeout: values["gateway-discovery-readiness-check-timeout"],
  };
}

/** A client of the Admin API at an endpoint; `how` is what the flags say, or more. */
export function clientAt(
  endpoint: AdminEndpoint,
  { flags, environment, clock, secrets, userAgent }: Omit<GatewayAccess, "database">,
  how: AdminAccess,
): AdminClient {
  return new AdminClient({
    endpoint,
    access: how,
    userAgent,
    clock,
    files: systemFileReader(secrets),
    proxyFor: (url) => proxyFor(url, environment),
    // Pushes to a database, and a question at the same time.
    connections: syncOptions(flags).database.concurrency + 1,
  });
}

/** Does at the gateway at an endpoint what a controller does; `how` is what the flags say, or more. */
export function adminAt(endpoint: AdminEndpoint, access: GatewayAccess, how: AdminAccess): GatewayAdmin {
  const { flags, clock, database } = access;
  const { timeout } = syncOptions(flags);
  const options = { clock, timeout, checkTimeout: checkTimes(flags).timeout };
  return gatewayAdmin(clientAt(endpoint, access, how), options, database.member());
}

/** Begins to connect to the gateways that `--kong-admin-url` names, each once. */
export function addStaticGateways(fleet: GatewayFleet, urls: readonly string[], access: GatewayAccess): void {
  const { clock, flags } = access;
  const options = adminOptions(flags);
  const checkInterval = checkTimes(flags).interval;
  const endpoints = new Map(urls.map(adminEndpoint).map((endpoint) => [endpoint.url, endpoint]));
  for (const [url, endpoint] of endpoints)
    fleet.add({
      id: url,
      name: url,
      admin: adminAt(endpoint, access, options),
      policy: options.retry,
      clock,
      checkInterval,
    });
}

/** What is read from these files (keys, tokens) is secret. */
function systemFileReader(secrets: SecretValues): FileReader {
  return {
    async read(path) {
      const text = await readFile(path, "utf8");
      secrets.add(text);
      return text;
    },
    async stamp(path) {
      const { mtimeMs, size, ino } = await stat(path);
      return `${mtimeMs}/${size}/${ino}`;
    },
  };
}
