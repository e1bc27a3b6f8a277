import type { Exchange } from "../proxy/exchange.ts";
import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly header_name?: string;
  readonly generator?: string;
  readonly echo_downstream?: boolean;
}

const NOTE = "correlation-id";

/** https://developer.konghq.com/plugins/correlation-id/ */
export const correlationId: PluginCode = {
  name: "correlation-id",
  access(exchange, plugin) {
    const config = plugin.config as Config;
    const name = config.header_name ?? "Kong-Request-ID";
    const given = exchange.request.headers.get(name);
    const id = given === undefined || given.trim() === "" ? generate(exchange, config.generator) : given;
    if (given !== id) exchange.upstream.headers.set(name, id);
    exchange.notes.set(NOTE, id);
    return undefined;
  },
  headerFilter(exchange, draft, plugin) {
    const config = plugin.config as Config;
    if (config.echo_downstream !== true) return;
    const name = config.header_name ?? "Kong-Request-ID";
    const kept = exchange.notes.get(NOTE) ?? exchange.request.headers.get(name);
    draft.headers.set(name, typeof kept === "string" ? kept : generate(exchange, config.generator));
  },
};

function generate(exchange: Exchange, generator: string | undefined): string {
  if (generator === "uuid") return exchange.newId();
  const { nodeId, number } = exchange.serial();
  if (generator !== "tracker") return `${nodeId}#${number}`;
  const { socket } = exchange.request.message;
  const address = `${socket.localAddress ?? "127.0.0.1"}-${exchange.request.port}`;
  return `${address}-${process.pid}-${number}-1-${(exchange.now() / 1000).toFixed(3)}`;
}
