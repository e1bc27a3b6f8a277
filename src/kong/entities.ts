import type { JsonObject } from "../base/json.ts";

/**
 * Kong's entities as they stand in a declarative configuration (Kong 3.x, `_format_version` 3.0). Names and shapes are Kong's; an unset field is absent, never
 * null. Times are in ms unless said.
 */

export interface Service {
  readonly id?: string;
  readonly name: string;
  readonly protocol?: string;
  readonly host: string;
  readonly port?: number;
  readonly path?: string;
  readonly connect_timeout?: number;
  readonly read_timeout?: number;
  readonly write_timeout?: number;
  readonly retries?: number;
  readonly enabled?: boolean;
  readonly tls_verify?: boolean;
  readonly tls_verify_depth?: number;
  /** The id of a certificate, plain. */
  readonly client_certificate?: string;
  readonly ca_certificates?: readonly string[];
  readonly tags?: readonly string[];
  readonly routes?: readonly Route[];
  readonly plugins?: readonly Plugin[];
}

export interface Endpoint {
  readonly ip?: string;
  readonly port?: number;
}

export interface Route {
  readonly id?: string;
  readonly name: string;
  readonly protocols?: readonly string[];
  readonly methods?: readonly string[];
  readonly hosts?: readonly string[];
  readonly paths?: readonly string[];
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly snis?: readonly string[];
  readonly sources?: readonly Endpoint[];
  readonly destinations?: readonly Endpoint[];
  readonly regex_priority?: number;
  readonly strip_path?: boolean;
  readonly preserve_host?: boolean;
  readonly path_handling?: string;
  readonly https_redirect_status_code?: number;
  readonly request_buffering?: boolean;
  readonly response_buffering?: boolean;
  /** Flavour `expressions` only, in the place of the matching fields above. */
  readonly expression?: string;
  /** 0 to 2^46: exact as a number. */
  readonly priority?: number;
  readonly tags?: readonly string[];
  readonly plugins?: readonly Plugin[];
}

export interface Target {
  /** `host:port`, IPv6 in brackets. */
  readonly target: string;
  readonly weight?: number;
  readonly tags?: readonly string[];
}

export interface Upstream {
  readonly name: string;
  readonly algorithm?: string;
  readonly slots?: number;
  readonly host_header?: string;
  readonly hash_on?: string;
  readonly hash_on_header?: string;
  readonly hash_on_cookie?: string;
  readonly hash_on_cookie_path?: string;
  readonly hash_on_query_arg?: string;
  readonly hash_on_uri_capture?: string;
  readonly hash_fallback?: string;
  readonly hash_fallback_header?: string;
  readonly hash_fallback_query_arg?: string;
  readonly hash_fallback_uri_capture?: string;
  readonly sticky_sessions_cookie?: string;
  readonly sticky_sessions_cookie_path?: string;
  readonly healthchecks?: JsonObject;
  readonly tags?: readonly string[];
  readonly targets?: readonly Target[];
}

export interface Plugin {
  readonly id?: string;
  readonly name: string;
  readonly instance_name?: string;
  readonly enabled?: boolean;
  readonly protocols?: readonly string[];
  readonly run_on?: string;
  readonly ordering?: JsonObject;
  readonly config?: JsonObject;
  /** Names of the entities it is bound to; nested plugins have none. */
  readonly service?: string;
  readonly route?: string;
  readonly consumer?: string;
  readonly consumer_group?: string;
  readonly tags?: readonly string[];
}

export interface Consumer {
  readonly id?: string;
  readonly username?: string;
  readonly custom_id?: string;
  readonly tags?: readonly string[];
  readonly keyauth_credentials?: readonly JsonObject[];
  readonly basicauth_credentials?: readonly JsonObject[];
  readonly hmacauth_credentials?: readonly JsonObject[];
  readonly jwt_secrets?: readonly JsonObject[];
  readonly oauth2_credentials?: readonly JsonObject[];
  readonly acls?: readonly JsonObject[];
  readonly mtls_auth_credentials?: readonly JsonObject[];
}

export interface ConsumerGroup {
  readonly id?: string;
  readonly name: string;
  readonly tags?: readonly string[];
}

export interface Certificate {
  readonly id?: string;
  readonly cert: string;
  readonly key: string;
  readonly tags?: readonly string[];
  readonly snis?: readonly Sni[];
}

export interface Sni {
  readonly name: string;
  readonly certificate?: { readonly id: string };
}

export interface CaCertificate {
  readonly id: string;
  readonly cert: string;
  readonly tags?: readonly string[];
}

export interface Vault {
  readonly id?: string;
  readonly name: string;
  readonly prefix: string;
  readonly description?: string;
  readonly config?: JsonObject;
  readonly tags?: readonly string[];
}

export interface License {
  readonly id?: string;
  readonly payload: string;
}

export type RouterFlavor = "traditional" | "traditional_compatible" | "expressions";
