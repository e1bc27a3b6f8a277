import { array, boolean, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { headerName } from "../typedefs.ts";

export const keyAuth = plugin(
  config({
    key_names: array(headerName(), { required: true, default: ["apikey"] }),
    hide_credentials: boolean({ required: true, default: false }),
    anonymous: string(),
    key_in_header: boolean({ required: true, default: true }),
    key_in_query: boolean({ required: true, default: true }),
    key_in_body: boolean({ required: true, default: false }),
    run_on_preflight: boolean({ required: true, default: true }),
    realm: string({ required: false }),
  }),
  { protocols: "http", never: ["consumer"] },
);
