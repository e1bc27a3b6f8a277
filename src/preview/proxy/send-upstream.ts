import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import { hashValue } from "../balance/hash-value.ts";
import type { Peer } from "../balance/peer.ts";
import type { UpstreamBalancer } from "../balance/upstream-balancer.ts";
import type { Settings } from "../options.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServiceEntity } from "../runtime/types.ts";
import type { Agents } from "./agents.ts";
import { attempt } from "./attempt.ts";
import type { Exchange } from "./exchange.ts";
import { HeaderList } from "./header-list.ts";
import { resolveName } from "./resolve.ts";

export type Sent =
  | { readonly kind: "response"; readonly message: IncomingMessage; readonly done: () => void }
  | { readonly kind: "upgrade"; readonly message: IncomingMessage; readonly socket: Socket; readonly head: Buffer }
  /** An error in Kong's own words. */
  | { readonly kind: "refused"; readonly status: number; readonly message: string }
  /** One that its web server speaks. */
  | { readonly kind: "failed"; readonly status: 502 | 503 | 504 };

/** Methods that are not tried again once they were sent. */
const NOT_REPEATED = new Set(["POST", "LOCK", "PATCH"]);

/** A connection that was kept may turn out closed; this many of them are passed over without counting as tries. */
const MAX_STALE = 5;

export interface SendTools {
  readonly settings: Settings;
  readonly agents: Agents;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
}

/** Sends a request to its service: chooses targets, tries again where that is allowed, reports what became of it. */
export async function sendUpstream(exchange: Exchange, service: ServiceEntity, tools: SendTools): Promise<Sent> {
  const balancer = tools.runtime.balancers.get(service.host);
  const body = await exchange.upstream.body.read();
  const context = {
    hashValue: balancer === undefined ? "" : hashValue(exchange, balancer.upstream),
    failed: new Set<Peer>(),
  };
  const repeatable = !NOT_REPEATED.has(exchange.upstream.method);
  let stale = 0;
  for (let tries = 0; ; ) {
    const chosen = await choosePeer(service, balancer, context, tries);
    // Words of its own for the first try, the web server's for those after it.
    if (typeof chosen === "string")
      return tries === 0 ? { kind: "refused", status: 503, message: chosen } : { kind: "failed", status: 503 };
    const { peer, address } = chosen;
    const end = balancer?.begin(peer);
    const started = tools.settings.clock.monotonic();
    const finish = (): void => end?.(tools.settings.clock.monotonic() - started);
    const result = await attempt(attemptOptions(exchange, service, balancer, peer, address, body, tools));
    if (result.kind === "response") {
      balancer?.report(peer, { status: result.message.statusCode ?? 0 });
      return { ...result, done: finish };
    }
    finish();
    if (result.kind === "upgrade") return result;
    if (tools.signal.aborted) return { kind: "failed", status: 502 };
    if (result.stale && stale < MAX_STALE && repeatable && body !== undefined) {
      stale += 1;
      continue;
    }
    context.failed.add(peer);
    tries += 1;
    const again = tries <= service.retries && body !== undefined && (repeatable || !result.sent);
    // Kong reports a broken connection when it tries again; of the last one only the client's 502 counts (facts: routing.md, surprise 12).
    balancer?.report(peer, result.timeout ? "timeout" : again ? "tcp-failure" : { status: 502 });
    if (!again) return { kind: "failed", status: result.timeout ? 504 : 502 };
  }
}

interface Chosen {
  readonly peer: Peer;
  readonly address: string;
}

/** A peer and one of its addresses; a string says why there is none. Targets whose names mean nothing are passed over. */
async function choosePeer(
  service: ServiceEntity,
  balancer: UpstreamBalancer | undefined,
  context: { readonly hashValue: string; readonly failed: ReadonlySet<Peer> },
  tries: number,
): Promise<Chosen | string> {
  if (balancer === undefined) {
    const addresses = await resolveName(service.host);
    const address = addresses[tries % Math.max(1, addresses.length)];
    const peer: Peer = { host: service.host, port: service.port, weight: 100 };
    return address === undefined ? "name resolution failed" : { peer, address };
  }
  for (let left = balancer.peers.length; left > 0; left--) {
    const peer = balancer.pick(context);
    if (peer === undefined) break;
    const [address] = await resolveName(peer.host);
    if (address !== undefined) return { peer, address };
  }
  return "failure to get a peer from the ring-balancer";
}

function attemptOptions(
  exchange: Exchange,
  service: ServiceEntity,
  balancer: UpstreamBalancer | undefined,
  peer: Peer,
  address: string,
  body: Buffer | undefined,
  tools: SendTools,
): Parameters<typeof attempt>[0] {
  const { upstream, request, route } = exchange;
  const scheme = service.protocol === "https" || service.protocol === "grpcs" ? "https" : "http";
  const usual = scheme === "https" ? 443 : 80;
  const named = balancer?.upstream.host_header ?? peer.host;
  const bracketed = isIP(named) === 6 ? `[${named}]` : named;
  const ownHost = peer.port === usual ? bracketed : `${bracketed}:${peer.port}`;
  const host = upstream.host ?? (route?.preserve_host === true ? request.hostHeader : ownHost);
  const certificate = service.client_certificate ?? balancer?.upstream.client_certificate;
  const pair = certificate == null ? undefined : tools.runtime.certificates.pair(certificate.id);
  const authorities = (service.ca_certificates ?? []).flatMap((id) => tools.runtime.certificates.authority(id) ?? []);
  return {
    scheme,
    address,
    port: peer.port,
    method: upstream.method,
    path: upstream.query === undefined ? upstream.path : `${upstream.path}?${upstream.query}`,
    headers: rawHeaders(exchange, host, body),
    body: body ?? upstream.body.stream(),
    connectTimeout: service.connect_timeout,
    readTimeout: service.read_timeout,
    tls: {
      serverName: serverName(host),
      verify: service.tls_verify === true,
      ca: authorities.length > 0 ? authorities : undefined,
      cert: pair?.cert,
      key: pair?.key,
    },
    agent: scheme === "https" ? tools.agents.https : tools.agents.http,
    clock: tools.settings.clock,
    signal: tools.signal,
  };
}

/** The name to ask for in TLS: an address is none. */
function serverName(host: string): string {
  const name = host.replace(/:\d+$/, "");
  return isIP(name.replace(/^\[|\]$/g, "")) === 0 ? name : "";
}

function rawHeaders(exchange: Exchange, host: string, body: Buffer | undefined): string[] {
  const headers = new HeaderList([["Host", host], ...exchange.upstream.headers.lines()]);
  if (!headers.has("connection")) headers.set("Connection", "keep-alive");
  // Node sends no such header without trailers, and there are none.
  headers.remove("Trailer");
  if (body === undefined) headers.set("Transfer-Encoding", "chunked");
  else if (body.length > 0 || exchange.request.headers.has("content-length"))
    headers.set("Content-Length", String(body.length));
  return headers.toRaw();
}
