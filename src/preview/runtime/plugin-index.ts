import type { PluginCode } from "../plugins/plugin.ts";
import { PLUGINS } from "../plugins/table.ts";
import type { PluginEntity } from "./types.ts";

/** A plugin that runs, with the configuration that is chosen for a request. */
export interface ActivePlugin {
  readonly code: PluginCode;
  readonly plugin: PluginEntity;
}

/** The plugins of a configuration: for each name the configurations by scope. */
export class PluginIndex {
  readonly #byName: readonly (readonly [PluginCode, ReadonlyMap<string, PluginEntity>])[];

  constructor(plugins: readonly PluginEntity[]) {
    const byName = new Map<string, Map<string, PluginEntity>>();
    for (const plugin of plugins) {
      if (!plugin.enabled) continue;
      const scopes = byName.get(plugin.name) ?? new Map<string, PluginEntity>();
      byName.set(plugin.name, scopes);
      scopes.set(scope(plugin.route?.id, plugin.service?.id, plugin.consumer?.id), plugin);
    }
    this.#byName = PLUGINS.flatMap((code) => {
      const scopes = byName.get(code.name);
      return scopes === undefined ? [] : [[code, scopes] as const];
    });
  }

  /** The codes that have any configuration, in the order in which they run. */
  get codes(): readonly PluginCode[] {
    return this.#byName.map(([code]) => code);
  }

  /** The configuration of a plugin for a request; the more is said about it the better (https://developer.konghq.com/gateway/entities/plugin/#plugin-precedence). */
  configOf(
    code: PluginCode,
    route: string | undefined,
    service: string | undefined,
    consumer: string | undefined,
  ): PluginEntity | undefined {
    const scopes = this.#byName.find(([c]) => c === code)?.[1];
    if (scopes === undefined) return undefined;
    const steps = [
      consumer !== undefined && route !== undefined && service !== undefined && scope(route, service, consumer),
      consumer !== undefined && route !== undefined && scope(route, undefined, consumer),
      consumer !== undefined && service !== undefined && scope(undefined, service, consumer),
      route !== undefined && service !== undefined && scope(route, service, undefined),
      consumer !== undefined && scope(undefined, undefined, consumer),
      route !== undefined && scope(route, undefined, undefined),
      service !== undefined && scope(undefined, service, undefined),
      scope(undefined, undefined, undefined),
    ];
    for (const step of steps) {
      const found = step === false ? undefined : scopes.get(step);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What runs on answers to requests that met no route. */
  globals(): readonly ActivePlugin[] {
    return this.#byName.flatMap(([code, scopes]) => {
      const plugin = scopes.get(scope(undefined, undefined, undefined));
      return plugin === undefined ? [] : [{ code, plugin }];
    });
  }
}

function scope(route: string | undefined, service: string | undefined, consumer: string | undefined): string {
  return `${route ?? ""}|${service ?? ""}|${consumer ?? ""}`;
}
