import type { RouterFlavor } from "../../kong/entities.ts";
import { RouterEngine } from "../../kong/router-engine.ts";
import { fingerprint, UpstreamBalancer } from "../balance/upstream-balancer.ts";
import { type Entity, type EntitySet, entitiesOf, refId } from "../entity-set.ts";
import { expressionsRouter } from "../router/expressions.ts";
import type { Router } from "../router/router.ts";
import { traditionalRouter } from "../router/traditional.ts";
import { Certificates } from "../tls/certificates.ts";
import { CredentialIndex } from "./credentials.ts";
import { PluginIndex } from "./plugin-index.ts";
import type {
  ConsumerEntity,
  PluginEntity,
  RouteEntity,
  ServiceEntity,
  TargetEntity,
  UpstreamEntity,
} from "./types.ts";

/** A configuration made ready for traffic. */
export interface Runtime {
  readonly flavor: RouterFlavor;
  readonly router: Router;
  readonly services: ReadonlyMap<string, ServiceEntity>;
  readonly plugins: PluginIndex;
  readonly credentials: CredentialIndex;
  /** By name. */
  readonly balancers: ReadonlyMap<string, UpstreamBalancer>;
  readonly certificates: Certificates;
  readonly consumer: (idOrUsername: string) => ConsumerEntity | undefined;
  /** Gives back what is held outside of JavaScript; requests under way keep working with a new one. */
  free(): void;
}

/** Builds what traffic needs; balancers of upstreams that did not change are taken over from the runtime before. */
export function buildRuntime(
  entities: EntitySet,
  flavor: RouterFlavor,
  random: () => number,
  before: Runtime | undefined,
): Runtime {
  // The schema has checked the fields of every entity: from here on they have their types.
  const services = byId(entitiesOf(entities, "services") as readonly ServiceEntity[]);
  const routes = (entitiesOf(entities, "routes") as readonly RouteEntity[]).filter((route) => {
    const service = route.service == null ? undefined : services.get(route.service.id);
    return service === undefined || service.enabled;
  });
  const router = routerOf(routes, flavor);
  const consumers = new Map<string, ConsumerEntity>();
  for (const consumer of entitiesOf(entities, "consumers") as readonly ConsumerEntity[]) {
    if (consumer.username != null) consumers.set(consumer.username, consumer);
    consumers.set(consumer.id, consumer);
  }
  return {
    flavor,
    router,
    services,
    plugins: new PluginIndex(entitiesOf(entities, "plugins") as readonly PluginEntity[]),
    credentials: new CredentialIndex(entities),
    balancers: balancersOf(entities, random, before),
    certificates: new Certificates(entities),
    consumer: (key) => consumers.get(key),
    free: () => router.free?.(),
  };
}

function routerOf(routes: readonly RouteEntity[], flavor: RouterFlavor): Router {
  if (flavor === "expressions") return expressionsRouter(routes, RouterEngine.load());
  return traditionalRouter(routes, flavor === "traditional_compatible" ? RouterEngine.load() : undefined);
}

function balancersOf(
  entities: EntitySet,
  random: () => number,
  before: Runtime | undefined,
): ReadonlyMap<string, UpstreamBalancer> {
  const targets = new Map<string, TargetEntity[]>();
  for (const target of entitiesOf(entities, "targets") as readonly TargetEntity[]) {
    const upstream = refId(target, "upstream") ?? "";
    const list = targets.get(upstream);
    if (list === undefined) targets.set(upstream, [target]);
    else list.push(target);
  }
  const out = new Map<string, UpstreamBalancer>();
  for (const upstream of entitiesOf(entities, "upstreams") as readonly UpstreamEntity[]) {
    const own = targets.get(upstream.id) ?? [];
    const old = before?.balancers.get(upstream.name);
    const same = old !== undefined && old.fingerprint === fingerprint(upstream, own);
    out.set(upstream.name, same ? old : new UpstreamBalancer(upstream, own, random));
  }
  return out;
}

function byId<T extends Entity>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((entity) => [entity.id, entity]));
}
