import type { Clock } from "../../base/clock.ts";
import { type JsonObject, own } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import { checkEntity, type Target } from "../../kong/check-entity.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import type { Profile } from "../../translate/input.ts";
import { AdminFailure } from "../admin-failure.ts";
import { withoutValues } from "../quoted-values.ts";
import { validateEntity, withForeign } from "./entity-validation.ts";
import type { AskableFleet, AskableGateway, Fault, Opinion } from "./opinion.ts";
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
    const asked = await this.#firstAnswer((gateway, signal) => validateEntity(gateway, section, entity, signal));
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
