import { createHash, randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { Pieces } from "../../src/base/pieces.ts";
import type { ObjectRef } from "../../src/base/problem.ts";
import { AdminClient } from "../../src/gateways/admin-client.ts";
import { adminEndpoint } from "../../src/gateways/admin-endpoint.ts";
import { SharedDatabase, type SharedDatabaseOptions } from "../../src/gateways/database/shared-database.ts";
import type { Contact } from "../../src/gateways/first-contact.ts";
import { type GatewayAdmin, gatewayAdmin } from "../../src/gateways/gateway-admin.ts";
import { liveDifferences } from "../../src/gateways/live-differences.ts";
import { NO_FILES, PLAIN_ACCESS } from "../../src/gateways/stand-in.ts";
import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import type { PreviewOptions } from "../../src/preview/options.ts";
import type { Payload, PlacedEntity, PushOutcome } from "../../src/sync/gateway.ts";

export type Mode = "db-less" | "database";

/** The tag that marks what is ours. */
export const TAG = "managed-by-ingress-controller";

/** The object behind an entity of a made-up document: its first name, or what stands under `from`. */
export function ref(name: string): ObjectRef {
  return { group: "", version: "v1", kind: "Service", namespace: "shop", name };
}

/** Sections of a document as plain objects; `from` names the object behind an entity and is no part of it. */
export type Sections = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export function payloadOf(sections: Sections): Payload {
  const placed = new Map<string, readonly PlacedEntity[]>();
  const document: Record<string, unknown> = { _format_version: "3.0" };
  for (const [section, entities] of Object.entries(sections)) {
    const list = entities.map(({ from, ...value }) => {
      const name = from ?? value["name"] ?? value["username"] ?? value["id"];
      return { value, origins: [ref(String(name))] };
    });
    placed.set(section, list);
    document[section] = list.map(({ value }) => value);
  }
  return payloadFrom(placed, document);
}

/** With entities as the compiler has them. */
export function payloadFrom(sections: Payload["sections"], document: object): Payload {
  // A gateway without a database takes nothing for no configuration at all.
  const empty = [...sections.values()].every((list) => list.length === 0);
  const text = JSON.stringify(empty ? { ...document, upstreams: [{ name: "kong" }] } : document);
  const md5 = createHash("md5").update(text).digest("hex");
  const entities = [...sections.values()].reduce((sum, list) => sum + list.length, 0);
  return { bytes: Pieces.of(text), md5, entities, sections };
}

/** No test waits for the end of it: a busy machine has its time, ms. */
const TIMEOUT = 30_000;
/** Waits are forty times as short. */
const HURRIED: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 40, run) };

/** A preview gateway and one way to push to it. */
export class PushRig {
  readonly preview: Preview;
  readonly client: AdminClient;
  readonly admin: GatewayAdmin;
  readonly database: SharedDatabase;
  readonly #options: SharedDatabaseOptions;

  private constructor(preview: Preview, changed: Partial<SharedDatabaseOptions>) {
    this.preview = preview;
    this.#options = {
      clock: HURRIED,
      timeout: TIMEOUT,
      concurrency: 10,
      filterTags: [TAG],
      skipCaCertificates: false,
      newId: randomUUID,
      verifyInterval: undefined,
      ...changed,
    };
    this.database = new SharedDatabase(this.#options);
    this.client = this.#newClient();
    this.admin = this.#adminFor(this.client);
  }

  static async start(
    mode: Mode,
    preview: PreviewOptions = {},
    options: Partial<SharedDatabaseOptions> = {},
  ): Promise<PushRig> {
    return new PushRig(await startPreview({ ...preview, database: mode === "database" ? "memory" : "off" }), options);
  }

  #newClient(): AdminClient {
    return new AdminClient({
      endpoint: adminEndpoint(this.preview.adminUrl),
      access: PLAIN_ACCESS,
      userAgent: "kong-ingress-controller/0.0.0",
      clock: systemClock,
      files: NO_FILES,
      proxyFor: () => undefined,
      connections: 11,
    });
  }

  #adminFor(client: AdminClient): GatewayAdmin {
    const options = { clock: systemClock, timeout: TIMEOUT, checkTimeout: TIMEOUT };
    return gatewayAdmin(client, options, this.database.member());
  }

  /** Another gateway of the same fleet: with the same database, if there is one. */
  another(): GatewayAdmin {
    return this.#adminFor(this.#newClient());
  }

  reach(): Promise<Contact> {
    return this.admin.reach(new AbortController().signal);
  }

  async push(payload: Payload, signal = new AbortController().signal): Promise<PushOutcome> {
    return this.admin.push(payload, await this.reach(), signal);
  }

  async differences(payload: Payload) {
    const signal = new AbortController().signal;
    return liveDifferences(this.client, await this.reach(), payload.sections, this.#options, signal);
  }

  /** The requests since the last call that were meant to change something, as `METHOD /path STATUS`. */
  writes(): readonly string[] {
    const requests = this.preview.recording.requests().filter(({ method }) => method !== "GET");
    this.preview.recording.clear();
    return requests.map(({ method, target, status }) => `${method} ${target.split("?")[0]} ${status}`);
  }

  async get(path: string): Promise<Record<string, unknown>> {
    const answer = await this.client.call({
      method: "GET",
      path,
      timeout: TIMEOUT,
      signal: new AbortController().signal,
    });
    return JSON.parse(answer.text) as Record<string, unknown>;
  }

  async list(path: string): Promise<readonly Record<string, unknown>[]> {
    return (await this.get(`${path}?size=1000`))["data"] as Record<string, unknown>[];
  }

  /** Somebody else writes. */
  async write(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body: object = {},
  ): Promise<Record<string, unknown>> {
    const content = Buffer.from(JSON.stringify(body));
    const signal = new AbortController().signal;
    const answer = await this.client.call({
      method,
      path,
      body: { type: "application/json", content },
      timeout: TIMEOUT,
      signal,
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    this.preview.recording.clear();
    return answer.text === "" ? {} : (JSON.parse(answer.text) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    this.client.forget();
    await this.preview.close();
  }
}
