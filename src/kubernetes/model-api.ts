import type { Clock } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import { ApiError, ApiUnreachable } from "./api-error.ts";
import type { ApiAnswer, ApiRequest } from "./client.ts";

/** What happens to a request instead of its answer. "lost": it takes effect, and its answer never comes; `slow`: the answer takes so many ms. */
export type ApiFault = "refused" | "hang" | "lost" | { readonly status: number } | { readonly slow: number };

type Fields = Readonly<Record<string, unknown>>;

/** An object as it is stored here. */
export interface ModelObject extends Fields {
  readonly metadata: Fields & { readonly name: string; readonly resourceVersion: string; readonly generation: number };
}

/**
 * An API server for tests of what writes: objects by their paths, in memory, with resourceVersions and generations, status subresources, merge patches and a fault for
 * any request. Its time is a clock that is moved by hand; several clients may share it.
 */
export class ModelApi {
  /** Decides about each request; undefined lets it through. */
  fault: (call: ApiRequest, client: string) => ApiFault | undefined = () => undefined;
  /** Changes what is stored, as defaults and unknown fields do. */
  admit: (object: ModelObject) => ModelObject = (object) => object;
  /** Told of each change. */
  changed: (path: string, object: ModelObject) => void = () => undefined;
  /** `client METHOD path`. */
  readonly requests: string[] = [];
  readonly objects = new Map<string, ModelObject>();
  readonly #clock: Clock;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Stores an object under its path, as somebody else would. */
  put(path: string, object: Fields): ModelObject {
    const before = this.objects.get(path);
    const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
    this.#version += 1;
    const same = before !== undefined && JSON.stringify(desired(before)) === JSON.stringify(desired(object));
    const generation = before === undefined ? 1 : before.metadata.generation + (same ? 0 : 1);
    const stored = this.admit({
      ...object,
      metadata: {
        uid: `uid-${this.#version}`,
        name: path.slice(path.lastIndexOf("/") + 1),
        ...before?.metadata,
        ...metadata,
        generation,
        resourceVersion: String(this.#version),
      },
    });
    this.objects.set(path, stored);
    this.changed(path, stored);
    return stored;
  }

  /** The client of one process. */
  client(name = "c"): { request(call: ApiRequest): Promise<ApiAnswer> } {
    return { request: (call) => this.#request(call, name) };
  }

  async #request(call: ApiRequest, client: string): Promise<ApiAnswer> {
    const method = call.method ?? "GET";
    this.requests.push(`${client} ${method} ${call.path}`);
    const fault = this.fault(call, client);
    if (fault === "refused") throw new ApiUnreachable(method, new Error("connection refused"));
    if (fault === "hang") return this.#wait(call, undefined);
    if (typeof fault === "object" && "status" in fault) throw new ApiError(method, fault.status, { reason: "Fault" });
    const value = this.#answer(method, call.path, (call.body ?? {}) as Fields);
    if (fault === "lost") return this.#wait(call, undefined);
    if (fault !== undefined) return this.#wait(call, fault.slow, value);
    return { value, bytes: 0 };
  }

  #answer(method: string, path: string, body: Fields): ModelObject {
    const metadata = isJsonObject(body["metadata"]) ? body["metadata"] : {};
    if (method === "POST") {
      const own = `${path}/${String(metadata["name"])}`;
      if (this.objects.has(own)) throw new ApiError(method, 409, { reason: "AlreadyExists" });
      return this.put(own, body);
    }
    const status = path.endsWith("/status");
    const own = status ? path.slice(0, -"/status".length) : path;
    const before = this.objects.get(own);
    if (before === undefined) throw new ApiError(method, 404, { reason: "NotFound" });
    if (method === "GET") return before;
    const version = metadata["resourceVersion"];
    if (version !== undefined && version !== before.metadata.resourceVersion)
      throw new ApiError(method, 409, { reason: "Conflict" });
    const merged = method === "PATCH" ? (mergePatch(before, body) as Fields) : body;
    const next = status ? { ...before, status: merged["status"] } : { ...merged, status: before["status"] };
    // What changes nothing makes no new version.
    if (JSON.stringify(this.admit({ ...next, metadata: before.metadata })) === JSON.stringify(before) && status)
      return before;
    return this.put(own, next);
  }

  /** The answer after `ms`, or never; but not longer than the caller's limits. */
  #wait(call: ApiRequest, ms: number | undefined, value?: unknown): Promise<ApiAnswer> {
    return new Promise((resolve, reject) => {
      const cancels: (() => void)[] = [];
      const end = (then: () => void) => {
        for (const cancel of cancels) cancel();
        call.signal?.removeEventListener("abort", abort);
        then();
      };
      const abort = () => end(() => reject(new Error("aborted")));
      const timedOut = new ApiUnreachable(call.method ?? "GET", new Error("no whole answer"));
      cancels.push(this.#clock.after(call.timeout ?? 60_000, () => end(() => reject(timedOut))));
      if (ms !== undefined) cancels.push(this.#clock.after(ms, () => end(() => resolve({ value, bytes: 0 }))));
      call.signal?.addEventListener("abort", abort, { once: true });
      if (call.signal?.aborted) abort();
    });
  }
}

/** What a generation counts the changes of. */
function desired({ metadata: _, status: __, ...rest }: Fields): Fields {
  return rest;
}

/** RFC 7386. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
