import { type EntitySet, entitiesOf } from "./entity-set.ts";
import type { PluginEntity, RouteEntity, ServiceEntity } from "./runtime/types.ts";

/** A route for people: what it takes, and where that goes. */
export interface RouteRow {
  readonly name: string;
  readonly protocols: readonly string[];
  /** Empty: all of them. */
  readonly methods: readonly string[];
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly expression: string | undefined;
  /** `http://host:port/path`; undefined without a service. */
  readonly service: string | undefined;
  /** Of the route, its service, and of all routes, each once. */
  readonly plugins: readonly string[];
}

/** The routes of a configuration, by name. */
export function routeRows(entities: EntitySet): readonly RouteRow[] {
  const services = new Map((entitiesOf(entities, "services") as readonly ServiceEntity[]).map((one) => [one.id, one]));
  const plugins = (entitiesOf(entities, "plugins") as readonly PluginEntity[]).filter(({ enabled }) => enabled);
  const rows = (entitiesOf(entities, "routes") as readonly RouteEntity[]).map((route): RouteRow => {
    const service = route.service == null ? undefined : services.get(route.service.id);
    const own = plugins.filter(
      (plugin) =>
        (plugin.route == null || plugin.route.id === route.id) &&
        (plugin.service == null || plugin.service.id === service?.id),
    );
    return {
      name: route.name ?? route.id,
      protocols: route.protocols,
      methods: route.methods ?? [],
      hosts: route.hosts ?? [],
      paths: route.paths ?? [],
      expression: route.expression ?? undefined,
      service: service === undefined ? undefined : urlOf(service),
      plugins: [...new Set(own.map(({ name }) => name))].sort(),
    };
  });
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function urlOf({ protocol, host, port, path }: ServiceEntity): string {
  return `${protocol}://${host}:${port}${path ?? ""}`;
}
