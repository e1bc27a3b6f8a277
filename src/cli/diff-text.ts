import type { Json } from "../base/json.ts";
import { formatRef, type ObjectRef } from "../base/problem.ts";
import { entityType } from "../gateways/entities/entity-name.ts";
import type { EntityDifference } from "../gateways/live-differences.ts";
import { objectKey } from "../resources/kind.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** What would change on one gateway, without secrets. */
export interface GatewayDifferences {
  readonly url: string;
  readonly version: string;
  readonly database: boolean;
  readonly changes: readonly ShownDifference[];
}

export interface ShownDifference {
  readonly action: EntityDifference["action"];
  /** Kong's name of the type, such as `route`. */
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly objects: readonly ObjectRef[];
  readonly fields: readonly { readonly field: string; readonly before: Json; readonly after: Json }[];
}

const MASK = "[redacted]";

/** An entity's change as it may be shown: without values that Kong keeps as secrets, and without those of a plugin that takes any of its configuration from a Secret. */
export function withoutSecrets(change: EntityDifference, store: ObjectStore): ShownDifference {
  const { action, kind, name, id, origins, fields } = change;
  const hidden = kind === "plugins" && origins.some((origin) => readsSecrets(origin, store));
  return {
    action,
    type: entityType(kind),
    name,
    id,
    objects: origins,
    fields: fields.map(({ path, before, after, secret }) => {
      const mask = secret || (hidden && path[0] === "config");
      const show = (value: Json) => (mask && value !== null ? MASK : value);
      return { field: path.join("."), before: show(before), after: show(after) };
    }),
  };
}

function readsSecrets({ kind, namespace, name }: ObjectRef, store: ObjectStore): boolean {
  const object = store.byKey(objectKey(kind, namespace, name));
  return object !== undefined && ("configFrom" in object || "configPatches" in object);
}

const SIGN = { create: "+", update: "~", delete: "-" } as const;
/** ANSI: green, yellow, red. */
const COLOR = { create: 32, update: 33, delete: 31 } as const;
/** Longer values are cut. */
const LONGEST_VALUE = 200;
/** Names of objects stand below each other as long as the names of entities are not longer than this. */
const WIDEST_NAME = 60;

/** For people: a line for each entity, with the object behind it, and a line for each field that differs. */
export function asText(gateways: readonly GatewayDifferences[], inColor: boolean): string {
  return gateways.map((gateway) => gatewayText(gateway, inColor)).join("\n");
}

function gatewayText({ url, version, database, changes }: GatewayDifferences, inColor: boolean): string {
  const where = `${url} (Kong ${version}, ${database ? "with" : "without"} a database)`;
  if (changes.length === 0) return `${where}: nothing would change\n`;
  const width = Math.min(WIDEST_NAME, Math.max(...changes.map((change) => entityText(change).length)));
  const lines = changes.flatMap((change) => {
    const objects = change.objects.map(formatRef).join(", ");
    const line = `${SIGN[change.action]} ${entityText(change).padEnd(width)}  ${objects}`.trimEnd();
    const painted = inColor ? `\u001b[${COLOR[change.action]}m${line}\u001b[0m` : line;
    return [
      painted,
      ...change.fields.map((field) => `      ${field.field}: ${shown(field.before)} → ${shown(field.after)}`),
    ];
  });
  const count = (action: EntityDifference["action"]) => changes.filter((change) => change.action === action).length;
  const sum = `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete`;
  return [where, "", ...lines, "", sum, ""].join("\n");
}

function entityText({ type, name, id }: ShownDifference): string {
  return `${type} ${name || id}`;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
