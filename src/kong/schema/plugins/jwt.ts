import { boolean, conditional, number, set, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const jwt = plugin(
  config({
    uri_param_names: set(string(), { default: ["jwt"] }),
    cookie_names: set(string(), { default: [] }),
    key_claim_name: string({ default: "iss" }),
    secret_is_base64: boolean({ required: true, default: false }),
    claims_to_verify: set(string({ oneOf: ["exp", "nbf"] })),
    anonymous: string(),
    run_on_preflight: boolean({ required: true, default: true }),
    maximum_expiration: number({ default: 0, between: [0, 31536000] }),
    header_names: set(string(), { default: ["authorization"] }),
    realm: string({ required: false }),
  }),
  {
    protocols: "http",
    never: ["consumer"],
    checks: [conditional("config.maximum_expiration", { gt: 0 }, "config.claims_to_verify", { contains: "exp" })],
  },
);
