import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { parseYaml } from "../../base/yaml.ts";
import { tooDeep } from "../../base/yaml-values.ts";
import { Secret } from "../../resources/core/secret.ts";
import { refOf } from "../../resources/kind.ts";
import type { KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import type { KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import type { View } from "../input.ts";
import { secretText } from "../secret.ts";
import { addAt } from "./json-patch.ts";

/** A key of a Secret, as plugin objects name it. */
interface SecretKey {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

type Outcome<T> = { readonly value: T } | { readonly problem: Problem };

/** The configuration of a plugin object, with what it takes from Secrets (spec: kong-crds §2). */
export function pluginConfig(plugin: KongPluginObject | KongClusterPluginObject, view: View): Outcome<JsonObject> {
  const patched = patchedConfig(plugin, view);
  const from = plugin.configFrom?.secretKeyRef;
  if ("problem" in patched || from === undefined) return patched;
  if (Object.keys(patched.value).length > 0) {
    const message =
      "config and configFrom are both set, and it cannot be said which one counts; take one of them away (configPatches puts single values from Secrets into config)";
    return problem(refOf(plugin), "plugin-config-twice", "configFrom", message);
  }
  const key = secretKey(plugin, from);
  const text = readKey(plugin, key, "configFrom.secretKeyRef", view);
  if ("problem" in text) return text;
  const config = parseConfig(text.value);
  if (config !== undefined) return { value: config };
  // The text itself is a Secret's: it is not quoted.
  const message = `what is under the key "${key.key}" of Secret ${key.namespace}/${key.name} is no object in JSON or YAML; write the plugin's configuration there`;
  return problem(refOf(plugin), "plugin-config-unreadable", "configFrom.secretKeyRef.key", message);
}

function patchedConfig(plugin: KongPluginObject | KongClusterPluginObject, view: View): Outcome<JsonObject> {
  let config: Json = plugin.config ?? {};
  for (const [at, patch] of (plugin.configPatches ?? []).entries()) {
    const path = `configPatches[${at}]`;
    const key = secretKey(plugin, patch.valueFrom.secretKeyRef);
    const text = readKey(plugin, key, `${path}.valueFrom.secretKeyRef`, view);
    if ("problem" in text) return text;
    const value = parseJson(text.value);
    if (value === undefined) {
      const message = `what is under the key "${key.key}" of Secret ${key.namespace}/${key.name} is no JSON; a text has to stand in double quotes there`;
      return problem(refOf(plugin), "plugin-config-unreadable", `${path}.valueFrom.secretKeyRef.key`, message);
    }
    const added = addAt(config, patch.path, value);
    if ("failure" in added) {
      return problem(refOf(plugin), "plugin-patch-path", `${path}.path`, `the path "${patch.path}" ${added.failure}`);
    }
    config = added.document;
  }
  if (isJsonObject(config)) return { value: config as JsonObject };
  const message =
    "with its patches the configuration is no object any more; a patch with an empty path has to hold the whole configuration";
  return problem(refOf(plugin), "plugin-patch-path", "configPatches", message);
}

/** The Secret is in the plugin's own namespace, or, for the cluster-wide kind, in the one it names. */
function secretKey(
  plugin: KongPluginObject | KongClusterPluginObject,
  ref: { readonly name: string; readonly key: string; readonly namespace?: string },
): SecretKey {
  return { namespace: ref.namespace ?? plugin.metadata.namespace ?? "", name: ref.name, key: ref.key };
}

function readKey(
  plugin: KongPluginObject | KongClusterPluginObject,
  { namespace, name, key }: SecretKey,
  path: string,
  view: View,
): Outcome<string> {
  const secret = view.get(Secret, namespace, name);
  if (secret === undefined) {
    const message = `the Secret ${namespace}/${name} does not exist; create it with the key "${key}"`;
    return problem(refOf(plugin), "secret-missing", `${path}.name`, message);
  }
  const text = secretText(secret, key);
  if (text !== undefined) return { value: text };
  const message = `the Secret ${namespace}/${name} has no key "${key}"; add it, or name another one`;
  return problem(refOf(plugin), "secret-key-missing", `${path}.key`, message);
}

function parseConfig(text: string): JsonObject | undefined {
  const [document] = parseYaml(text, { duplicates: "last" });
  if (document === undefined) return {};
  if (document.error !== undefined) return undefined;
  return isJsonObject(document.value) ? (document.value as JsonObject) : undefined;
}

function parseJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return tooDeep(value, 0) ? undefined : value;
  } catch {
    // The parser's message would quote the Secret.
    return undefined;
  }
}

function problem(object: ObjectRef, code: string, path: string, message: string): { readonly problem: Problem } {
  return { problem: { code, severity: "error", object, path, message } };
}
