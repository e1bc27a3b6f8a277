import { hash } from "node:crypto";
import type { Exchange } from "../proxy/exchange.ts";
import { authenticated, consumerOf, withAnonymous } from "./authentication.ts";
import type { PluginAnswer, PluginCode } from "./plugin.ts";

interface Config {
  readonly hide_credentials?: boolean;
  readonly anonymous?: string | null;
  readonly realm?: string | null;
}

/** https://developer.konghq.com/plugins/basic-auth/ */
export const basicAuth: PluginCode = {
  name: "basic-auth",
  access(exchange, plugin, tools) {
    const config = plugin.config as Config;
    return withAnonymous(exchange, tools, config.anonymous, () => {
      const shown = credentialsOf(exchange, config.hide_credentials === true);
      const refused: PluginAnswer = {
        status: 401,
        error: "Unauthorized",
        headers: { "WWW-Authenticate": `Basic realm="${config.realm ?? "service"}"` },
      };
      if (shown === undefined) return refused;
      const credential = tools.credentials.find("basicauth_credentials", shown.username);
      const consumer = credential === undefined ? undefined : consumerOf(credential, tools);
      if (credential === undefined || consumer === undefined) return refused;
      if (credential["password"] !== passwordHash(shown.password, consumer.id)) return refused;
      authenticated(exchange, consumer, { id: credential.id, identifier: shown.username });
      return undefined;
    });
  },
};

/** How Kong keeps a password: hex SHA-1 of it and the consumer's id (facts: db-mode/README.md §5). */
export function passwordHash(password: string, consumerId: string): string {
  return hash("sha1", password + consumerId, "hex");
}

function credentialsOf(
  exchange: Exchange,
  hide: boolean,
): { readonly username: string; readonly password: string } | undefined {
  for (const name of ["proxy-authorization", "authorization"]) {
    const encoded = /^\s*basic\s+(\S+)/i.exec(exchange.request.headers.get(name) ?? "")?.[1];
    if (encoded === undefined) continue;
    if (hide) exchange.upstream.headers.remove(name);
    const text = Buffer.from(encoded, "base64").toString("utf8");
    const colon = text.indexOf(":");
    if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return undefined;
}
