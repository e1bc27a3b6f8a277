import { isJsonObject } from "../base/json.ts";
import { ApiUnreachable, hasStatus } from "./api-error.ts";
import type { ApiClient } from "./client.ts";

/** What a Lease says of its holder (coordination.k8s.io/v1 LeaseSpec). Times are wall-clock ms of whoever wrote it: for people only. */
export interface LeaseRecord {
  /** "" when nobody holds it. */
  readonly holder: string;
  /** Without a renewal for this long, ms, anybody may take it. */
  readonly duration: number;
  readonly acquired: number;
  readonly renewed: number;
  /** How often the holder has changed. */
  readonly transitions: number;
}

/** A Lease as the server holds it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  /** The whole object: what others put into it is kept. */
  readonly object: { readonly [key: string]: unknown };
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

type Requests = Pick<ApiClient, "request">;

/** How long the server may take for one request, ms (client-go: half the renew deadline). */
const REQUEST_TIMEOUT = 5_000;

/** Reads and writes one Lease. No rate limit holds its requests up; they reject as the client's do. */
export class LeaseStorage {
  readonly #client: Requests;
  readonly #collection: string;
  readonly #name: LeaseName;

  constructor(client: Requests, name: LeaseName) {
    this.#client = client;
    this.#name = name;
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${name.namespace}/leases`;
  }

  /** As it is now; undefined when there is none. */
  async read(signal: AbortSignal): Promise<StoredLease | undefined> {
    const call = { path: `${this.#collection}/${this.#name.name}`, urgent: true, timeout: REQUEST_TIMEOUT, signal };
    const answer = await this.#client.request(call).catch((error: unknown) => {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    });
    return answer === undefined ? undefined : parseLease(answer.value);
  }

  /** Makes it; ApiError 409 when it is there by now. */
  async create(record: LeaseRecord, signal: AbortSignal): Promise<StoredLease> {
    const body = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: this.#name,
      spec: specOf(record),
    };
    return this.#write({ method: "POST", path: this.#collection, body }, signal);
  }

  /** Puts another record into it; ApiError 409 when it has changed since it was read. */
  async replace(stored: StoredLease, record: LeaseRecord, signal: AbortSignal): Promise<StoredLease> {
    const spec = isJsonObject(stored.object["spec"]) ? stored.object["spec"] : {};
    const body = { ...stored.object, spec: { ...spec, ...specOf(record) } };
    return this.#write({ method: "PUT", path: `${this.#collection}/${this.#name.name}`, body }, signal);
  }

  async #write(
    call: { readonly method: "POST" | "PUT"; readonly path: string; readonly body: object },
    signal: AbortSignal,
  ): Promise<StoredLease> {
    const { value } = await this.#client.request({ ...call, urgent: true, timeout: REQUEST_TIMEOUT, signal });
    return parseLease(value);
  }
}

function parseLease(value: unknown): StoredLease {
  const object = isJsonObject(value) ? value : {};
  if (!isJsonObject(object["metadata"]))
    throw new ApiUnreachable("reading a Lease", new Error("the answer is no Kubernetes object"));
  const spec = isJsonObject(object["spec"]) ? object["spec"] : {};
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions } = spec;
  return {
    object,
    record: {
      holder: typeof holderIdentity === "string" ? holderIdentity : "",
      duration: typeof leaseDurationSeconds === "number" ? leaseDurationSeconds * 1000 : 0,
      acquired: timeOf(acquireTime),
      renewed: timeOf(renewTime),
      transitions: typeof leaseTransitions === "number" ? leaseTransitions : 0,
    },
  };
}

function timeOf(value: unknown): number {
  const ms = typeof value === "string" ? Date.parse(value) : 0;
  return Number.isNaN(ms) ? 0 : ms;
}

function specOf(record: LeaseRecord): object {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: Math.max(1, Math.round(record.duration / 1000)),
    acquireTime: microTime(record.acquired),
    renewTime: microTime(record.renewed),
    leaseTransitions: record.transitions,
  };
}

/** Kubernetes' MicroTime has six digits behind the second, neither more nor less. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
