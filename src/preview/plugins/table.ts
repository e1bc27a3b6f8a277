import { BUNDLED_PLUGINS } from "../admin/bundled-plugins.ts";
import { acl } from "./acl.ts";
import { basicAuth } from "./basic-auth.ts";
import { botDetection } from "./bot-detection.ts";
import { correlationId } from "./correlation-id.ts";
import { cors } from "./cors.ts";
import { hmacAuth } from "./hmac-auth.ts";
import { ipRestriction } from "./ip-restriction.ts";
import { jwt } from "./jwt.ts";
import { keyAuth } from "./key-auth.ts";
import type { PluginCode } from "./plugin.ts";
import { rateLimiting } from "./rate-limiting.ts";
import { redirect } from "./redirect.ts";
import { requestSizeLimiting } from "./request-size-limiting.ts";
import { requestTermination } from "./request-termination.ts";
import { requestTransformer } from "./request-transformer.ts";
import { responseTransformer } from "./response-transformer.ts";

const ALL: readonly PluginCode[] = [
  acl,
  basicAuth,
  botDetection,
  correlationId,
  cors,
  hmacAuth,
  ipRestriction,
  jwt,
  keyAuth,
  rateLimiting,
  redirect,
  requestSizeLimiting,
  requestTermination,
  requestTransformer,
  responseTransformer,
];

/** The plugins that run here, in the order in which they run. */
export const PLUGINS: readonly PluginCode[] = [...ALL].sort(
  (a, b) => (BUNDLED_PLUGINS[b.name] ?? 0) - (BUNDLED_PLUGINS[a.name] ?? 0),
);

const NAMES = new Set(PLUGINS.map(({ name }) => name));

/** True for plugins that do something here; the other bundled ones are only checked. */
export function isRun(name: string): boolean {
  return NAMES.has(name);
}
