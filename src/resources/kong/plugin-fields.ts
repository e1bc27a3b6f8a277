import type { TProperties } from "typebox";
import { waitingConditions } from "../condition.ts";
import type { PrinterColumn } from "../crd-kind.ts";
import { AGE, PROGRAMMED } from "../crd-kind.ts";
import { flag, freeFormObject, list, map, optional, record, rules, text, word } from "../schema.ts";

const PROTOCOLS = ["http", "https", "grpc", "grpcs", "tcp", "tls", "udp"] as const;

/** One key of a Secret; in the plugin's own namespace. */
export const LocalSecretKey = record(
  {
    name: text({ description: "Name of the Secret." }),
    key: text({ description: "Key inside the Secret." }),
  },
  { description: "One key of a Secret in the same namespace." },
);

/** One key of a Secret of any namespace. */
export const RemoteSecretKey = record(
  {
    name: text({ description: "Name of the Secret." }),
    key: text({ description: "Key inside the Secret." }),
    namespace: text({ description: "Namespace of the Secret." }),
  },
  { description: "One key of a Secret." },
);

const phases = () => map(list(text()), { description: "Names of plugins, by phase." });

const status = record({ conditions: optional(waitingConditions) }, { description: "Written by nobody at present." });

/** The fields that KongPlugin and KongClusterPlugin share. */
export const commonPluginFields = {
  plugin: text({ description: "Name of the plugin in Kong, such as `key-auth`. Cannot be changed later." }),
  config: optional(freeFormObject({ description: "The plugin's configuration. Not together with `configFrom`." })),
  disabled: optional(flag({ description: "Leaves the plugin configured but switched off." })),
  instance_name: optional(text({ description: "A name of one's own for this use of the plugin." })),
  ordering: optional(
    record(
      { before: optional(phases()), after: optional(phases()) },
      { description: "Runs the plugin before or after others (Kong Enterprise)." },
    ),
  ),
  protocols: optional(list(word(PROTOCOLS), { description: "Runs only on requests of these protocols." })),
  run_on: optional(
    word(["first", "second", "all"], { description: "From old versions of Kong; has no effect, and is not sent." }),
  ),
  consumerRef: optional(text({ description: "From old versions; has no effect." })),
  status: optional(status),
} as const satisfies TProperties;

/** Where the whole configuration is read from. */
export function configSource<Key extends typeof LocalSecretKey | typeof RemoteSecretKey>(secretKey: Key) {
  return record(
    { secretKeyRef: secretKey },
    { description: "Reads the whole configuration, as JSON or YAML, from a Secret." },
  );
}

/** Single values that are read from Secrets. */
export function configPatches<Key extends typeof LocalSecretKey | typeof RemoteSecretKey>(secretKey: Key) {
  return list(
    record({
      path: text({ description: "Where in the configuration the value goes, as a JSON pointer." }),
      valueFrom: record(
        { secretKeyRef: secretKey },
        { description: "Where the value, which is JSON text, comes from." },
      ),
    }),
    { description: "Puts values from Secrets into `config`. Not together with `configFrom`." },
  );
}

export const PLUGIN_RULES = rules(
  {
    rule: "!has(self.config) || !has(self.configFrom)",
    message: "Using both config and configFrom fields is not allowed.",
  },
  {
    rule: "!has(self.configFrom) || !has(self.configPatches)",
    message: "Using both configFrom and configPatches fields is not allowed.",
  },
  { rule: "self.plugin == oldSelf.plugin", message: "The plugin field is immutable" },
);

export const PLUGIN_COLUMNS: readonly PrinterColumn[] = [
  { name: "Plugin-Type", type: "string", jsonPath: ".plugin" },
  AGE,
  { name: "Disabled", type: "boolean", jsonPath: ".disabled", priority: 1 },
  { name: "Config", type: "string", jsonPath: ".config", priority: 1 },
  PROGRAMMED,
];
