import type { RecordType } from "../field.ts";
import { acl } from "./acl.ts";
import { acme } from "./acme.ts";
import { aiPromptDecorator } from "./ai-prompt-decorator.ts";
import { aiPromptGuard } from "./ai-prompt-guard.ts";
import { aiPromptTemplate } from "./ai-prompt-template.ts";
import { aiProxy } from "./ai-proxy.ts";
import { aiRequestTransformer, aiResponseTransformer } from "./ai-transformer.ts";
import { awsLambda } from "./aws-lambda.ts";
import { azureFunctions } from "./azure-functions.ts";
import { basicAuth } from "./basic-auth.ts";
import { botDetection } from "./bot-detection.ts";
import { correlationId } from "./correlation-id.ts";
import { cors } from "./cors.ts";
import { datadog } from "./datadog.ts";
import { fileLog } from "./file-log.ts";
import { postFunction, preFunction } from "./functions.ts";
import { grpcGateway } from "./grpc-gateway.ts";
import { grpcWeb } from "./grpc-web.ts";
import { hmacAuth } from "./hmac-auth.ts";
import { httpLog } from "./http-log.ts";
import { ipRestriction } from "./ip-restriction.ts";
import { jwt } from "./jwt.ts";
import { keyAuth } from "./key-auth.ts";
import { ldapAuth } from "./ldap-auth.ts";
import { loggly } from "./loggly.ts";
import { oauth2 } from "./oauth2.ts";
import { opentelemetry } from "./opentelemetry.ts";
import { prometheus } from "./prometheus.ts";
import { proxyCache } from "./proxy-cache.ts";
import { rateLimiting } from "./rate-limiting.ts";
import { redirect } from "./redirect.ts";
import { requestSizeLimiting } from "./request-size-limiting.ts";
import { requestTermination } from "./request-termination.ts";
import { requestTransformer } from "./request-transformer.ts";
import { responseRatelimiting } from "./response-ratelimiting.ts";
import { responseTransformer } from "./response-transformer.ts";
import { session } from "./session.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { statsd } from "./statsd.ts";
import { syslog } from "./syslog.ts";
import { tcpLog } from "./tcp-log.ts";
import { udpLog } from "./udp-log.ts";
import { zipkin } from "./zipkin.ts";

/** Every plugin that comes with the open-source Kong 3.9, by name. */
export const bundledPlugins: ReadonlyMap<string, RecordType> = new Map([
  ["acl", acl],
  ["acme", acme],
  ["ai-prompt-decorator", aiPromptDecorator],
  ["ai-prompt-guard", aiPromptGuard],
  ["ai-prompt-template", aiPromptTemplate],
  ["ai-proxy", aiProxy],
  ["ai-request-transformer", aiRequestTransformer],
  ["ai-response-transformer", aiResponseTransformer],
  ["aws-lambda", awsLambda],
  ["azure-functions", azureFunctions],
  ["basic-auth", basicAuth],
  ["bot-detection", botDetection],
  ["correlation-id", correlationId],
  ["cors", cors],
  ["datadog", datadog],
  ["file-log", fileLog],
  ["grpc-gateway", grpcGateway],
  ["grpc-web", grpcWeb],
  ["hmac-auth", hmacAuth],
  ["http-log", httpLog],
  ["ip-restriction", ipRestriction],
  ["jwt", jwt],
  ["key-auth", keyAuth],
  ["ldap-auth", ldapAuth],
  ["loggly", loggly],
  ["oauth2", oauth2],
  ["opentelemetry", opentelemetry],
  ["post-function", postFunction],
  ["pre-function", preFunction],
  ["prometheus", prometheus],
  ["proxy-cache", proxyCache],
  ["rate-limiting", rateLimiting],
  ["redirect", redirect],
  ["request-size-limiting", requestSizeLimiting],
  ["request-termination", requestTermination],
  ["request-transformer", requestTransformer],
  ["response-ratelimiting", responseRatelimiting],
  ["response-transformer", responseTransformer],
  ["session", session],
  ["standard-webhooks", standardWebhooks],
  ["statsd", statsd],
  ["syslog", syslog],
  ["tcp-log", tcpLog],
  ["udp-log", udpLog],
  ["zipkin", zipkin],
]);
