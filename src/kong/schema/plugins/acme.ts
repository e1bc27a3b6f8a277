import { isJsonObject, type JsonObject, own } from "../../../base/json.ts";
import { boolean, conditional, integer, moved, number, record, requiredIf, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { host, port, routeHosts, url } from "../typedefs.ts";
import { redis } from "./redis.ts";

export const acme = plugin(
  config({
    account_email: string({ required: true, match: "%w*%p*@+%w*%.?%w*", referenceable: true, encrypted: true }),
    account_key: record({ key_id: string({ required: true }), key_set: string() }, { required: false }),
    api_uri: url({ default: "https://acme-v02.api.letsencrypt.org/directory" }),
    tos_accepted: boolean({ default: false }),
    eab_kid: string({ referenceable: true, encrypted: true }),
    eab_hmac_key: string({ referenceable: true, encrypted: true }),
    cert_type: string({ default: "rsa", oneOf: ["rsa", "ecc"] }),
    rsa_key_size: number({ default: 4096, oneOf: [2048, 3072, 4096] }),
    renew_threshold_days: number({ default: 14 }),
    domains: routeHosts,
    allow_any_domain: boolean({ default: false }),
    fail_backoff_minutes: number({ default: 5 }),
    storage: string({ default: "shm", oneOf: ["kong", "shm", "redis", "consul", "vault"] }),
    storage_config: record(
      {
        shm: record({ shm_name: string({ default: "kong" }) }, { required: true }),
        kong: record({}, { required: true }),
        redis: redis(
          {
            extra_options: record(
              {
                namespace: string({ required: true, default: "", lenMin: 0 }),
                scan_count: number({ required: false, default: 10 }),
              },
              { required: true },
            ),
          },
          {
            shorthands: {
              auth: moved(string({ lenMin: 0 }), "password"),
              ssl_server_name: moved(string(), "server_name"),
              namespace: moved(string({ lenMin: 0 }), "extra_options", "namespace"),
              scan_count: moved(integer(), "extra_options", "scan_count"),
            },
          },
        ),
        consul: record(
          {
            https: boolean({ default: false }),
            host: host(),
            port: port(),
            kv_path: string(),
            timeout: number(),
            token: string({ referenceable: true }),
          },
          { required: true },
        ),
        vault: record(
          {
            https: boolean({ default: false }),
            host: host(),
            port: port(),
            kv_path: string(),
            timeout: number(),
            token: string({ referenceable: true }),
            tls_verify: boolean({ default: true }),
            tls_server_name: string(),
            auth_method: string({ default: "token", oneOf: ["token", "kubernetes"] }),
            auth_path: string(),
            auth_role: string(),
            jwt_path: string(),
          },
          { required: true },
        ),
      },
      { required: true },
    ),
    preferred_chain: string(),
    enable_ipv4_common_name: boolean({ default: true }),
  }),
  {
    protocols: "http",
    never: ["consumer", "service", "route"],
    checks: [
      conditional(
        "config.api_uri",
        { oneOf: ["https://acme-v02.api.letsencrypt.org", "https://acme-staging-v02.api.letsencrypt.org"] },
        "config.tos_accepted",
        { eq: true },
        "terms of service must be accepted, see https://letsencrypt.org/repository/",
      ),
      requiredIf("config.storage", "redis", "config.storage_config.redis.host"),
      requiredIf("config.storage", "redis", "config.storage_config.redis.port"),
      { kind: "custom_entity_check", fields: ["config.storage"], check: checkStorage },
    ],
  },
);

/** Kong's own storage needs a database, and documents go to gateways that have none. */
function checkStorage(plugin: JsonObject): string | undefined {
  const given = own(plugin, "config");
  if (!isJsonObject(given) || own(given as JsonObject, "storage") !== "kong") return undefined;
  return '"kong" storage cannot be used without a database';
}
