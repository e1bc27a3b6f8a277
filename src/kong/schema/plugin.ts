import type { EntityCheck, EntitySchema, Field, Fields, RecordType } from "./field.ts";
import { boolean, entity, foreign, record, recordType, string } from "./notation.ts";
import { httpProtocols, id, noConsumer, noRoute, noService, protocols, tags, timestamp, utf8Name } from "./typedefs.ts";

/** What a plugin says of itself besides its configuration. */
export interface PluginParts {
  /** `http` where it runs for those protocols only. */
  readonly protocols?: "http" | Field;
  /** What it cannot be bound to. */
  readonly never?: readonly ("consumer" | "service" | "route")[];
  readonly checks?: readonly EntityCheck[];
}

const NEVER = { consumer: noConsumer, service: noService, route: noRoute };

/** The part of a plugin's schema that is its own. */
export function plugin(config: Field, parts: PluginParts = {}): RecordType {
  const fields: Record<string, Field> = {};
  for (const name of parts.never ?? []) fields[name] = NEVER[name];
  fields["protocols"] = parts.protocols === "http" ? httpProtocols : (parts.protocols ?? protocols);
  fields["config"] = config;
  return recordType(fields, parts.checks === undefined ? {} : { checks: parts.checks });
}

/** A configuration: Kong makes one where none is given. */
export const config = (fields: Fields, options: Parameters<typeof record>[1] = {}) =>
  record(fields, { required: true, ...options });

const binding = (reference: string) => foreign(reference, { default: null, onDelete: "cascade" });

/** Plugins of these names; any other is not enabled. */
export function pluginsOf(byName: ReadonlyMap<string, RecordType>): EntitySchema {
  return entity(
    "plugins",
    {
      id,
      name: string({ required: true }),
      instance_name: utf8Name(),
      created_at: timestamp,
      updated_at: timestamp,
      route: binding("routes"),
      service: binding("services"),
      consumer: binding("consumers"),
      config: record({}, { abstract: true }),
      protocols,
      enabled: boolean({ required: true, default: true }),
      tags,
    },
    {
      endpointKey: "instance_name",
      cacheKey: ["name", "route", "service", "consumer"],
      subschemas: {
        key: "name",
        byName,
        unknown: (name) => `plugin '${name}' not enabled; add it to the 'plugins' configuration property`,
      },
    },
  );
}
