import type { Json, JsonObject } from "../../base/json.ts";
import { array, boolean, conditional, entity, foreign, integer, string } from "./notation.ts";
import { host, id, path, port, protocol, tags, timestamp, utf8Name } from "./typedefs.ts";
import { splitUrl } from "./urls.ts";

const timeout = integer({ default: 60_000, between: [1, 2 ** 31 - 2] });
const notTls = { notOneOf: ["https", "tls"] };
const unset = { eq: null };

export const services = entity(
  "services",
  {
    id,
    created_at: timestamp,
    updated_at: timestamp,
    name: utf8Name(),
    retries: integer({ default: 5, between: [0, 32767] }),
    protocol: protocol({ required: true, default: "http" }),
    host: host({ required: true }),
    port: port({ required: true, default: 80 }),
    path: path(),
    connect_timeout: timeout,
    write_timeout: timeout,
    read_timeout: timeout,
    tags,
    client_certificate: foreign("certificates"),
    tls_verify: boolean(),
    tls_verify_depth: integer({ default: null, between: [0, 64] }),
    ca_certificates: array(string({ uuid: true })),
    enabled: boolean({ required: true, default: true }),
  },
  {
    endpointKey: "name",
    shorthands: { url: { field: string(), expand: expandUrl } },
    checks: [
      conditional("protocol", { oneOf: ["tcp", "tls", "udp", "grpc", "grpcs"] }, "path", unset),
      conditional("protocol", notTls, "client_certificate", unset),
      conditional("protocol", notTls, "tls_verify", unset),
      conditional("protocol", notTls, "tls_verify_depth", unset),
      conditional("protocol", notTls, "ca_certificates", unset),
    ],
  },
);

/** `url` stands for protocol, host, port and path; a query is dropped. */
function expandUrl(value: Json): JsonObject {
  if (typeof value !== "string") return {};
  const { scheme, host: name, port: number, path: rest } = splitUrl(value);
  const usual = scheme === "https" ? 443 : 80;
  return {
    protocol: scheme ?? null,
    host: name ?? null,
    port: number === undefined ? usual : Number(number),
    path: rest ?? null,
  };
}
