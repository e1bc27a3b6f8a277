import { isJsonObject, type JsonObject, own } from "../../../base/json.ts";
import { boolean, integer, mutuallyRequired, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { host, port, url } from "../typedefs.ts";
import { splitUrl } from "../urls.ts";

export const awsLambda = plugin(
  config({
    timeout: number({ required: true, default: 60000 }),
    keepalive: number({ required: true, default: 60000 }),
    aws_key: string({ referenceable: true, encrypted: true }),
    aws_secret: string({ referenceable: true, encrypted: true }),
    aws_assume_role_arn: string({ referenceable: true, encrypted: true }),
    aws_role_session_name: string({ default: "kong" }),
    aws_sts_endpoint_url: url(),
    aws_region: host(),
    function_name: string({ required: false }),
    qualifier: string(),
    invocation_type: string({
      required: true,
      default: "RequestResponse",
      oneOf: ["RequestResponse", "Event", "DryRun"],
    }),
    log_type: string({ required: true, default: "Tail", oneOf: ["Tail", "None"] }),
    host: host(),
    port: port({ default: 443 }),
    disable_https: boolean({ default: false }),
    unhandled_status: integer({ between: [100, 999] }),
    forward_request_method: boolean({ default: false }),
    forward_request_uri: boolean({ default: false }),
    forward_request_headers: boolean({ default: false }),
    forward_request_body: boolean({ default: false }),
    is_proxy_integration: boolean({ default: false }),
    awsgateway_compatible: boolean({ default: false }),
    proxy_url: url(),
    skip_large_bodies: boolean({ default: true }),
    base64_encode_body: boolean({ default: true }),
    aws_imds_protocol_version: string({ required: true, default: "v1", oneOf: ["v1", "v2"] }),
    empty_arrays_mode: string({ required: true, default: "legacy", oneOf: ["legacy", "correct"] }),
  }),
  {
    protocols: "http",
    checks: [
      mutuallyRequired("config.aws_key", "config.aws_secret"),
      { kind: "custom_entity_check", fields: ["config.proxy_url"], check: checkProxyUrl },
    ],
  },
);

function checkProxyUrl(plugin: JsonObject): string | undefined {
  const given = own(plugin, "config");
  const url = isJsonObject(given) ? own(given as JsonObject, "proxy_url") : undefined;
  if (typeof url !== "string" || splitUrl(url).scheme === "http") return undefined;
  return "proxy_url scheme must be http";
}
