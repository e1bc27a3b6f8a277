import type { Entity } from "../entity-set.ts";
import { refId } from "../entity-set.ts";
import type { Exchange } from "../proxy/exchange.ts";
import type { ConsumerEntity } from "../runtime/types.ts";
import type { PluginAnswer, PluginTools } from "./plugin.ts";

/** Says who asks: to later plugins, and to the upstream. Kong's headers that a client forged are gone after it. */
export function authenticated(
  exchange: Exchange,
  consumer: ConsumerEntity,
  credential: { readonly id: string; readonly identifier: string } | undefined,
): void {
  exchange.consumer = consumer;
  exchange.credentialId = credential?.id;
  const { headers } = exchange.upstream;
  put("X-Consumer-ID", consumer.id);
  put("X-Consumer-Custom-ID", consumer.custom_id);
  put("X-Consumer-Username", consumer.username);
  put("X-Credential-Identifier", credential?.identifier);
  put("X-Anonymous-Consumer", credential === undefined ? "true" : undefined);

  function put(name: string, value: string | null | undefined): void {
    if (value == null) headers.remove(name);
    else headers.set(name, value);
  }
}

/** The consumer of a credential. */
export function consumerOf(credential: Entity, tools: PluginTools): ConsumerEntity | undefined {
  const id = refId(credential, "consumer");
  return id === undefined ? undefined : tools.consumer(id);
}

/** Runs an authentication: when it fails and an anonymous consumer is named, the request goes on as that one's. With one, a client that another plugin knows already is let through. */
export function withAnonymous(
  exchange: Exchange,
  tools: PluginTools,
  anonymous: unknown,
  authenticate: () => PluginAnswer | undefined,
): PluginAnswer | undefined {
  const named = typeof anonymous === "string" && anonymous !== "";
  if (named && exchange.consumer !== undefined && exchange.credentialId !== undefined) return undefined;
  const refused = authenticate();
  if (refused === undefined || !named) return refused;
  const consumer = tools.consumer(anonymous);
  if (consumer === undefined) return { status: 500, error: "An unexpected error occurred" };
  authenticated(exchange, consumer, undefined);
  return undefined;
}
