import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { type JsonObject, own } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import { checkEntity, type Target } from "../../kong/check-entity.ts";
import { readEntityRefusal } from "../../kong/errors.ts";
import type { RecordType } from "../../kong/schema/field.ts";
import { readSchema } from "../../kong/schema/read.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import type { Profile } from "../../translate/input.ts";
import type { AdminAnswer } from "../admin-client.ts";
import { AdminFailure } from "../admin-failure.ts";
import { withoutValues } from "../quoted-values.ts";
import type { AskableFleet, AskableGateway, Fault, Opinion, Question } from "./opinion.ts";
import { SeenSchemas } from "./seen-schemas.ts";

export interface KongOpinionOptions {
  readonly fleet: AskableFleet;
  readonly clock: Clock;
  readonly log: Log;
  /** What gateways are taken to be until one has answered. */
  readonly assumed: Profile;
  /** How long an answer of a gateway is waited for, ms. */
  readonly patience: number;
}

/** Whether consumer groups can be used. `nobody`: no gateway can be asked. */
export type GroupSupport = "yes" | "not-enterprise" | "no-licence" | "nobody";

const NOBODY: Opinion = { by: "nobody" };

/** What Kong would say of an entity: a gateway that is ready is asked; else the schemas that one showed before, else our own tables. */
export class KongOpinion {
  readonly #options: KongOpinionOptions;
  readonly #seen: SeenSchemas;
  readonly #stop: () => void;
  #profile: Profile;

  constructor(options: KongOpinionOptions) {
    const { fleet, assumed, log } = options;
    this.#options = options;
    this.#profile = assumed;
    this.#seen = new SeenSchemas(log);
    const look = () => {
      const [ready] = readyOf(fleet);
      if (ready?.state.phase !== "ready") return;
      this.#profile = ready.state.facts.profile;
      void this.#seen.look(ready);
    };
    this.#stop = fleet.listen((event) => {
      if (event.type === "state") look();
    });
    look();
  }

  /** What the gateways are, or were when one was seen last. */
  get profile(): Profile {
    return this.#profile;
  }

  /** What is to be said against an entity for itself. `section` is Kong's plural of its kind; `secretive`: what it says may not quote the entity's values. */
  async of(section: string, entity: JsonObject, secretive: boolean): Promise<Opinion> {
    const asked = await this.#firstAnswer((gateway, signal) => validate(gateway, section, entity, signal));
    const opinion: Opinion = asked === undefined ? this.#offline(section, entity) : { by: "gateway", faults: asked };
    if (!secretive || opinion.by === "nobody") return opinion;
    const faults = opinion.faults.map(({ field, message }) => ({
      field,
      message: withoutValues(message, section, entity),
    }));
    return { ...opinion, faults };
  }

  async consumerGroups(): Promise<GroupSupport> {
    const support = await this.#firstAnswer(async (gateway, signal): Promise<GroupSupport | undefined> => {
      if (gateway.state.phase === "ready" && !gateway.state.facts.profile.enterprise) return "not-enterprise";
      const { status } = await gateway.ask({ method: "GET", path: "/consumer_groups?size=0" }, signal);
      return GROUP_STATUS.get(status);
    });
    return support ?? "nobody";
  }

  close(): void {
    this.#stop();
    this.#seen.close();
  }

  /** The first thing that a ready gateway has to say; undefined when none says anything in time. */
  async #firstAnswer<Value>(
    question: (gateway: AskableGateway, signal: AbortSignal) => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const { fleet, clock, patience, log } = this.#options;
    const ready = readyOf(fleet);
    if (ready.length === 0) return undefined;
    const abort = new AbortController();
    const cancel = clock.after(patience, () => abort.abort());
    try {
      for (const gateway of ready) {
        if (abort.signal.aborted) break;
        try {
          const value = await question(gateway, abort.signal);
          if (value !== undefined) return value;
        } catch (error) {
          if (!(error instanceof AdminFailure)) throw error;
          log.debug("A gateway did not say what it thinks of an entity", { error });
        }
      }
      return undefined;
    } finally {
      cancel();
    }
  }

  #offline(section: string, entity: JsonObject): Opinion {
    const { flavor, version, enterprise } = this.#profile;
    const target: Target = { flavor, version: version.join("."), enterprise, now: this.#options.clock.now() };
    const schema = schemasOf(flavor).get(section);
    if (section !== "plugins")
      return schema === undefined
        ? NOBODY
        : { by: "tables", faults: faultsOf(section, withForeign(schema, entity), target) };
    const seen = this.#seen.plugins;
    if (seen !== undefined) {
      const live = { ...target, plugins: new Set(seen.keys()), pluginSchemas: seen };
      return { by: "schema", faults: faultsOf(section, entity, live) };
    }
    const name = own(entity, "name");
    const known = typeof name === "string" && schema?.subschemas?.byName.has(name) === true;
    return known ? { by: "tables", faults: faultsOf(section, entity, target) } : NOBODY;
  }
}

const GROUP_STATUS: ReadonlyMap<number, GroupSupport> = new Map([
  [200, "yes"],
  [403, "no-licence"],
  [404, "not-enterprise"],
]);

function readyOf({ gateways }: AskableFleet): readonly AskableGateway[] {
  return gateways.filter(({ state }) => state.phase === "ready");
}

function faultsOf(section: string, entity: JsonObject, target: Target): readonly Fault[] {
  return checkEntity(section, entity, target).map(({ field, message }) => ({ field, message }));
}

/** Asks a gateway; undefined when its answer is none. */
async function validate(
  gateway: AskableGateway,
  section: string,
  entity: JsonObject,
  signal: AbortSignal,
): Promise<readonly Fault[] | undefined> {
  const path = `/schemas/${encodeURIComponent(section)}`;
  let body = entity;
  if (!BY_NAME.has(section)) {
    const shown = await gateway.ask({ method: "GET", path }, signal);
    if (shown.status === 404)
      return [{ field: undefined, message: `the gateway has no kind of entity named '${section}'` }];
    if (shown.status !== 200) return undefined;
    body = withForeign(schemaIn(shown), entity);
  }
  const question: Question = { method: "POST", path: `${path}/validate`, body };
  return verdictOf(await gateway.ask(question, signal));
}

/** Sections whose schemas Kong keeps by the entity's name; none of them has to belong to something. */
const BY_NAME: ReadonlySet<string> = new Set(["plugins", "vaults"]);

/** What the entity will belong to is known only later: something stands in its place. */
function withForeign(schema: RecordType, entity: JsonObject): JsonObject {
  const missing = [...schema.fields].filter(
    ([name, { type, required }]) => type === "foreign" && required === true && own(entity, name) === undefined,
  );
  if (missing.length === 0) return entity;
  return { ...entity, ...Object.fromEntries(missing.map(([name]) => [name, { id: randomUUID() }])) };
}

function schemaIn({ text }: AdminAnswer): RecordType {
  try {
    return readSchema(JSON.parse(text));
  } catch {
    throw new AdminFailure("interrupted", "what it shows as a schema cannot be read");
  }
}

function verdictOf(answer: AdminAnswer): readonly Fault[] | undefined {
  if (answer.status === 200 || answer.status === 201) return [];
  if (answer.status !== 400) return undefined;
  const refusal = readEntityRefusal(answer.text);
  return refusal?.errors.map(({ field, message }) => ({ field, message }));
}
