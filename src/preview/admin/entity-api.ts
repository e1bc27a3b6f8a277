import { isUuid } from "../../kong/ids.ts";
import type { Entity } from "../entity-set.ts";
import type { Gateway } from "../gateway-state.ts";
import { routeRows } from "../route-row.ts";
import { type AdminRequest, type Answer, json, NOT_FOUND } from "./answer.ts";
import { setNames, takeNames, takenNames, withNames } from "./certificate-names.ts";
import type { Endpoint } from "./dispatch.ts";
import { entityBody } from "./entity-body.ts";
import { removeEntity } from "./entity-delete.ts";
import { invalidName, invalidPrimaryKey, noSuchEntity, schemaViolation, unsupported } from "./entity-errors.ts";
import { type Located, locate, type Place } from "./entity-path.ts";
import { EntityStore } from "./entity-store.ts";
import { EntityWriter, type Prepared } from "./entity-write.ts";
import { type Kind, kindsOf } from "./kinds.ts";
import { listPage } from "./listing.ts";
import { pluginView } from "./plugin-view.ts";
import { healthAnswer, setHealth } from "./upstream-health.ts";

/** Between a write and the showing of what it came to, ms. */
const SHOW_DELAY = 250;

/** Reading and writing of entities, under the paths of their kinds. */
export class EntityApi {
  readonly #gateway: Gateway;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #store: EntityStore;
  readonly #writer: EntityWriter;
  readonly #writable: boolean;
  #showing: (() => void) | undefined;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.#kinds = kindsOf(gateway.settings.flavor);
    this.#store = new EntityStore(gateway.configurations, () => this.#showSoon());
    this.#writer = new EntityWriter(this.#store, gateway.settings, this.#kinds);
    this.#writable = gateway.settings.database === "memory";
  }

  /** Many writes in a row are shown once. */
  #showSoon(): void {
    const { clock, loaded } = this.#gateway.settings;
    this.#showing ??= clock.after(SHOW_DELAY, () => {
      this.#showing = undefined;
      loaded(routeRows(this.#gateway.configurations.current.entities));
    });
  }

  /** The endpoint of a path; undefined when there is none. */
  endpoint(segments: readonly string[]): Endpoint | undefined {
    const located = locate(segments, this.#store, this.#kinds);
    return located === undefined
      ? undefined
      : this.#endpointOf(located, `/${segments.map(encodeURIComponent).join("/")}`);
  }

  #endpointOf(located: Located, path: string): Endpoint {
    switch (located.what) {
      case "list":
        return {
          GET: (request) => this.#list(located.kind, located.parent, path, request),
          POST: (request) => this.#create(located.kind, located.parent, request),
        };
      case "entity":
        return this.#entityEndpoint(located);
      case "reference":
        return this.#referenceEndpoint(located.kind, located.entity);
      case "health": {
        const { upstream } = located;
        return {
          GET: () =>
            healthAnswer(
              this.#targetsOf(upstream),
              this.#gateway.balancer(String(upstream["name"])),
              this.#gateway.nodeId,
            ),
        };
      }
      case "all-targets":
        return { GET: (request) => listPage(this.#targetsOf(located.upstream), this.#paging(path, request, false)) };
      case "set-health": {
        const { upstream, target, up } = located;
        const run = () => setHealth(upstream, target, up, this.#gateway.balancer(String(upstream["name"])));
        return { PUT: run, POST: run };
      }
      case "gone": {
        const gone = () => NOT_FOUND;
        return { GET: gone, POST: gone, PUT: gone, PATCH: gone, DELETE: gone };
      }
    }
  }

  #entityEndpoint(place: Place): Endpoint {
    const { kind } = place;
    return {
      GET: () => this.#badName(place) ?? this.#shown(kind, place.entity) ?? this.#missing(place),
      PUT: (request) => this.#badName(place) ?? this.#replace(place, request),
      PATCH: (request) => this.#badName(place) ?? this.#update(place, request),
      DELETE: () => this.#delete(place),
    };
  }

  #referenceEndpoint(kind: Kind, entity: Entity | undefined): Endpoint {
    const gone = () => NOT_FOUND;
    if (entity === undefined) return { GET: gone, PUT: gone, PATCH: gone };
    const place: Place = { kind, key: "id", value: entity.id, entity, parent: undefined };
    const { GET, PUT, PATCH } = this.#entityEndpoint(place) as Readonly<
      Record<"GET" | "PUT" | "PATCH", Endpoint[string]>
    >;
    return { GET, PUT, PATCH };
  }

  #list(kind: Kind, parent: Place["parent"], path: string, request: AdminRequest): Answer {
    const customId = request.query.get("custom_id");
    let entities =
      parent === undefined
        ? this.#store.list(kind.name)
        : this.#store.referring(kind.name, parent.field, parent.entity.id);
    if (kind.name === "targets") entities = newestFirst(entities);
    if (kind.name === "consumers" && customId !== null)
      entities = entities.filter((one) => one["custom_id"] === customId);
    entities = entities.map((one) => this.#view(kind, one));
    return listPage(entities, this.#paging(path, request, parent === undefined));
  }

  #paging(path: string, request: AdminRequest, filterable: boolean) {
    return { path, query: request.query, filterable, filterFirst: this.#writable };
  }

  #targetsOf(upstream: Entity): readonly Entity[] {
    return newestFirst(this.#store.referring("targets", "upstream", upstream.id));
  }

  #shown(kind: Kind, entity: Entity | undefined): Answer | undefined {
    return entity === undefined ? undefined : json(200, this.#view(kind, entity));
  }

  #view(kind: Kind, entity: Entity): Entity {
    if (kind.name === "certificates") return withNames(entity, this.#store);
    return kind.name === "plugins" ? pluginView(kind.schema, entity) : entity;
  }

  #missing({ kind, key, value }: Place): Answer {
    return kind.name === "certificates" && key === "id" ? noSuchEntity(key, value) : NOT_FOUND;
  }

  /** Names with characters that names cannot have; ids that are none where there is nothing else. */
  #badName({ kind, key, value }: Place): Answer | undefined {
    if (key === "id") return isUuid(value) ? undefined : invalidPrimaryKey();
    const named = ["services", "routes", "upstreams"].includes(kind.name) && key === "name";
    return named && /[^\w.~\-\u0080-\u{10ffff}]/u.test(value) ? invalidName(value) : undefined;
  }

  #create(kind: Kind, parent: Place["parent"], request: AdminRequest): Answer {
    const body = entityBody(request, kind.schema.fields);
    const given = parent === undefined ? body : { ...body, [parent.field]: { id: parent.entity.id } };
    if (!this.#writable) return this.#checked(kind, given) ?? unsupported("create", kind.name, undefined);
    return this.#written(kind, given, undefined, "created", (rest) => this.#writer.whole(kind, rest, undefined));
  }

  #replace(place: Place, request: AdminRequest): Answer {
    const { kind, key, value, entity, parent } = place;
    if (kind.name === "targets") return entity === undefined ? NOT_FOUND : this.#update(place, request);
    const body = entityBody(request, kind.schema.fields);
    const own = key === "snis" ? {} : { [key]: value };
    const given = { ...body, ...own, ...(parent === undefined ? {} : { [parent.field]: { id: parent.entity.id } }) };
    if (!this.#writable)
      return this.#checked(kind, given) ?? unsupported("create or update", kind.name, key === "id" ? undefined : key);
    // Kong's statement for these names a constraint that its table lacks (facts: db-mode/README.md §2).
    if (["keys", "key_sets"].includes(kind.name) && key === "name") {
      const wrong = this.#checked(kind, given);
      return wrong ?? json(500, { message: "An unexpected error occurred" });
    }
    const old = entity ?? (parent === undefined ? undefined : this.#elsewhere(kind, key, value));
    return this.#written(kind, given, old, "replaced", (rest) => this.#writer.whole(kind, rest, old));
  }

  /** The same entity under another parent: it moves. */
  #elsewhere(kind: Kind, key: string, value: string): Entity | undefined {
    if (key === "id") return this.#store.byId(kind.name, value);
    return kind.schema.fields.get(key)?.unique === true ? this.#store.find(kind.name, { [key]: value }) : undefined;
  }

  #update({ kind, key, value, entity, parent }: Place, request: AdminRequest): Answer {
    if (!this.#writable)
      return entity === undefined ? NOT_FOUND : unsupported("update", kind.name, key === "id" ? undefined : key);
    if (entity === undefined)
      return parent !== undefined || ["plugins", "targets"].includes(kind.name) ? NOT_FOUND : noSuchEntity(key, value);
    const body = entityBody(request, kind.schema.fields);
    return this.#written(kind, body, entity, "changed", (rest) => this.#writer.changed(kind, rest, entity));
  }

  #delete({ kind, key, entity, parent }: Place): Answer {
    if (!this.#writable)
      return entity === undefined && parent !== undefined
        ? NOT_FOUND
        : unsupported("remove", kind.name, key === "id" ? undefined : key);
    if (entity === undefined) return parent === undefined && kind.name !== "targets" ? { status: 204 } : NOT_FOUND;
    return removeEntity(this.#store, this.#kinds, kind, entity) ?? { status: 204 };
  }

  /** Puts in force what `prepare` makes of a body; certificates bring their names along, and keep them through a change that names none. */
  #written(
    kind: Kind,
    given: Parameters<typeof takeNames>[0],
    old: Entity | undefined,
    how: "created" | "replaced" | "changed",
    prepare: (body: Parameters<typeof takeNames>[0]) => Prepared,
  ): Answer {
    const certificates = kind.name === "certificates";
    const { rest, names } = certificates ? takeNames(given) : { rest: given, names: undefined };
    const prepared = prepare(rest);
    if ("refused" in prepared) return prepared.refused;
    const { entity } = prepared;
    const taken = names === undefined ? undefined : takenNames(names, old?.id, this.#store);
    if (taken !== undefined) return taken;
    this.#store.put(kind.name, entity);
    const wanted = names ?? (certificates && how !== "changed" ? [] : undefined);
    if (wanted !== undefined) setNames(entity, wanted, this.#store, this.#writer, this.#kinds.get("snis")!);
    return json(how === "created" ? 201 : 200, this.#view(kind, entity));
  }

  #checked(kind: Kind, given: Parameters<typeof takeNames>[0]): Answer | undefined {
    const wrong = this.#writer.violations(kind, kind.name === "certificates" ? takeNames(given).rest : given);
    return wrong === undefined ? undefined : schemaViolation(wrong);
  }

  /** Kinds, for the other parts of the Admin API. */
  get kinds(): ReadonlyMap<string, Kind> {
    return this.#kinds;
  }

  get store(): EntityStore {
    return this.#store;
  }
}

function newestFirst(entities: readonly Entity[]): readonly Entity[] {
  return [...entities].sort((a, b) => Number(b["created_at"]) - Number(a["created_at"]));
}
