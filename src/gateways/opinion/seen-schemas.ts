import { isJsonObject, own } from "../../base/json.ts";
import { type Log, messageOf } from "../../base/log.ts";
import type { RecordType } from "../../kong/schema/field.ts";
import { readSchema } from "../../kong/schema/read.ts";
import type { GatewayFacts } from "../../sync/gateway.ts";
import type { AskableGateway } from "./opinion.ts";

/** The plugins of a gateway by name, with the schemas that it shows. */
export type PluginSchemas = ReadonlyMap<string, RecordType>;

/** The schemas of plugins that a gateway showed last, kept for when no gateway can be asked (design §5). */
export class SeenSchemas {
  readonly #log: Log;
  readonly #abort = new AbortController();
  #plugins: PluginSchemas | undefined;
  /** The start of a gateway that was looked at, or is. */
  #of: string | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Undefined until a gateway has shown them all. */
  get plugins(): PluginSchemas | undefined {
    return this.#plugins;
  }

  /** Reads the schemas of a gateway that is ready, unless they are known; in its own time. */
  async look(gateway: AskableGateway): Promise<void> {
    if (gateway.state.phase !== "ready") return;
    const { facts } = gateway.state;
    const of = `${facts.version} ${facts.nodeId}`;
    if (of === this.#of) return;
    this.#of = of;
    try {
      const plugins = await readPlugins(gateway, facts, this.#abort.signal);
      if (this.#of === of) this.#plugins = plugins;
    } catch (error) {
      if (this.#of === of) this.#of = undefined;
      this.#log.debug("The plugin schemas of a gateway could not be read; they are asked for again later", { error });
    }
  }

  close(): void {
    this.#abort.abort();
  }
}

async function readPlugins(gateway: AskableGateway, facts: GatewayFacts, signal: AbortSignal): Promise<PluginSchemas> {
  // Within a workspace the root stands at /kong.
  const root = await readJson(gateway, facts.profile.workspace === "" ? "/" : "/kong", signal);
  const plugins = isJsonObject(root) ? own(root, "plugins") : undefined;
  const available = isJsonObject(plugins) ? own(plugins, "available_on_server") : undefined;
  if (!isJsonObject(available)) throw new Error("the root of the Admin API does not list the gateway's plugins");
  const schemas = new Map<string, RecordType>();
  // One after the other: pushes and checks come first.
  for (const name of Object.keys(available)) {
    const shown = await readJson(gateway, `/schemas/plugins/${encodeURIComponent(name)}`, signal);
    schemas.set(name, readShown(name, shown));
  }
  return schemas;
}

function readShown(name: string, shown: unknown): RecordType {
  try {
    return readSchema(shown);
  } catch (error) {
    throw new Error(`the schema of the plugin ${name} cannot be read: ${messageOf(error)}`);
  }
}

async function readJson(gateway: AskableGateway, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await gateway.ask({ method: "GET", path }, signal);
  if (status !== 200) throw new Error(`GET ${path} was answered with ${status}`);
  return JSON.parse(text);
}
