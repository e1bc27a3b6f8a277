import { type JsonObject, own } from "../../base/json.ts";
import type { RouterFlavor } from "../../kong/entities.ts";
import { adoptCodeChecks } from "../../kong/schema/adopt.ts";
import type { EntitySchema, RecordType } from "../../kong/schema/field.ts";
import { readSchema } from "../../kong/schema/read.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import type { DesiredEntity } from "./entity.ts";

/** Asks a gateway for `/schemas/…`; undefined when it has no such schema. */
export type ReadSchema = (path: string) => Promise<unknown>;

/** Kinds whose entities differ by their name, and where the schemas of the names are. */
const BY_NAME: Readonly<Record<string, string>> = { plugins: "plugins", vaults: "vaults" };

/** The schemas of one gateway, read from it as they are needed and kept: what it fills in by itself is known only there. */
export class GatewaySchemas {
  readonly #flavor: RouterFlavor;
  readonly #shown = new Map<string, Promise<RecordType | undefined>>();
  readonly #kinds = new Map<string, EntitySchema | undefined>();

  constructor(flavor: RouterFlavor) {
    this.#flavor = flavor;
  }

  /** Reads what is needed to understand these entities. Rejects as `read` does; what was read stays. */
  async prepare(entities: Iterable<DesiredEntity>, read: ReadSchema): Promise<void> {
    const names = new Map<string, Set<string>>();
    for (const entity of entities) {
      const known = names.get(entity.kind) ?? new Set<string>();
      names.set(entity.kind, known);
      if (!Object.hasOwn(BY_NAME, entity.kind)) continue;
      const name = own(entity.given, "name");
      if (typeof name === "string") known.add(name);
    }
    await Promise.all([...names].map(([kind, known]) => this.#prepareKind(kind, known, read)));
  }

  /** The schema of a kind that was prepared; undefined when the gateway shows none. */
  of(kind: string): EntitySchema | undefined {
    return this.#kinds.get(kind);
  }

  async #prepareKind(kind: string, names: ReadonlySet<string>, read: ReadSchema): Promise<void> {
    const there = this.#kinds.get(kind);
    const known = there?.subschemas?.byName;
    if (this.#kinds.has(kind) && [...names].every((name) => known === undefined || known.has(name))) return;
    const folder = own(BY_NAME, kind);
    const [shown, ...byName] = await Promise.all([
      this.#schema(`/schemas/${kind}`, read),
      ...[...names].map(async (name) => [name, await this.#schema(`/schemas/${folder}/${name}`, read)] as const),
    ]);
    const schema = shown === undefined ? undefined : this.#complete(kind, shown, byName);
    // Nobody else may have put names there meanwhile: pushes are one at a time.
    this.#kinds.set(kind, schema);
  }

  #complete(
    kind: string,
    shown: RecordType,
    byName: readonly (readonly [string, RecordType | undefined])[],
  ): EntitySchema {
    const ours = schemasOf(this.#flavor).get(kind);
    const whole = ours === undefined ? shown : { ...adoptCodeChecks(shown, ours), shorthands: ours.shorthands };
    const schema: EntitySchema = { primaryKey: ["id"], ...ours, ...whole, name: kind };
    if (!Object.hasOwn(BY_NAME, kind)) return schema;
    const before = this.#kinds.get(kind)?.subschemas?.byName ?? new Map<string, RecordType>();
    const added = byName.flatMap(([name, own]) => {
      const known = this.#adopted(kind, name, own);
      return known === undefined ? [] : [[name, known] as const];
    });
    const subschemas = { unknown: () => "", ...ours?.subschemas, key: "name", byName: new Map([...before, ...added]) };
    return { ...schema, subschemas };
  }

  /** What it does not show may still be one of those that come with Kong. */
  #adopted(kind: string, name: string, shown: RecordType | undefined): RecordType | undefined {
    const ours = schemasOf(this.#flavor).get(kind)?.subschemas?.byName.get(name);
    return shown === undefined || ours === undefined ? (shown ?? ours) : adoptCodeChecks(shown, ours);
  }

  #schema(path: string, read: ReadSchema): Promise<RecordType | undefined> {
    let schema = this.#shown.get(path);
    if (schema === undefined) {
      schema = read(path).then((json) => (json === undefined ? undefined : readSchema(json as JsonObject)));
      this.#shown.set(path, schema);
      // What could not be read is asked for again.
      schema.catch(() => this.#shown.delete(path));
    }
    return schema;
  }
}
