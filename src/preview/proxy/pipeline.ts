import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { messageOf } from "../../base/log.ts";
import type { Settings } from "../options.ts";
import type { PluginAnswer, PluginTools, ResponseDraft } from "../plugins/plugin.ts";
import type { ActivePlugin } from "../runtime/plugin-index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Agents } from "./agents.ts";
import { RequestBody } from "./body.ts";
import { addCharset } from "./charset.ts";
import { ownError, SERVER_ERRORS, serverError } from "./error-answer.ts";
import { type Exchange, newExchange } from "./exchange.ts";
import { addForwarded, passedHeaders } from "./forwarded-headers.ts";
import { HeaderList } from "./header-list.ts";
import { parseRequest } from "./parse-request.ts";
import { redirectToTls } from "./redirect.ts";
import { respondFrom, respondWith } from "./respond.ts";
import { sendUpstream } from "./send-upstream.ts";
import { passUpgrade } from "./upgrade.ts";
import { escapePath, toBytes, upstreamPath, upstreamPathV1 } from "./uri.ts";

export interface PipelineTools {
  readonly settings: Settings;
  readonly agents: Agents;
  readonly runtime: () => Runtime;
  readonly counters: PluginTools["counters"];
  readonly serial: Exchange["serial"];
}

export interface Arrival {
  readonly scheme: "http" | "https";
  readonly port: number;
  readonly sni: string;
  /** The bare connection of a request that asks for an upgrade, and what was read behind it. */
  readonly upgrade?: { readonly socket: Socket; readonly head: Buffer };
}

/** Serves one request from its head to the end of its answer. Rejects only when the configuration cannot be made ready for traffic. */
export async function serve(
  tools: PipelineTools,
  message: IncomingMessage,
  res: ServerResponse,
  arrival: Arrival,
): Promise<void> {
  const { settings } = tools;
  const started = settings.clock.monotonic();
  const runtime = tools.runtime();
  const requestId = settings.newId().replaceAll("-", "");
  const latency = (): string => String(Math.max(0, Math.round(settings.clock.monotonic() - started)));
  let exchange: Exchange | undefined;
  let plugins: readonly ActivePlugin[] = runtime.plugins.globals();

  /** Answers by itself, in the form the client asks for. */
  const answer = (given: PluginAnswer): void => {
    const accept = exchange?.request.headers.get("accept");
    const written = given.error === undefined ? undefined : ownError(given.error, accept, requestId);
    const headers = ownHeaders(latency(), requestId);
    if (written !== undefined) headers.set("Content-Type", written.type);
    else if (given.json !== undefined) headers.set("Content-Type", "application/json; charset=utf-8");
    for (const [name, value] of Object.entries(given.headers ?? {})) headers.set(name, value);
    if (given.exactType !== true) addCharset(headers);
    const body = written?.body ?? (given.json === undefined ? (given.body ?? "") : JSON.stringify(given.json));
    respondWith(res, exchange, draftOf(given.status, headers), body, plugins);
  };
  /** Answers as the web server before Kong's code would. */
  const fail = (status: number): void => {
    const given = HeaderList.fromRaw(message.rawHeaders);
    const text = SERVER_ERRORS[status] ?? SERVER_ERRORS[500]!;
    const written = serverError(text, given.get("accept"), given.get("content-type"), requestId);
    const headers = ownHeaders(latency(), requestId);
    headers.set("Content-Type", written.type);
    if (status === 400) headers.set("Connection", "close");
    respondWith(res, exchange, draftOf(status, headers), written.body, plugins);
  };
  const ownHeaders = (ms: string, id: string): HeaderList =>
    new HeaderList([
      ["Server", `silverback-preview/${settings.version}`],
      ["X-Kong-Response-Latency", ms],
      ["X-Kong-Request-Id", id],
    ]);

  try {
    const request = parseRequest(message, arrival);
    if ("status" in request) return fail(request.status);
    exchange = newExchange(request, new RequestBody(message), passedHeaders(request), {
      requestId,
      newId: settings.newId,
      now: () => settings.clock.now(),
      serial: tools.serial,
    });
    if (!route(exchange, runtime)) return answer({ status: 404, error: "no Route matched with those values" });
    const redirect = redirectToTls(request, exchange.route!);
    if (redirect !== undefined) return answer(redirect);
    plugins = [];
    const refused = await runAccess(exchange, runtime, tools, (active) => {
      plugins = active;
    });
    if (refused !== undefined) return answer(refused);
    if (exchange.service === undefined) return answer({ status: 503, error: "no Service found with those values" });
    addForwarded(exchange.upstream.headers, request, {
      prefix: strippedPrefix(exchange),
      requestId,
      via: `silverback-preview/${settings.version}`,
    });
    const proxyLatency = latency();
    const gone = new AbortController();
    res.on("close", () => {
      if (!res.writableFinished) gone.abort();
    });
    const sent = await sendUpstream(exchange, exchange.service, { ...tools, runtime, signal: gone.signal });
    if (gone.signal.aborted) return;
    if (sent.kind === "failed") return fail(sent.status);
    if (sent.kind === "refused") return answer({ status: sent.status, error: sent.message });
    if (sent.kind === "upgrade") return passUpgrade(arrival.upgrade, sent);
    const total = Number(latency());
    try {
      await respondFrom(
        res,
        exchange,
        sent.message,
        proxied(settings, requestId, total, Number(proxyLatency)),
        plugins,
      );
    } finally {
      sent.done();
      sent.message.destroy();
    }
  } catch (error) {
    settings.log.debug("A request was not served to its end", { target: message.url, error: messageOf(error) });
    if (!res.headersSent && !res.destroyed) fail(500);
    else res.destroy();
  } finally {
    settings.observe({
      method: message.method ?? "",
      scheme: arrival.scheme,
      host: exchange?.request.hostHeader ?? message.headers.host ?? "",
      target: message.url ?? "",
      status: res.headersSent ? res.statusCode : 0,
      route: exchange?.route?.name ?? exchange?.route?.id,
      service: exchange?.service?.name ?? exchange?.service?.id,
      consumer: exchange?.consumer?.username ?? exchange?.consumer?.id,
      ms: settings.clock.monotonic() - started,
    });
  }
}

