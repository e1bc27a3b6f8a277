import type { EntityCheck, Fields } from "../field.ts";
import { boolean, conditional, integer, mutuallyRequired, number, record, string } from "../notation.ts";

const text = (options: { readonly referenceable?: true; readonly encrypted?: true } = {}) =>
  string({ required: false, ...options });
const secret = text({ referenceable: true, encrypted: true });
const known = text({ referenceable: true });

const auth = record(
  {
    header_name: known,
    header_value: secret,
    param_name: known,
    param_value: secret,
    param_location: string({ required: false, oneOf: ["query", "body"] }),
    gcp_use_service_account: boolean({ required: false, default: false }),
    gcp_service_account_json: known,
    aws_access_key_id: secret,
    aws_secret_access_key: secret,
    allow_override: boolean({ required: false, default: false }),
  },
  { required: false },
);

const options = record(
  {
    max_tokens: integer({ required: false }),
    input_cost: number({ required: false, gt: 0 }),
    output_cost: number({ required: false, gt: 0 }),
    temperature: number({ required: false, between: [0, 5] }),
    top_p: number({ required: false, between: [0, 1] }),
    top_k: integer({ required: false, between: [0, 500] }),
    anthropic_version: text(),
    azure_instance: text(),
    azure_api_version: string({ required: false, default: "2023-05-15" }),
    azure_deployment_id: text(),
    llama2_format: string({ required: false, oneOf: ["raw", "openai", "ollama"] }),
    mistral_format: string({ required: false, oneOf: ["openai", "ollama"] }),
    upstream_url: text(),
    upstream_path: text(),
    gemini: record(
      { api_endpoint: text(), project_id: text(), location_id: text() },
      { required: false, checks: [mutuallyRequired("api_endpoint", "project_id", "location_id")] },
    ),
    bedrock: record({ aws_region: text() }, { required: false }),
    huggingface: record(
      { use_cache: boolean({ required: false }), wait_for_model: boolean({ required: false }) },
      { required: false },
    ),
  },
  { required: false },
);

/** What a model is asked, and how it is reached. */
export const llmFields: Fields = {
  route_type: string({ required: true, oneOf: ["llm/v1/chat", "llm/v1/completions", "preserve"] }),
  auth,
  model: record(
    {
      provider: string({
        required: true,
        oneOf: ["openai", "azure", "anthropic", "cohere", "mistral", "llama2", "gemini", "bedrock", "huggingface"],
      }),
      name: text(),
      options,
    },
    { required: true },
  ),
  logging: record(
    {
      log_statistics: boolean({ required: true, default: false }),
      log_payloads: boolean({ required: true, default: false }),
    },
    { required: true },
  ),
};

function providerNeeds(provider: string, option: string, who = `${provider} provider`): EntityCheck {
  return {
    kind: "conditional_at_least_one_of",
    ifField: "model.provider",
    ifMatch: { oneOf: [provider] },
    thenFields: [`model.options.${option}`],
    thenErr: `must set %s for ${who}`,
  };
}

export const llmChecks: readonly EntityCheck[] = [
  conditional(
    "model.provider",
    { oneOf: ["bedrock", "gemini"] },
    "auth.allow_override",
    { eq: false },
    "bedrock and gemini only support auth.allow_override = false",
  ),
  mutuallyRequired("auth.header_name", "auth.header_value"),
  mutuallyRequired("auth.param_name", "auth.param_value", "auth.param_location"),
  providerNeeds("llama2", "llama2_format"),
  providerNeeds("mistral", "mistral_format"),
  providerNeeds("anthropic", "anthropic_version"),
  providerNeeds("azure", "azure_instance"),
  providerNeeds("azure", "azure_api_version"),
  providerNeeds("azure", "azure_deployment_id"),
  providerNeeds("llama2", "upstream_url", "self-hosted providers/models"),
  // Which provider can log and stream what is known to a Kong only.
  { kind: "custom_entity_check", fields: ["route_type", "model", "logging"], check: () => undefined },
];
