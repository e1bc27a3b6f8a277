import type { Entity } from "../entity-set.ts";

/** The fields of entities that traffic follows, as the checked configuration has them: null where nothing is set. */

interface Ref {
  readonly id: string;
}

export type ServiceEntity = Entity & {
  readonly name: string | null;
  readonly enabled: boolean;
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path?: string | null;
  readonly retries: number;
  readonly connect_timeout: number;
  readonly read_timeout: number;
  readonly write_timeout: number;
  readonly tls_verify?: boolean | null;
  readonly tls_verify_depth?: number | null;
  readonly ca_certificates?: readonly string[] | null;
  readonly client_certificate?: Ref | null;
};

export type RouteEntity = Entity & {
  readonly name?: string | null;
  readonly service?: Ref | null;
  readonly protocols: readonly string[];
  readonly methods?: readonly string[] | null;
  readonly hosts?: readonly string[] | null;
  readonly paths?: readonly string[] | null;
  readonly headers?: Readonly<Record<string, readonly string[]>> | null;
  readonly snis?: readonly string[] | null;
  readonly expression?: string | null;
  readonly priority?: number | null;
  readonly regex_priority?: number | null;
  readonly created_at?: number | null;
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly path_handling?: string | null;
  readonly https_redirect_status_code: number;
  readonly request_buffering?: boolean | null;
  readonly response_buffering?: boolean | null;
};

export type PluginEntity = Entity & {
  readonly name: string;
  readonly instance_name?: string | null;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly service?: Ref | null;
  readonly route?: Ref | null;
  readonly consumer?: Ref | null;
};

export type ConsumerEntity = Entity & {
  readonly username?: string | null;
  readonly custom_id?: string | null;
};

export type TargetEntity = Entity & {
  readonly target: string;
  readonly weight: number;
  readonly upstream: Ref;
};

export type UpstreamEntity = Entity & {
  readonly name: string;
  readonly algorithm: string;
  readonly slots: number;
  readonly host_header?: string | null;
  readonly hash_on: string;
  readonly hash_on_header?: string | null;
  readonly hash_on_cookie?: string | null;
  readonly hash_on_cookie_path?: string | null;
  readonly hash_on_query_arg?: string | null;
  readonly hash_on_uri_capture?: string | null;
  readonly hash_fallback: string;
  readonly hash_fallback_header?: string | null;
  readonly hash_fallback_query_arg?: string | null;
  readonly hash_fallback_uri_capture?: string | null;
  readonly client_certificate?: Ref | null;
  readonly healthchecks?: Readonly<Record<string, unknown>> | null;
};

export type CertificateEntity = Entity & {
  readonly cert: string;
  readonly key: string;
  readonly cert_alt?: string | null;
  readonly key_alt?: string | null;
};

export type SniEntity = Entity & {
  readonly name: string;
  readonly certificate: Ref;
};
