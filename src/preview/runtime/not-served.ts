import { type EntitySet, entitiesOf } from "../entity-set.ts";
import { isRun } from "../plugins/table.ts";
import { isStreamRoute } from "../router/router.ts";
import type { PluginEntity, RouteEntity, UpstreamEntity } from "./types.ts";

/** What a configuration holds that is checked here but not served, one sentence each. */
export function notServed(entities: EntitySet): readonly string[] {
  const out: string[] = [];
  const plugins = entitiesOf(entities, "plugins") as readonly PluginEntity[];
  const idle = new Set(plugins.filter(({ name, enabled }) => enabled && !isRun(name)).map(({ name }) => name));
  for (const name of [...idle].sort()) out.push(`The plugin ${name} is checked here but does nothing`);
  const routes = entitiesOf(entities, "routes") as readonly RouteEntity[];
  if (routes.some(isStreamRoute)) out.push("Routes for TCP, UDP and TLS streams are checked here but not served");
  if (routes.some((route) => route.protocols.some((p) => p.startsWith("grpc"))))
    out.push("Routes for gRPC are checked here but not served");
  const upstreams = entitiesOf(entities, "upstreams") as readonly UpstreamEntity[];
  if (upstreams.some(hasActiveChecks)) out.push("Active health checks are checked here but not made");
  return out;
}

function hasActiveChecks({ healthchecks }: UpstreamEntity): boolean {
  const active = healthchecks?.["active"] as
    | Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
    | undefined;
  const interval = (part: string): number => Number(active?.[part]?.["interval"] ?? 0);
  return interval("healthy") + interval("unhealthy") > 0;
}
