import type { Field, Shorthand } from "../field.ts";
import { boolean, number, set, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

const HEADERS = ["id", "audience", "subject", "timeout", "idling-timeout", "rolling-timeout", "absolute-timeout"];
const former = (field: Field, name: string): Shorthand => ({ field, expand: (value) => ({ [name]: value }) });

export const session = plugin(
  config(
    {
      // Kong draws one when it starts.
      secret: string({
        required: false,
        auto: true,
        referenceable: true,
        encrypted: true,
      }),
      storage: string({ default: "cookie", oneOf: ["cookie", "kong"] }),
      audience: string({ default: "default" }),
      idling_timeout: number({ default: 900 }),
      rolling_timeout: number({ default: 3600 }),
      absolute_timeout: number({ default: 86400 }),
      stale_ttl: number({ default: 10 }),
      cookie_name: string({ default: "session" }),
      cookie_path: string({ default: "/" }),
      cookie_domain: string(),
      cookie_same_site: string({ default: "Strict", oneOf: ["Strict", "Lax", "None", "Default"] }),
      cookie_http_only: boolean({ default: true }),
      cookie_secure: boolean({ default: true }),
      remember: boolean({ default: false }),
      remember_cookie_name: string({ default: "remember" }),
      remember_rolling_timeout: number({ default: 604800 }),
      remember_absolute_timeout: number({ default: 2592000 }),
      response_headers: set(string({ oneOf: HEADERS })),
      request_headers: set(string({ oneOf: HEADERS })),
      read_body_for_logout: boolean({ default: false }),
      logout_methods: set(string({ oneOf: ["GET", "POST", "DELETE"] }), { default: ["POST", "DELETE"] }),
      logout_query_arg: string({ default: "session_logout" }),
      logout_post_arg: string({ default: "session_logout" }),
    },
    {
      shorthands: {
        cookie_lifetime: former(number(), "rolling_timeout"),
        cookie_idletime: former(number(), "idling_timeout"),
        cookie_renew: { field: number(), expand: () => ({}) },
        cookie_discard: former(number(), "stale_ttl"),
        cookie_samesite: {
          field: string(),
          expand: (value) => ({ cookie_same_site: value === "off" ? "Lax" : value }),
        },
        cookie_httponly: former(boolean(), "cookie_http_only"),
        cookie_persistent: former(boolean(), "remember"),
      },
    },
  ),
  { never: ["consumer"] },
);
