import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ApiObject } from "./api-object.ts";
import type { ApiClient } from "./client.ts";

/** Where a reflector keeps the server's objects. Calls must not throw. */
export interface ReflectorSink {
  /** These are all the objects there are. May take its time; nothing else is called meanwhile. */
  replace(objects: readonly ApiObject[]): void | Promise<void>;
  upsert(object: ApiObject): void;
  /** The object as it was last. */
  remove(object: ApiObject): void;
}

export interface ReflectorOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Of the collection: `/apis/networking.k8s.io/v1/ingresses`, with `namespaces/<name>` for one namespace. */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks the server for metadata alone, and keeps of that what names and selects an object. */
  readonly metadataOnly?: boolean;
  /** Takes away more of each object than everybody can do without; what it returns is kept. Not for metadata alone. */
  readonly slim?: ((object: ApiObject) => ApiObject) | undefined;
  /** At the end of a watch that comes later than this after the last list, ms, the list is taken anew; 0 is never. */
  readonly resyncPeriod?: number;
  readonly sink: ReflectorSink;
  /** Called at each change of `state`. */
  readonly onState?: (state: ReflectorState) => void;
}

export interface ReflectorState {
  /** A whole list has reached the sink; it stays true. */
  readonly synced: boolean;
  /** Why objects do not come at the moment; absent while they do. */
  readonly failure?: ReflectorFailure;
}

export interface ReflectorFailure {
  /** Monotonic ms of the first of the attempts that failed in a row. */
  readonly since: number;
  readonly attempts: number;
  readonly message: string;
  /** The HTTP status, if the server answered. */
  readonly status: number | undefined;
  /** How many of them, the last ones, had this status. */
  readonly alike: number;
  /** Monotonic ms. */
  readonly nextTry: number;
}
