import { childKinds, type Kind } from "./kinds.ts";

/** What `GET /endpoints` lists besides the paths of entities. */
const OTHERS = [
  "/",
  "/acme",
  "/acme/certificates",
  "/acme/certificates/{certificates}",
  "/cache",
  "/cache/{key}",
  "/clustering/data-planes",
  "/clustering/status",
  "/config",
  "/debug/cluster/log-level/{log_level}",
  "/debug/node/log-level",
  "/debug/node/log-level/{log_level}",
  "/endpoints",
  "/metrics",
  "/plugins/enabled",
  "/plugins/schema/{name}",
  "/proxy-cache",
  "/proxy-cache/{cache_key}",
  "/proxy-cache/{plugin_id}/caches/{cache_key}",
  "/routes/{routes}/filters/all",
  "/routes/{routes}/filters/disabled",
  "/routes/{routes}/filters/enabled",
  "/schemas/filters/{name}",
  "/schemas/plugins/validate",
  "/schemas/plugins/{name}",
  "/schemas/vaults/validate",
  "/schemas/vaults/{name}",
  "/schemas/{db_entity_name}/validate",
  "/schemas/{name}",
  "/status",
  "/status/dns",
  "/tags",
  "/tags/{tags}",
  "/timers",
  "/upstreams/{upstreams}/health",
  "/upstreams/{upstreams}/targets/all",
  "/upstreams/{upstreams}/targets/{targets}/healthy",
  "/upstreams/{upstreams}/targets/{targets}/unhealthy",
  "/upstreams/{upstreams}/targets/{targets}/{address}/healthy",
  "/upstreams/{upstreams}/targets/{targets}/{address}/unhealthy",
];

/** The paths of the Admin API, sorted. */
export function endpointList(kinds: ReadonlyMap<string, Kind>): readonly string[] {
  const out = new Set(OTHERS);
  for (const kind of kinds.values()) {
    const one = `/${kind.path}/{${kind.name}}`;
    out.add(`/${kind.path}`).add(one);
    for (const [name, field] of kind.schema.fields) if (field.type === "foreign") out.add(`${one}/${name}`);
    for (const { kind: child } of childKinds(kind, kinds))
      out.add(`${one}/${child.nested}`).add(`${one}/${child.nested}/{${child.name}}`);
  }
  return [...out].sort();
}
