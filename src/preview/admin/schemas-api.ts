import { check } from "../../kong/schema/check.ts";
import type { EntitySchema } from "../../kong/schema/field.ts";
import { printSchema } from "../../kong/schema/print.ts";
import { schemasOf, tagsSchema } from "../../kong/schema/schemas.ts";
import type { Settings } from "../options.ts";
import { type AdminRequest, type Answer, json } from "./answer.ts";
import type { Endpoint } from "./dispatch.ts";
import { entityBody } from "./entity-body.ts";
import { schemaViolation } from "./entity-errors.ts";

/** `/schemas/…` and `/plugins/schema/NAME`; undefined for other paths. */
export function schemaEndpoint(settings: Settings, segments: readonly string[]): Endpoint | undefined {
  const [first, second = "", third, ...more] = segments;
  if (more.length > 0) return undefined;
  const schemas = schemasOf(settings.flavor);
  if (first === "plugins" && second === "schema" && third !== undefined)
    return { GET: () => configShown(schemas.get("plugins"), third) };
  if (first !== "schemas" || second === "") return undefined;
  if (second === "plugins" || second === "vaults") {
    const kind = second === "plugins" ? "plugin" : "vault";
    if (third === "validate") return { POST: (request) => validated(schemas.get(second), second, request, settings) };
    if (third !== undefined) return { GET: () => shown(schemas.get(second), third, kind) };
  }
  if (third === "validate") return { POST: (request) => validated(schemas.get(second), second, request, settings) };
  if (third !== undefined) return undefined;
  const schema = second === "tags" ? tagsSchema : schemas.get(second);
  return { GET: () => (schema === undefined ? unknown("entity", second) : json(200, printSchema(schema))) };
}

function shown(schema: EntitySchema | undefined, name: string, kind: "plugin" | "vault"): Answer {
  const found = schema?.subschemas?.byName.get(name);
  return found === undefined ? unknown(kind, name) : json(200, printSchema(found));
}

/** The older path shows a plugin's configuration only. */
function configShown(schema: EntitySchema | undefined, name: string): Answer {
  const config = schema?.subschemas?.byName.get(name)?.fields.get("config")?.record;
  return config === undefined ? unknown("plugin", name) : json(200, printSchema(config));
}

function unknown(kind: string, name: string): Answer {
  return json(404, { message: `No ${kind} named '${name}'` });
}

function validated(schema: EntitySchema | undefined, name: string, request: AdminRequest, settings: Settings): Answer {
  if (schema === undefined) return unknown("entity", name);
  const body = entityBody(request, schema.fields);
  const wrong = check(schema, body, { flavor: settings.flavor, now: settings.clock.now(), foreign: "key" });
  return wrong === undefined ? json(200, { message: "schema validation successful" }) : schemaViolation(wrong);
}
