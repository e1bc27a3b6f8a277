import { array, atLeastOneOf, number, set, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { ipOrCidr } from "../typedefs.ts";

export const ipRestriction = plugin(
  config({
    allow: array(ipOrCidr),
    deny: array(ipOrCidr),
    status: number({ required: false }),
    message: string({ required: false }),
  }),
  {
    protocols: set(string({ oneOf: ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"] }), {
      required: true,
      default: ["http", "https", "tcp", "tls", "grpc", "grpcs"],
    }),
    checks: [atLeastOneOf("config.allow", "config.deny")],
  },
);
