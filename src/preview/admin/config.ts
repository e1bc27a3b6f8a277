import { hash } from "node:crypto";
import { stringify } from "yaml";
import { type Configuration, type Configurations, EMPTY_HASH } from "../configuration.ts";
import type { EntitySet } from "../entity-set.ts";
import type { Faults } from "../faults/faults.ts";
import { rejections } from "../faults/reject.ts";
import { loadDocument } from "../load.ts";
import type { Settings } from "../options.ts";
import { routeRows } from "../route-row.ts";
import { type AdminRequest, type Answer, json } from "./answer.ts";
import { isAnswer, type PushedDocument, readPushed } from "./config-body.ts";

/** `POST` and `GET /config` of a gateway without a database. */
export class ConfigEndpoint {
  readonly #settings: Settings;
  readonly #faults: Faults;
  readonly #configurations: Configurations;
  #loading = false;

  constructor(settings: Settings, faults: Faults, configurations: Configurations) {
    this.#settings = settings;
    this.#faults = faults;
    this.#configurations = configurations;
  }

  get(): Answer {
    return json(200, { config: yamlOf(this.#configurations.current.entities) });
  }

  async post(request: AdminRequest): Promise<Answer> {
    if (this.#loading)
      return {
        status: 429,
        headers: { "Retry-After": "60" },
        json: { message: "Currently processing previous configuration" },
      };
    const pushed = readPushed(request.contentType, request.body);
    if (isAnswer(pushed)) return pushed;
    const digest = this.#digest(pushed);
    const known = pushed.text !== undefined && digest === this.#configurations.current.hash;
    if (known && isTrue(request.query.get("check_hash"))) return { status: 304 };
    const load = this.#faults.take("load", "admin");
    if (load !== undefined) await this.#busy(load.delay);
    return this.#load(pushed, digest, isTrue(request.query.get("flatten_errors")));
  }

  #load(pushed: PushedDocument, digest: string, flatten: boolean): Answer {
    const { flavor, newId, clock } = this.#settings;
    const loaded = loadDocument(pushed.value, { flavor, flatten, newId, now: clock.now() });
    if (!loaded.ok) return json(loaded.status, loaded.body);
    const refused = rejections(loaded.entities, this.#faults.takeAll("reject", "admin"));
    if (refused !== undefined) return json(400, refused);
    const empty = [...loaded.entities.values()].every((kind) => kind.size === 0);
    const configuration: Configuration = { entities: loaded.entities, hash: empty ? EMPTY_HASH : digest };
    this.#configurations.load(configuration);
    this.#settings.loaded(routeRows(loaded.entities));
    return { status: 201, text: expanded(loaded.entities) };
  }

  async #busy(ms: number): Promise<void> {
    this.#loading = true;
    await new Promise<void>((resolve) => void this.#settings.clock.after(ms, resolve));
    this.#loading = false;
  }

  /** MD5 of the text; for a JSON body something that is different each time, as Kong's is. */
  #digest(pushed: PushedDocument): string {
    return pushed.text === undefined ? hash("md5", this.#settings.newId(), "hex") : hash("md5", pushed.text, "hex");
  }
}

/** How Kong reads a flag in a query. */
export function isTrue(value: string | null): boolean {
  return value !== null && ["1", "true", "on", "yes"].includes(value.toLowerCase());
}

/** One map for each kind, by id: the answer to an accepted configuration. */
function expanded(entities: EntitySet): string {
  const kinds = [...entities].filter(([, byId]) => byId.size > 0);
  return JSON.stringify(Object.fromEntries(kinds.map(([kind, byId]) => [kind, Object.fromEntries(byId)])));
}

/** The configuration flattened, references as bare ids. */
function yamlOf(entities: EntitySet): string {
  const out: Record<string, unknown> = { _transform: false, _format_version: "3.0" };
  for (const [kind, byId] of entities) {
    if (byId.size > 0)
      out[kind] = [...byId.values()].map((entity) => Object.fromEntries(Object.entries(entity).map(bare)));
  }
  return stringify(out, { version: "1.1", nullStr: "~", lineWidth: 0, singleQuote: true });
}

const BARE = new Set(["service", "route", "consumer", "upstream", "certificate", "client_certificate", "set"]);

function bare([key, value]: [string, unknown]): [string, unknown] {
  const isRef = BARE.has(key) && typeof value === "object" && value !== null && "id" in value;
  return [key, isRef ? value.id : value];
}
