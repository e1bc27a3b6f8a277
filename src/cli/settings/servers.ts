import type { ListenAddress } from "../flags/names.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import type { FlagValues } from "../flags/table.ts";
import type { TextSource } from "./admin.ts";

/** Where the controller listens, and for what. */
export interface ServerOptions {
  readonly health: ListenAddress;
  readonly metrics: { readonly listen: ListenAddress; readonly access: "off" | "rbac" } | undefined;
  readonly diagnostics: DiagnosticsOptions | undefined;
  readonly admission: AdmissionOptions | undefined;
}

export interface DiagnosticsOptions {
  readonly listen: ListenAddress;
  readonly profiling: boolean;
  readonly dumps: "none" | "redacted" | "whole";
}

export interface AdmissionOptions {
  readonly listen: ListenAddress;
  readonly certificate: TextSource;
  readonly key: TextSource;
}

/** What the flags say about servers. */
export function serverOptions({ values }: ParsedFlags): ServerOptions {
  const metrics = values["metrics-bind-address"];
  return {
    health: values["health-probe-bind-address"],
    metrics: metrics === undefined ? undefined : { listen: metrics, access: values["metrics-access-filter"] },
    diagnostics: diagnostics(values),
    admission: admission(values),
  };
}

function diagnostics(values: FlagValues): DiagnosticsOptions | undefined {
  const { profiling, "dump-config": dump, "dump-sensitive-config": whole } = values;
  if (!profiling && !dump) return undefined;
  const listen = { host: "", port: values["diagnostic-server-port"] };
  return { listen, profiling, dumps: !dump ? "none" : whole ? "whole" : "redacted" };
}

/** Where a certificate is mounted when no flag says so. */
const MOUNTED = "/admission-webhook/tls";

function admission(values: FlagValues): AdmissionOptions | undefined {
  const listen = values["admission-webhook-listen"];
  if (listen === undefined) return undefined;
  const given = (text: string, file: string, mounted: string): TextSource =>
    text !== "" ? { text } : { file: file || mounted };
  return {
    listen,
    certificate: given(values["admission-webhook-cert"], values["admission-webhook-cert-file"], `${MOUNTED}.crt`),
    key: given(values["admission-webhook-key"], values["admission-webhook-key-file"], `${MOUNTED}.key`),
  };
}
