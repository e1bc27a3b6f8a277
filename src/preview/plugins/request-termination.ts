import { hostname } from "node:os";
import type { Exchange } from "../proxy/exchange.ts";
import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly status_code?: number;
  readonly message?: string | null;
  readonly content_type?: string | null;
  readonly body?: string | null;
  readonly echo?: boolean;
  readonly trigger?: string | null;
}

const MESSAGES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  404: "Not found",
  405: "Method not allowed",
  500: "An unexpected error occurred",
  502: "Bad Gateway",
  503: "Service unavailable",
};

/** https://developer.konghq.com/plugins/request-termination/ */
export const requestTermination: PluginCode = {
  name: "request-termination",
  async access(exchange, plugin) {
    const config = plugin.config as Config;
    const status = config.status_code ?? 503;
    if (config.trigger != null && !isTriggered(exchange, config.trigger)) return undefined;
    const message = config.message ?? MESSAGES[status];
    if (config.echo === true) return { status, json: await echoOf(exchange, message) };
    if (config.body != null) {
      const type = config.content_type ?? "application/json; charset=utf-8";
      return { status, body: config.body, headers: { "Content-Type": type } };
    }
    if (status === 204) return { status, body: "" };
    return message === undefined ? { status, body: "" } : { status, json: { message } };
  },
};

function isTriggered(exchange: Exchange, trigger: string): boolean {
  return exchange.request.headers.has(trigger) || new URLSearchParams(exchange.request.query ?? "").has(trigger);
}

async function echoOf(exchange: Exchange, message: string | undefined): Promise<unknown> {
  const { request, captures } = exchange;
  const body = await exchange.upstream.body.read();
  return {
    message,
    request: {
      scheme: request.scheme,
      host: request.host,
      port: request.port,
      headers: request.headers.toRecord(),
      query: Object.fromEntries(new URLSearchParams(request.query ?? "")),
      raw_body: body?.toString("utf8") ?? "",
      method: request.method,
      path: request.rawPath,
      uri_captures: { unnamed: captures.unnamed, named: captures.named },
    },
    matched_route: exchange.route,
    matched_service: exchange.service,
    kong: { node_id: "", worker_pid: process.pid, hostname: hostname() },
  };
}