function draftOf(status: number, headers: HeaderList): ResponseDraft {
  return { status, headers, fromUpstream: false };
}

function proxied(settings: Settings, requestId: string, total: number, before: number): readonly [string, string][] {
  return [
    ["X-Kong-Upstream-Latency", String(Math.max(0, total - before))],
    ["X-Kong-Proxy-Latency", String(before)],
    ["Via", `1.1 silverback-preview/${settings.version}`],
    ["X-Kong-Request-Id", requestId],
  ];
}

/** Finds the route and works out where the request goes; false when there is none. */
function route(exchange: Exchange, runtime: Runtime): boolean {
  const found = runtime.router.find(exchange.request);
  if (found === undefined) return false;
  exchange.route = found.route;
  exchange.prefix = found.prefix;
  exchange.captures = found.captures;
  const service = found.route.service == null ? undefined : runtime.services.get(found.route.service.id);
  exchange.service = service;
  const strip = found.route.strip_path;
  const join = runtime.flavor === "traditional" && found.route.path_handling === "v1" ? upstreamPathV1 : upstreamPath;
  const prefix = strip ? found.prefix : undefined;
  exchange.upstream.path = escapePath(join(toBytes(service?.path ?? "/"), exchange.request.path, prefix, strip));
  return true;
}

/** What `X-Forwarded-Prefix` says: the stripped part of the path, unless that is only the root. */
function strippedPrefix(exchange: Exchange): string | undefined {
  const { route: matched, prefix } = exchange;
  if (matched?.strip_path !== true || prefix === undefined || prefix === "/" || prefix === "") return undefined;
  return prefix;
}

/** Runs the plugins in order until one answers; those behind it still see the answer. Each is chosen when its turn comes, since the consumer may be known by then. */
async function runAccess(
  exchange: Exchange,
  runtime: Runtime,
  tools: PipelineTools,
  collected: (active: readonly ActivePlugin[]) => void,
): Promise<PluginAnswer | undefined> {
  const active: ActivePlugin[] = [];
  let answer: PluginAnswer | undefined;
  for (const code of runtime.plugins.codes) {
    const plugin = runtime.plugins.configOf(code, exchange.route?.id, exchange.service?.id, exchange.consumer?.id);
    if (plugin === undefined) continue;
    active.push({ code, plugin });
    collected(active);
    if (answer === undefined)
      answer = await code.access?.(exchange, plugin, {
        credentials: runtime.credentials,
        consumer: runtime.consumer,
        counters: tools.counters,
      });
  }
  return answer;
}
