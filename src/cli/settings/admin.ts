import type { RetryPolicy } from "../../base/backoff.ts";
import type { NamespacedName } from "../flags/names.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import type { FlagValues } from "../flags/table.ts";
import { retryPolicy } from "./retry.ts";

/** A text that is given, or the file that holds it: read by whoever needs it, and again when it changes. */
export type TextSource = { readonly text: string } | { readonly file: string };

/** How the Admin APIs of the gateways are found and spoken to. */
export interface AdminOptions {
  readonly target:
    | { readonly kind: "urls"; readonly urls: readonly string[] }
    | { readonly kind: "discovery"; readonly discovery: DiscoveryOptions };
  readonly tls: AdminTls;
  /** Sent with every request; of equal names the later one counts. Values are secret. */
  readonly headers: readonly AdminHeader[];
  /** The RBAC token, exact to the last byte; undefined when there is none or a header takes its place. */
  readonly token: TextSource | undefined;
  /** "" for the default one. */
  readonly workspace: string;
  readonly retry: RetryPolicy;
}

export interface AdminHeader {
  readonly name: string;
  readonly value: string;
}

export interface AdminTls {
  readonly verify: boolean;
  /** The name to ask for and to verify; undefined: the URL's host. */
  readonly serverName: string | undefined;
  /** PEM; undefined: the authorities that the system trusts. */
  readonly ca: TextSource | undefined;
  readonly client: { readonly certificate: TextSource; readonly key: TextSource } | undefined;
}

export interface DiscoveryOptions {
  readonly service: NamespacedName;
  readonly portNames: readonly string[];
  /** Between two questions whether a gateway is ready, ms. */
  readonly checkInterval: number;
  /** For one such question, ms; less than the interval. */
  readonly checkTimeout: number;
}

/** What the Admin API flags say. */
export function adminOptions(flags: ParsedFlags): AdminOptions {
  const { values } = flags;
  const service = values["kong-admin-svc"];
  const token = textSource(values["kong-admin-token"], values["kong-admin-token-file"]);
  return {
    target:
      service === undefined
        ? { kind: "urls", urls: values["kong-admin-url"] }
        : {
            kind: "discovery",
            discovery: {
              service,
              portNames: values["kong-admin-svc-port-names"],
              checkInterval: values["gateway-discovery-readiness-check-interval"],
              checkTimeout: values["gateway-discovery-readiness-check-timeout"],
            },
          },
    tls: adminTls(values),
    headers: adminHeaders(values["kong-admin-header"]),
    token: values["kong-admin-header"].some((item) => item.startsWith("Kong-Admin-Token:")) ? undefined : token,
    workspace: values["kong-workspace"],
    retry: retryPolicy(flags),
  };
}

/** `name:value` at the first colon, nothing trimmed; what has no colon is no header. */
export function adminHeaders(items: readonly string[]): readonly AdminHeader[] {
  return items.flatMap((item) => {
    const colon = item.indexOf(":");
    return colon < 0 ? [] : [{ name: item.slice(0, colon), value: item.slice(colon + 1) }];
  });
}

function adminTls(values: FlagValues): AdminTls {
  const certificate = textSource(values["kong-admin-tls-client-cert"], values["kong-admin-tls-client-cert-file"]);
  const key = textSource(values["kong-admin-tls-client-key"], values["kong-admin-tls-client-key-file"]);
  return {
    verify: !values["kong-admin-tls-skip-verify"],
    serverName: values["kong-admin-tls-server-name"] || undefined,
    ca: textSource(values["kong-admin-ca-cert"], values["kong-admin-ca-cert-file"]),
    client: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
  };
}

function textSource(text: string, file: string): TextSource | undefined {
  return text !== "" ? { text } : file !== "" ? { file } : undefined;
}
