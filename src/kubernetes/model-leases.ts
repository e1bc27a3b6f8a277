import type { Clock } from "../base/clock.ts";
import { ApiError, ApiUnreachable } from "./api-error.ts";
import type { ApiAnswer, ApiRequest } from "./client.ts";

/** What happens to a request instead of its answer. "lost": it takes effect, and its answer never comes. */
export type LeaseFault = "refused" | "hang" | "lost" | { readonly status: number } | { readonly slow: number };

interface LeaseObject {
  readonly metadata: { readonly resourceVersion: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** An API server for tests that holds one Lease, in memory and by a clock that is moved by hand; several clients may share it. */
export class ModelLeases {
  /** Decides about each request; undefined lets it through. */
  fault: (call: ApiRequest, client: string) => LeaseFault | undefined = () => undefined;
  /** `client METHOD`. */
  readonly requests: string[] = [];
  object: LeaseObject | undefined;
  readonly #clock: Clock;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get holder(): string {
    return String(this.object?.spec["holderIdentity"] ?? "");
  }

  /** Changes the Lease as somebody else would. */
  put(spec: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, string>> = {}): void {
    this.#version += 1;
    this.object = { metadata: { resourceVersion: String(this.#version), labels }, spec };
  }

  /** The client of one process. */
  client(name: string): { request(call: ApiRequest): Promise<ApiAnswer> } {
    return { request: (call) => this.#request(call, name) };
  }

  async #request(call: ApiRequest, client: string): Promise<ApiAnswer> {
    const method = call.method ?? "GET";
    this.requests.push(`${client} ${method}`);
    const fault = this.fault(call, client);
    if (fault === "refused") throw new ApiUnreachable(method, new Error("connection refused"));
    if (fault === "hang") return this.#wait(call, undefined);
    if (typeof fault === "object" && "status" in fault) throw new ApiError(method, fault.status, { reason: "Fault" });
    const value = this.#answer(method, call.body as LeaseObject | undefined);
    if (fault === "lost") return this.#wait(call, undefined);
    if (fault !== undefined) return this.#wait(call, fault.slow, value);
    return { value, bytes: 0 };
  }

  #answer(method: string, body: LeaseObject | undefined): LeaseObject {
    const conflict = () => new ApiError(method, 409, { reason: "Conflict" });
    if (method === "GET") {
      if (this.object === undefined) throw new ApiError(method, 404, { reason: "NotFound" });
      return this.object;
    }
    if (method === "POST" && this.object !== undefined) throw conflict();
    if (method === "PUT" && this.object?.metadata.resourceVersion !== body!.metadata.resourceVersion) throw conflict();
    this.put(body!.spec, body!.metadata.labels);
    return this.object!;
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
      cancels.push(this.#clock.after(call.timeout!, () => end(() => reject(timedOut))));
      if (ms !== undefined) cancels.push(this.#clock.after(ms, () => end(() => resolve({ value, bytes: 0 }))));
      call.signal?.addEventListener("abort", abort, { once: true });
      if (call.signal?.aborted) abort();
    });
  }
}
