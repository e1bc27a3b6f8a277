import type { Clock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { Slices } from "../../base/slices.ts";
import type { Payload, PushOutcome } from "../../sync/gateway.ts";
import type { AdminClient } from "../admin-client.ts";
import { failedAnswer } from "../answers.ts";
import { type Comparison, compareEntities } from "../entities/compare-entities.ts";
import { desiredEntities, type Sections } from "../entities/desired-entities.ts";
import { GatewaySchemas } from "../entities/gateway-schemas.ts";
import { HashedSecrets } from "../entities/hashed-secrets.ts";
import { EntityKinds } from "../entities/kinds.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import type { Contact } from "../first-contact.ts";
import type { Change } from "./change.ts";
import { eachOf } from "./each-of.ts";
import { idIn } from "./entity-paths.ts";
import { EntityRequests } from "./entity-requests.ts";
import { openRoutes } from "./open-routes.ts";
import { planChanges } from "./plan.ts";
import { readEntities } from "./read-entities.ts";
import { runChanges } from "./run-changes.ts";
import { TargetMemory } from "./target-memory.ts";
import { type WriteResult, writeChange } from "./write-change.ts";
import { outcomeOf } from "./write-outcome.ts";

export interface DatabaseOptions {
  readonly clock: Clock;
  /** For one request, ms. */
  readonly timeout: number;
  /** Requests at a time. */
  readonly concurrency: number;
  /** What is ours carries all of these tags; without any, everything is ours. */
  readonly filterTags: readonly string[];
  readonly skipCaCertificates: boolean;
  readonly newId: () => string;
  /** Whether this replica leads at this very moment: asked before each write. */
  readonly mayWrite?: () => boolean;
}

/** What a gateway holds against what it shall hold, and the requests that would put it right. */
export interface DatabaseState {
  readonly comparison: Comparison;
  readonly current: CurrentEntities;
  readonly changes: readonly Change[];
}

/** What was read may be old by the time it is used; when that shows, everything is read and planned anew, so many times in all. */
const MOST_ROUNDS = 2;

/** Brings the database behind a gateway to a configuration, entity by entity, and touches nothing that is not ours. One push at a time. */
export class DatabaseWriter {
  readonly #options: DatabaseOptions;
  readonly #targets = new TargetMemory();
  readonly #secrets = new HashedSecrets();
  #schemas: { readonly of: string; readonly schemas: GatewaySchemas } | undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** Nothing that is remembered is certain any more: another hand may have been at it. */
  forget(): void {
    this.#targets.clear();
    this.#schemas = undefined;
  }

  /** Throws an AdminFailure when the gateway cannot be spoken to. What was done until then stays, and the next push goes on from there. */
  async push(client: AdminClient, payload: Payload, contact: Contact, signal: AbortSignal): Promise<PushOutcome> {
    const { clock, timeout, filterTags, mayWrite } = this.#options;
    const requests = new EntityRequests({ client, clock, timeout, signal, mayWrite });
    const written: Change[] = [];
    try {
      for (let round = 1; ; round++) {
        const { changes } = await this.#look(requests, payload.sections, contact, this.#targets);
        const { done, blocked } = await this.#write(changes, requests, contact);
        const failures = [...done.values()].filter((result) => !result.ok);
        const entangled = failures.length === 0 && blocked.length > 0;
        const stale = entangled || failures.some(({ reason }) => reason === "conflict");
        if (stale) this.#targets.clear();
        for (const [change, { ok }] of done) if (ok) written.push(change);
        await this.#close(openRoutes(done, blocked), requests);
        if (stale && round < MOST_ROUNDS) continue;
        if (entangled) return { kind: "failed", cause: { message: entanglement(blocked) } };
        return outcomeOf({ done, blocked, wrote: written.length > 0, hash: payload.md5, tags: filterTags });
      }
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** What a push would do, nothing being taken from memory. May run beside a push. */
  async look(client: AdminClient, sections: Sections, contact: Contact, signal: AbortSignal): Promise<DatabaseState> {
    const { clock, timeout } = this.#options;
    const requests = new EntityRequests({ client, clock, timeout, signal });
    return this.#look(requests, sections, contact, new TargetMemory());
  }

  async #look(
    requests: EntityRequests,
    sections: Sections,
    { profile, version, nodeId }: Contact,
    targets: TargetMemory,
  ): Promise<DatabaseState> {
    const { clock, concurrency, filterTags, newId, skipCaCertificates } = this.#options;
    const kinds = new EntityKinds(profile.flavor);
    const managed = (kind: string) => !(skipCaCertificates && kind === "ca_certificates");
    const slices = new Slices(clock);
    const desired = (await desiredEntities(sections, kinds, slices)).filter(({ kind }) => managed(kind));
    const names = new Set([...kinds.known(profile.enterprise), ...desired.map(({ kind }) => kind)].filter(managed));
    const current = await readEntities({
      requests,
      kinds,
      names: [...names],
      tags: filterTags,
      concurrency,
      targets,
    });
    const of = `${version} ${profile.flavor} ${nodeId}`;
    if (this.#schemas?.of !== of) this.#schemas = { of, schemas: new GatewaySchemas(profile.flavor) };
    const { schemas } = this.#schemas;
    const readSchema = (path: string) => requests.get(path);
    const comparing = { kinds, tags: filterTags, newId, slices, schemas, readSchema, secrets: this.#secrets };
    const comparison = await compareEntities(desired, current, comparing);
    const changes = await planChanges(comparison, current, { kinds, schemas, slices });
    return { comparison, current, changes };
  }

  #write(changes: readonly Change[], requests: EntityRequests, { profile }: Contact) {
    const kinds = new EntityKinds(profile.flavor);
    return runChanges(changes, this.#options.concurrency, async (change): Promise<WriteResult> => {
      const result = await writeChange(change, requests, kinds);
      if (result.ok) this.#remember(change, result.shown);
      return result;
    });
  }

  #close(routes: readonly Change[], requests: EntityRequests): Promise<void> {
    return eachOf(routes, this.#options.concurrency, async ({ id }) => {
      const { answer } = await requests.write("DELETE", `/routes/${encodeURIComponent(id)}`);
      if (answer.status >= 300 && answer.status !== 404) throw failedAnswer("removing a route again", answer);
    });
  }

  #remember({ kind, action, id, desired, current }: Change, shown: JsonObject | undefined): void {
    if (kind === "upstreams" && action === "create") this.#targets.made(id);
    if (kind === "upstreams" && action === "delete") this.#targets.forget(id);
    if (kind !== "targets") return;
    const upstream = idIn((desired ?? current!).value, "upstream") ?? "";
    if (action === "delete") this.#targets.removed(upstream, id);
    else if (shown === undefined) this.#targets.forget(upstream);
    else this.#targets.written(upstream, { kind, id, value: shown });
  }
}

function entanglement(blocked: readonly Change[]): string {
  const some = blocked.slice(0, 3).map(({ kind, id }) => `${kind} ${id}`);
  return `${blocked.length} entities wait for each other and could not be written: ${some.join(", ")}`;
}
