import { unescape as decode } from "node:querystring";
import { createLog, type Log, type LogSink } from "../base/log.ts";
import type { SecretValues } from "../base/redact.ts";
import type { ParsedFlags } from "./flags/parse.ts";
import { FLAG_NAMES, flagOf } from "./flags/table.ts";
import { adminHeaders } from "./settings/admin.ts";

/** The log of a command, as its flags want it: no line of it holds a value that `secrets` knows. */
export function commandLog({ values }: ParsedFlags, sink: LogSink, now: () => number, secrets: SecretValues): Log {
  return createLog({
    level: values["log-level"],
    format: values["log-format"],
    sink,
    now,
    redact: (text) => secrets.redact(text),
  });
}

/** Remembers the secrets that were given as flags or variables. */
export function rememberSecrets({ values }: ParsedFlags, secrets: SecretValues): void {
  for (const name of FLAG_NAMES) {
    const value = values[name];
    if (flagOf(name).secret === true && typeof value === "string") secrets.add(value);
  }
  for (const { value } of adminHeaders(values["kong-admin-header"])) secrets.add(value);
  for (const url of values["kong-admin-url"]) secrets.add(decode(new URL(url).password));
}
