import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import type { ServedRequest } from "../../src/preview/options.ts";
import { selfSigned } from "../../src/preview/tls/self-signed.ts";
import { type BackEnds, startBackEnds } from "./back-ends.ts";
import { differences, stable } from "./compare.ts";
import { type RecordedExchange, type RecordedGroup, type RecordedRequest, withPlaces } from "./facts.ts";
import { type RawResponse, sendRaw } from "./raw-client.ts";

/** How one recorded answer compares. */
export interface Result {
  readonly group: string;
  /** From 1; 0 for a configuration that was to be refused. */
  readonly number: number;
  /** What was asked, for people. */
  readonly about: string;
  readonly differences: readonly string[];
}

/** How many requests of one sort are under way at once, as when it was recorded. */
const CLIENTS = 8;

/** Plays the recorded requests to preview gateways, a new one for each group, and compares answer by answer. */
export async function replay(groups: readonly RecordedGroup[]): Promise<readonly Result[]> {
  const backEnds = await startBackEnds();
  try {
    const out: Result[] = [];
    for (const group of groups) out.push(...(await replayGroup(group, backEnds)));
    return out;
  } finally {
    await backEnds.close();
  }
}

async function replayGroup(group: RecordedGroup, backEnds: BackEnds): Promise<readonly Result[]> {
  const served: ServedRequest[] = [];
  const preview = await startPreview({ flavor: group.flavor, observe: (request) => served.push(request) });
  try {
    const ports = {
      PROXY_PORT: Number(new URL(preview.proxyUrl).port),
      PROXY_TLS_PORT: Number(new URL(preview.proxyTlsUrl).port),
    };
    const here = JSON.parse(
      JSON.stringify(group)
        .replace(/\b28000\b/g, String(ports.PROXY_PORT))
        .replace(/\b28443\b/g, String(ports.PROXY_TLS_PORT)),
    ) as RecordedGroup;
    const config = withPlaces(withCertificates(here.config), backEnds.places);
    const pushed = await fetch(`${preview.adminUrl}/config?flatten_errors=1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(config),
    });
    const answer = (await pushed.json()) as unknown;
    if (here.refused !== undefined) return [refusal(here, pushed.status, answer)];
    if (pushed.status !== 201) throw new Error(`group ${group.name} was not accepted: ${stable(answer)}`);
    const out: Result[] = [];
    for (const [i, exchange] of here.requests.entries()) {
      const found = await play(exchange, sharesRepeat(here, exchange), preview, backEnds, served, ports);
      out.push({ group: group.name, number: i + 1, about: aboutOf(exchange.request), differences: found });
    }
    return out;
  } finally {
    await preview.close();
  }
}

function refusal(group: RecordedGroup, status: number, body: unknown): Result {
  const wanted = stable(group.refused);
  const got = stable({ status, body });
  return {
    group: group.name,
    number: 0,
    about: "configuration",
    differences: wanted === got ? [] : [`recorded ${wanted}, here ${got}`],
  };
}

function aboutOf(request: RecordedRequest): string {
  const host = request.host === null ? "without Host" : request.host;
  return `${request.method} ${request.scheme}://${host}${request.path}${request.repeat === undefined ? "" : ` ×${request.repeat}`}`;
}

/** Gives each certificate a pair for the names in its snis. The recording's certificate for a name with a star was called `wild`. */
function withCertificates(config: unknown): unknown {
  const document = config as {
    readonly certificates?: readonly { readonly snis?: readonly { readonly name: string }[] }[];
  };
  if (document.certificates === undefined) return config;
  const certificates = document.certificates.map((certificate) => {
    const names = (certificate.snis ?? []).map(({ name }) => name);
    const common = names.map((name) => (name.startsWith("*.") ? `wild.${name.split(".").slice(-2).join(".")}` : name));
    return { ...certificate, ...selfSigned({ names: common, notBefore: 0, notAfter: Date.UTC(2049, 0) }) };
  });
  return { ...document, certificates };
}

/** Round-robin and hashing give the same shares each time; what depends on how fast answers come does not (facts: routing.md). */
function sharesRepeat(group: RecordedGroup, { request }: RecordedExchange): boolean {
  const { services = [], upstreams = [] } = group.config as {
    readonly services?: readonly {
      readonly host: string;
      readonly routes?: readonly { readonly paths?: readonly string[] }[];
    }[];
    readonly upstreams?: readonly { readonly name: string; readonly algorithm?: string }[];
  };
  const service = services.find(({ routes }) => routes?.some(({ paths }) => paths?.includes(request.path)));
  const algorithm = upstreams.find(({ name }) => name === service?.host)?.algorithm;
  return algorithm !== "least-connections" && algorithm !== "latency";
}

async function play(
  exchange: RecordedExchange,
  sharesAreExact: boolean,
  preview: Preview,
  backEnds: BackEnds,
  served: ServedRequest[],
  ports: Readonly<Record<string, number>>,
): Promise<readonly string[]> {
  const { request } = exchange;
  if (request.wait_ms_before !== undefined) await new Promise((resolve) => setTimeout(resolve, request.wait_ms_before));
  backEnds.take();
  served.length = 0;
  if (request.repeat !== undefined) return repeat(exchange, sharesAreExact, preview, backEnds);
  const answer = await send(request, preview);
  // The end of an answer reaches the client before it is noted.
  for (let i = 0; i < 50 && served.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 2));
  const placed = withPlaces(exchange, { ...placesBack(backEnds), ...ports }) as RecordedExchange;
  return differences(namedPorts(placed, exchange), {
    answer,
    route: served[0]?.route ?? null,
    echoed: backEnds.take(),
  });
}

function placesBack(backEnds: BackEnds): Readonly<Record<string, string | number>> {
  return backEnds.places;
}

/** Header values are text also where a port stands alone; the echo is known by its name. */
function namedPorts(placed: RecordedExchange, recorded: RecordedExchange): RecordedExchange {
  const upstream = placed.response.upstream;
  if (upstream == null) return placed;
  const headers = Object.fromEntries(Object.entries(upstream.headers ?? {}).map(([k, v]) => [k, String(v)]));
  const to = recorded.response.upstream?.to;
  return {
    ...placed,
    response: { ...placed.response, upstream: { ...upstream, headers, ...(to === undefined ? {} : { to }) } },
  };
}

async function repeat(
  exchange: RecordedExchange,
  sharesAreExact: boolean,
  preview: Preview,
  backEnds: BackEnds,
): Promise<readonly string[]> {
  const { request, response } = exchange;
  const statuses: Record<string, number> = {};
  const targets = new Map<string, Set<string>>();
  const distribution: Record<string, number> = {};
  const varied = Array.from({ length: request.repeat ?? 0 }, (_unused, n) => variant(request, n));
  // One at a time where each answer must be tied to its value.
  const clients = request.varies === undefined ? CLIENTS : 1;
  const queue = [...varied];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const answer = await send(next.request, preview);
      statuses[String(answer.status)] = (statuses[String(answer.status)] ?? 0) + 1;
      for (const { to } of backEnds.take()) {
        distribution[to] = (distribution[to] ?? 0) + 1;
        targets.set(next.value, (targets.get(next.value) ?? new Set()).add(to));
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  const out: string[] = [];
  if (stable(statuses) !== stable(response.status))
    out.push(`statuses: recorded ${stable(response.status)}, here ${stable(statuses)}`);
  const places = (shares: unknown) => stable(sharesAreExact ? shares : Object.keys(shares ?? {}).sort());
  if (places(distribution) !== places(response.distribution))
    out.push(`distribution: recorded ${stable(response.distribution)}, here ${stable(distribution)}`);
  if (response.values_always_on_one_target === true && [...targets.values()].some((set) => set.size > 1))
    out.push("a value went to several targets");
  return out;
}

function variant(request: RecordedRequest, n: number): { readonly request: RecordedRequest; readonly value: string } {
  const { varies = "" } = request;
  const value = String(n % 15);
  const header = /^header (\S+)/.exec(varies)?.[1];
  const path = /^path (\/\w+)\//.exec(varies)?.[1];
  const query = /^query (\w+)=/.exec(varies)?.[1];
  if (header !== undefined)
    return {
      value,
      request: { ...request, headers: { ...request.headers, [header]: (7919 * (n % 15)).toString(36) } },
    };
  if (path !== undefined) return { value, request: { ...request, path: `${path}/${value}` } };
  if (query !== undefined) return { value, request: { ...request, path: `${request.path}?${query}=${value}` } };
  return { value: "", request };
}

function send(request: RecordedRequest, preview: Preview): Promise<RawResponse> {
  const tls = request.scheme === "https";
  const host = (request.host ?? "").replace(/:\d+$/, "");
  return sendRaw({
    port: Number(new URL(tls ? preview.proxyTlsUrl : preview.proxyUrl).port),
    tls,
    sni: request.sni ?? (/^[\d.]+$|^\[/.test(host) ? "" : host),
    bytes: bytesOf(request),
    isHead: request.method === "HEAD",
  });
}

function bytesOf(request: RecordedRequest): Buffer {
  const body = request.body_bytes === undefined ? (request.body ?? "") : "x".repeat(request.body_bytes);
  const lines = [`${request.method} ${request.path} HTTP/${request.version ?? "1.1"}`];
  if (request.host !== null) lines.push(`Host: ${request.host}`);
  const headers = Object.entries(request.headers ?? {});
  for (const [name, value] of headers)
    for (const one of typeof value === "string" ? [value] : value) lines.push(`${name}: ${one}`);
  if (!headers.some(([name]) => name.toLowerCase() === "connection")) lines.push("Connection: close");
  if (request.chunked === true) lines.push("Transfer-Encoding: chunked");
  else if (body !== "") lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const sent = request.chunked === true ? `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${sent}`, "utf8");
}
