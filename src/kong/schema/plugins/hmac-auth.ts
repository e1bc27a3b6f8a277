import { array, boolean, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const hmacAuth = plugin(
  config({
    hide_credentials: boolean({ required: true, default: false }),
    clock_skew: number({ default: 300, gt: 0 }),
    anonymous: string(),
    validate_request_body: boolean({ required: true, default: false }),
    enforce_headers: array(string(), { default: [] }),
    algorithms: array(string({ oneOf: ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"] }), {
      default: ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"],
    }),
    realm: string({ required: false }),
  }),
  { protocols: "http", never: ["consumer"] },
);
