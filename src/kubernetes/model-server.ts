import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiMetadata, ApiObject } from "./api-object.ts";
import { isPartial, listItem, partialOf, selector, send, splitPath, status, tooLarge } from "./model-answers.ts";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly watch: boolean;
}

/** What happens to a request instead of its answer. */
export type Fault =
  | "reset"
  | "hang"
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** A watch that is accepted, sends these bytes, and then ends or breaks. */
  | { readonly stream: readonly string[]; readonly last: "end" | "reset" | "hang" };

interface Change {
  readonly collection: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: ApiObject;
}

interface Watcher {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly selects: (object: ApiObject) => boolean;
  readonly partial: boolean;
  readonly response: ServerResponse;
  version: number;
}

/**
 * An API server for tests, as far as reflectors see one: collections with one resourceVersion counter, lists in pages, watches with bookmarks, history that can be
 * compacted, time that can go back, and a fault for any request. It listens on a port of 127.0.0.1.
 */
export class ModelServer {
  /** Decides about each request; undefined lets it through. */
  fault: (request: RecordedRequest) => Fault | undefined = () => undefined;
  readonly requests: RecordedRequest[] = [];
  readonly #kinds: ReadonlyMap<string, { readonly apiVersion: string; readonly kind: string }>;
  readonly #documents = new Map<string, unknown>();
  #objects = new Map<string, ApiObject>();
  #version = 100;
  #history: Change[] = [];
  #compacted = 0;
  readonly #watchers = new Set<Watcher>();
  readonly #hanging = new Set<ServerResponse>();
  readonly #pages = new Map<string, { readonly items: readonly ApiObject[]; readonly version: number }>();
  #server: Server | undefined;
  #port = 0;

  /** `kinds`: for each collection (`/api/v1/services`) what its objects are. */
  constructor(kinds: Readonly<Record<string, { readonly apiVersion: string; readonly kind: string }>>) {
    this.#kinds = new Map(Object.entries(kinds));
  }

