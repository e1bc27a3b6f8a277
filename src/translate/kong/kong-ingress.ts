import type { JsonObject } from "../../base/json.ts";
import type { Upstream } from "../../kong/entities.ts";
import type { KongIngressUpstream } from "../../resources/kong/kong-ingress.ts";

/** The fields of a Kong upstream that a KongIngress sets: they bear Kong's names (spec: kong-crds §6). */
export function kongIngressFields(upstream: KongIngressUpstream): Partial<Upstream> {
  const { healthchecks, ...rest } = upstream;
  return {
    ...(Object.fromEntries(
      FIELDS.flatMap((field) => (rest[field] === undefined ? [] : [[field, rest[field]]])),
    ) as Partial<Upstream>),
    ...(healthchecks === undefined ? {} : { healthchecks: healthchecks as JsonObject }),
  };
}

const FIELDS = [
  "host_header",
  "algorithm",
  "slots",
  "hash_on",
  "hash_on_header",
  "hash_on_cookie",
  "hash_on_cookie_path",
  "hash_on_query_arg",
  "hash_on_uri_capture",
  "hash_fallback",
  "hash_fallback_header",
  "hash_fallback_query_arg",
  "hash_fallback_uri_capture",
] as const satisfies readonly (keyof KongIngressUpstream)[];
