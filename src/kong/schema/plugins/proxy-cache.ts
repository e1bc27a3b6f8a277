import { array, boolean, integer, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const proxyCache = plugin(
  config({
    response_code: array(integer({ between: [100, 900] }), { required: true, default: [200, 301, 404], lenMin: 1 }),
    request_method: array(string({ oneOf: ["HEAD", "GET", "POST", "PATCH", "PUT"] }), {
      required: true,
      default: ["GET", "HEAD"],
    }),
    content_type: array(string(), { required: true, default: ["text/plain", "application/json"] }),
    cache_ttl: integer({ default: 300, gt: 0 }),
    strategy: string({ required: true, oneOf: ["memory"] }),
    cache_control: boolean({ required: true, default: false }),
    ignore_uri_case: boolean({ required: false, default: false }),
    storage_ttl: integer(),
    memory: record({ dictionary_name: string({ required: true, default: "kong_db_cache" }) }, { required: true }),
    vary_query_params: array(string()),
    vary_headers: array(string()),
    response_headers: record(
      {
        age: boolean({ default: true }),
        "X-Cache-Status": boolean({ default: true }),
        "X-Cache-Key": boolean({ default: true }),
      },
      { required: true },
    ),
  }),
  // Whether the dictionary of shared memory is there only a Kong can say.
  { checks: [{ kind: "custom_entity_check", fields: ["config"], check: () => undefined }] },
);
