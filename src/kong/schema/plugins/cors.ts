import { array, boolean, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { checkAsteriskOrRegex } from "../texts.ts";

const METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

export const cors = plugin(
  config({
    origins: array(string({ check: checkAsteriskOrRegex })),
    headers: array(string()),
    exposed_headers: array(string()),
    methods: array(string({ oneOf: METHODS }), { default: METHODS }),
    max_age: number(),
    credentials: boolean({ required: true, default: false }),
    private_network: boolean({ required: true, default: false }),
    preflight_continue: boolean({ required: true, default: false }),
  }),
  { protocols: "http", never: ["consumer"] },
);
