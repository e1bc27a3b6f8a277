import { type JsonObject, own } from "../../../base/json.ts";
import { array, boolean, number, requiredIf, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { ttl } from "../typedefs.ts";

const FLOWS = [
  "enable_authorization_code",
  "enable_implicit_grant",
  "enable_client_credentials",
  "enable_password_grant",
];

export const oauth2 = plugin(
  config(
    {
      scopes: array(string()),
      mandatory_scope: boolean({ required: true, default: false }),
      provision_key: string({ required: true, unique: true, auto: true, encrypted: true }),
      token_expiration: number({ required: true, default: 7200 }),
      enable_authorization_code: boolean({ required: true, default: false }),
      enable_implicit_grant: boolean({ required: true, default: false }),
      enable_client_credentials: boolean({ required: true, default: false }),
      enable_password_grant: boolean({ required: true, default: false }),
      hide_credentials: boolean({ required: true, default: false }),
      accept_http_if_already_terminated: boolean({ required: true, default: false }),
      anonymous: string(),
      global_credentials: boolean({ required: true, default: false }),
      auth_header_name: string({ default: "authorization" }),
      refresh_token_ttl: ttl({ required: true, default: 1_209_600 }),
      reuse_refresh_token: boolean({ required: true, default: false }),
      pkce: string({ required: false, default: "lax", oneOf: ["none", "lax", "strict"] }),
      realm: string({ required: false }),
    },
    { checks: [requiredIf("mandatory_scope", true, "scopes")], check: checkFlows },
  ),
  { protocols: "http", never: ["consumer"] },
);

function checkFlows(value: JsonObject): string | undefined {
  if (FLOWS.some((flow) => own(value, flow) === true)) return undefined;
  return `at least one of these fields must be true: ${FLOWS.join(", ")}`;
}
