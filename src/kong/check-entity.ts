import { type JsonObject, own } from "../base/json.ts";
import type { RouterFlavor } from "./entities.ts";
import { adoptCodeChecks } from "./schema/adopt.ts";
import { check } from "./schema/check.ts";
import type { EntitySchema, RecordType } from "./schema/field.ts";
import { childrenOf } from "./schema/relations.ts";
import { schemasOf } from "./schema/schemas.ts";
import { stripDefaults } from "./schema/strip.ts";
import { type FlatViolation, flatten } from "./schema/violation.ts";

/** What is known of the gateway that an entity is meant for. */
export interface Target {
  readonly flavor: RouterFlavor;
  /** `3.9.1`. */
  readonly version: string;
  readonly enterprise?: boolean;
  /** The plugins that the gateway has, if it told them; else those that come with Kong. */
  readonly plugins?: ReadonlySet<string>;
  /** Schemas of plugins that the gateway showed (see `readSchema`): they win over ours, which only add what no schema shows. */
  readonly pluginSchemas?: ReadonlyMap<string, RecordType>;
  /** Wall-clock time in ms since 1970. */
  readonly now: number;
}

const ENTERPRISE = new Set(["consumer_groups", "consumer_group_consumers", "licenses", "mtls_auth_credentials"]);

/** What a gateway of another version or edition may know although our tables, of the open-source 3.9, do not. */
const MAY_BE_NEW =
  /^(unknown field|unknown type: |expected one of: |plugin '.*' not enabled|vault '.*' is not installed)/s;

/**
 * What a gateway would say against one entity, for itself: entities inside of it, references to others and uniqueness are not looked at. `section` is Kong's
 * plural of its kind. About 10 µs, more where there is a certificate or a regular expression that was not seen before.
 */
export function checkEntity(section: string, entity: object, target: Target): readonly FlatViolation[] {
  if (section === "targets" && isPlainTarget(entity)) return [];
  const ours = isOurs(target);
  const schema = schemasOf(target.flavor).get(section);
  if (schema === undefined) return ours ? unknownSection(section) : [];
  const own = withoutChildren(section, entity as JsonObject);
  const options = { flavor: target.flavor, now: target.now, foreign: "any" } as const;
  const found = section === "plugins" ? checkPlugin(schema, own, target) : check(schema, own, options);
  if (found === undefined) return [];
  const lines = flatten(found);
  return ours ? lines : lines.filter(({ message }) => !MAY_BE_NEW.test(message));
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** Ports from 60000 on are left to the rules. */
const PLAIN_TARGET = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}:[1-5]?\\d{1,4}$`);

/** Nearly all targets are an IPv4 address with a port and nothing else, and there are more of them than of everything else together. */
function isPlainTarget(entity: object): boolean {
  const { target } = entity as { readonly target?: unknown };
  return typeof target === "string" && PLAIN_TARGET.test(target) && Object.keys(entity).length === 1;
}

/** An entity without what every Kong from 3.4 on fills in by itself; plugins keep their whole configuration, whose defaults change from version to version. */
export function stripEntity<T extends object>(section: string, entity: T, flavor: RouterFlavor): T {
  const schema = schemasOf(flavor).get(section);
  if (schema === undefined || (section === "targets" && isPlainTarget(entity))) return entity;
  return stripDefaults(
    section === "plugins" ? pluginFrame(schema) : schema,
    entity as unknown as JsonObject,
  ) as unknown as T;
}

/** True where our tables are the gateway's own. */
function isOurs(target: Target): boolean {
  return target.enterprise !== true && /^3\.9(\.|$)/.test(target.version);
}

function unknownSection(section: string): readonly FlatViolation[] {
  const message = ENTERPRISE.has(section)
    ? "this kind of entity needs Kong Gateway Enterprise"
    : `this Kong has no kind of entity named '${section}'`;
  return [{ type: "entity", message }];
}

function withoutChildren(section: string, entity: JsonObject): JsonObject {
  const children = childrenOf(section);
  if (!Object.keys(entity).some((key) => children.has(key))) return entity;
  return Object.fromEntries(Object.entries(entity).filter(([key]) => !children.has(key)));
}

function checkPlugin(schema: EntitySchema, plugin: JsonObject, target: Target) {
  const options = { flavor: target.flavor, now: target.now, foreign: "any" } as const;
  const name = own(plugin, "name");
  if (typeof name !== "string") return check(schema, plugin, options);
  const live = target.pluginSchemas?.get(name);
  if (live !== undefined) return check(withPlugin(schema, name, live), plugin, options);
  const enabled = target.plugins?.has(name);
  if (enabled === false)
    return check({ ...schema, subschemas: { ...schema.subschemas!, byName: new Map() } }, plugin, options);
  // A plugin that the gateway has and we do not know: only its frame can be checked.
  if (enabled === true && !schema.subschemas!.byName.has(name)) {
    const { config: _, ...frame } = plugin;
    return check(pluginFrame(schema), frame, options);
  }
  return check(schema, plugin, options);
}

const withLive = new WeakMap<RecordType, EntitySchema>();

function withPlugin(schema: EntitySchema, name: string, live: RecordType): EntitySchema {
  let merged = withLive.get(live);
  if (merged === undefined) {
    const ours = schema.subschemas!.byName.get(name);
    const whole = ours === undefined ? live : adoptCodeChecks(live, ours);
    merged = { ...schema, subschemas: { ...schema.subschemas!, byName: new Map([[name, whole]]) } };
    withLive.set(live, merged);
  }
  return merged;
}

const frames = new WeakMap<EntitySchema, EntitySchema>();

/** The fields that all plugins share. */
function pluginFrame(schema: EntitySchema): EntitySchema {
  let frame = frames.get(schema);
  if (frame === undefined) {
    const { subschemas: _, ...rest } = schema;
    frame = rest;
    frames.set(schema, frame);
  }
  return frame;
}