  /** Listens; after `stop` again on the same port. */
  async start(): Promise<void> {
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Breaks all connections and refuses new ones; the objects stay. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#watchers.clear();
    this.#hanging.clear();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  get version(): string {
    return String(this.#version);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Serves a fixed document, for discovery; undefined takes it away. */
  serve(path: string, document: unknown): void {
    if (document === undefined) this.#documents.delete(path);
    else this.#documents.set(path, document);
  }

  /** Creates an object or puts it in the place of another. Returns what is stored. */
  put(collection: string, metadata: ApiMetadata, fields: object = {}): ApiObject {
    const kind = this.#kinds.get(collection)!;
    const key = this.#key(collection, metadata.namespace, metadata.name);
    const before = this.#objects.get(key);
    this.#version += 1;
    const object = {
      ...kind,
      metadata: {
        uid: before?.metadata.uid ?? `uid-${this.#version}`,
        creationTimestamp: before?.metadata.creationTimestamp ?? "2026-01-01T00:00:00Z",
        ...metadata,
        resourceVersion: String(this.#version),
        managedFields: [{ manager: "model", operation: "Update" }],
      },
      ...fields,
    };
    this.#objects.set(key, object);
    this.#record({ collection, type: before === undefined ? "ADDED" : "MODIFIED", version: this.#version, object });
    return object;
  }

  remove(collection: string, namespace: string | undefined, name: string): void {
    const key = this.#key(collection, namespace, name);
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#version += 1;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#record({ collection, type: "DELETED", version: this.#version, object: last });
  }

  /** The objects of a collection, by `namespace/name`, as they are now. */
  objects(collection: string): ReadonlyMap<string, ApiObject> {
    const prefix = `${collection} `;
    return new Map(
      [...this.#objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, object]) => [key.slice(prefix.length), object]),
    );
  }

  /** Forgets all changes up to now, and the states that unfinished lists show: watches and continue tokens from before have expired. */
  compact(): void {
    this.#compacted = this.#version;
    this.#history = [];
    this.#pages.clear();
  }

  /** Remembers the state; the returned function goes back to it, as a restore from a backup does. */
  backup(): () => void {
    const [objects, version] = [new Map(this.#objects), this.#version];
    return () => {
      this.#objects = new Map(objects);
      this.#version = version;
      this.#compacted = Math.min(this.#compacted, version);
      this.#history = this.#history.filter((change) => change.version <= version);
    };
  }

  /** Tells all watchers the current version. */
  bookmark(): void {
    for (const watcher of this.#watchers) {
      const { apiVersion, kind } = this.#kinds.get(watcher.collection)!;
      const object = { apiVersion, kind, metadata: { resourceVersion: this.version, creationTimestamp: null } };
      this.#write(watcher, `${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    }
  }

  /** Sends bytes to all watchers. */
  sendRaw(bytes: string | Uint8Array): void {
    for (const watcher of this.#watchers) this.#write(watcher, bytes);
  }

  /** Ends all watches, as after timeoutSeconds, or breaks their connections. */
  endWatches(how: "end" | "reset" = "end"): void {
    for (const { response } of this.#watchers) {
      if (how === "end") response.end();
      else response.socket?.resetAndDestroy();
    }
    this.#watchers.clear();
  }

  /** Forgets who watches: their connections stay open and nothing comes any more. */
  silenceWatches(): void {
    this.#watchers.clear();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const query = Object.fromEntries(url.searchParams);
    const recorded = {
      method: request.method ?? "GET",
      path: url.pathname,
      query,
      headers: request.headers,
      watch: query["watch"] === "1",
    };
    this.requests.push(recorded);
    const fault = this.fault(recorded);
    const [collection, namespace] = splitPath(url.pathname);
    if (fault !== undefined) this.#misbehave(fault, response);
    else if (this.#documents.has(url.pathname)) send(response, 200, this.#documents.get(url.pathname));
    else if (!this.#kinds.has(collection)) send(response, 404, status(404, "NotFound", "there is no such path"));
    else if (recorded.watch) this.#watch(recorded, collection, namespace, response);
    else this.#list(recorded, collection, namespace, response);
  }

  #misbehave(fault: Fault, response: ServerResponse): void {
    if (fault === "reset") response.socket?.resetAndDestroy();
    else if (fault === "hang") this.#hanging.add(response);
    else if ("stream" in fault) {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      for (const part of fault.stream) response.write(part);
      if (fault.last === "end") response.end();
      else if (fault.last === "reset") setImmediate(() => response.socket?.resetAndDestroy());
    } else send(response, fault.status, fault.body ?? status(fault.status, "", "a fault of the test"), fault.headers);
  }

  #list(
    { query, headers }: RecordedRequest,
    collection: string,
    namespace: string | undefined,
    response: ServerResponse,
  ): void {
    const wanted = query["resourceVersion"];
    if (wanted !== undefined && Number(wanted) > this.#version) {
      send(response, 504, tooLarge());
      return;
    }
    const { apiVersion, kind } = this.#kinds.get(collection)!;
    const partial = isPartial(headers["accept"]);
    let from = { items: this.#select(collection, namespace, query), version: this.#version };
    if (query["continue"] !== undefined) {
      if (wanted !== undefined) {
        send(response, 400, status(400, "BadRequest", "resourceVersion beside continue"));
        return;
      }
      const page = this.#pages.get(query["continue"]);
      if (page === undefined) {
        send(response, 410, status(410, "Expired", "the continue token is too old"));
        return;
      }
      from = { items: [...page.items], version: page.version };
    }
    const limit = Number(query["limit"] ?? 0) || from.items.length;
    const token = `page-${this.#pages.size + 1}-${from.version}`;
    const more = from.items.length > limit;
    if (more) this.#pages.set(token, { items: from.items.slice(limit), version: from.version });
    send(response, 200, {
      kind: partial ? "PartialObjectMetadataList" : `${kind}List`,
      apiVersion: partial ? "meta.k8s.io/v1" : apiVersion,
      metadata: { resourceVersion: String(from.version), ...(more ? { continue: token } : {}) },
      items: from.items.slice(0, limit).map((object) => listItem(object, partial)),
    });
  }

  #select(collection: string, namespace: string | undefined, query: Readonly<Record<string, string>>): ApiObject[] {
    const selects = selector(query);
    return [...this.objects(collection).values()]
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter(selects);
  }

  #watch(
    { query, headers }: RecordedRequest,
    collection: string,
    namespace: string | undefined,
    response: ServerResponse,
  ): void {
    const version = Number(query["resourceVersion"]);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (version < this.#compacted) {
      response.end(
        `${JSON.stringify({ type: "ERROR", object: status(410, "Expired", "too old resource version") })}\n`,
      );
      return;
    }
    const watcher = {
      collection,
      namespace,
      selects: selector(query),
      partial: isPartial(headers["accept"]),
      response,
      version,
    };
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
    for (const change of this.#history) this.#tell(watcher, change);
  }

  #record(change: Change): void {
    this.#history.push(change);
    for (const watcher of this.#watchers) this.#tell(watcher, change);
  }

  #tell(watcher: Watcher, { collection, type, version, object }: Change): void {
    if (collection !== watcher.collection || version <= watcher.version) return;
    if (watcher.namespace !== undefined && object.metadata.namespace !== watcher.namespace) return;
    watcher.version = version;
    if (!watcher.selects(object)) return;
    const shown = watcher.partial
      ? { ...partialOf(object), kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1" }
      : object;
    this.#write(watcher, `${JSON.stringify({ type, object: shown })}\n`);
  }

  #write(watcher: Watcher, bytes: string | Uint8Array): void {
    watcher.response.write(bytes);
  }

  #key(collection: string, namespace: string | undefined, name: string): string {
    return `${collection} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
  }
}
