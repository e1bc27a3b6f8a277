import type { Echoed } from "./back-ends.ts";
import type { RecordedExchange, RecordedRequest, RecordedUpstream } from "./facts.ts";
import type { RawResponse } from "./raw-client.ts";

/** What one request met here. */
export interface Met {
  readonly answer: RawResponse;
  readonly route: string | null;
  readonly echoed: readonly Echoed[];
}

const NOT_COMPARED = new Set([
  "date",
  "server",
  "via",
  "connection",
  "keep-alive",
  "content-length",
  "transfer-encoding",
  "x-kong-upstream-latency",
  "x-kong-proxy-latency",
  "x-kong-response-latency",
  "x-kong-request-id",
  "location",
]);

/** Says in what an answer differs from the recorded one; nothing when they are equal. */
export function differences(recorded: RecordedExchange, met: Met): readonly string[] {
  const { request, response } = recorded;
  const out: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown): void => {
    const [a, b] = [stable(wanted), stable(got)];
    if (a !== b) out.push(`${what}: recorded ${a}, here ${b}`);
  };
  compare("status", response.status, met.answer.status);
  compare("route", response.route ?? null, met.route);
  compare("location", response.location, met.answer.headers["location"]);
  // A client that was just given a cookie went where chance sent it.
  const byChance = /=UUID;/.test(response.headers?.["set-cookie"] ?? "");
  compare(
    "upstream",
    withoutPlace(upstreamOf(response.upstream), byChance),
    withoutPlace(seenBy(request, response.upstream, met.echoed), byChance),
  );
  const headers = Object.fromEntries(Object.entries(met.answer.headers).filter(([name]) => !NOT_COMPARED.has(name)));
  // The recording leaves out the type that its echo always sent.
  if (
    met.echoed.length > 0 &&
    response.headers?.["content-type"] === undefined &&
    headers["content-type"] === "application/json"
  )
    delete headers["content-type"];
  compare("headers", wantedHeaders(response.headers), shownHeaders(headers, response.headers ?? {}));
  if (response.body !== undefined)
    compare("body", response.body, likened(shownBody(met.answer, response.body), response.body));
  if (response.tls_certificate_cn !== undefined)
    compare("certificate", response.tls_certificate_cn, met.answer.certificate?.subject.CN);
  const about = response.took_about_ms;
  if (about !== undefined && (met.answer.ms < about * 0.7 || met.answer.ms > about + 500))
    out.push(`time: recorded about ${about} ms, here ${Math.round(met.answer.ms)} ms`);
  return out;
}

function withoutPlace(upstream: Readonly<Record<string, unknown>> | null, byChance: boolean): unknown {
  return upstream === null || !byChance ? upstream : { ...upstream, to: "", host: "" };
}

function upstreamOf(upstream: RecordedUpstream | null | undefined): Readonly<Record<string, unknown>> | null {
  if (upstream == null) return null;
  return {
    ...upstream,
    to: upstream.to ?? "UPSTREAM_PORT",
    attempts: upstream.attempts ?? 1,
    headers: upstream.headers ?? {},
  };
}

/** What the echo got, in the words of the recording: the headers that differ from the client's, and those that did not arrive. */
function seenBy(
  request: RecordedRequest,
  wanted: RecordedUpstream | null | undefined,
  echoed: readonly Echoed[],
): Readonly<Record<string, unknown>> | null {
  const last = echoed.at(-1);
  if (last === undefined) return null;
  const sent = sentHeaders(request);
  // One group shows every header.
  const all = wanted?.headers?.["via"] !== undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(last.headers)) {
    if (["host", "connection", "x-kong-request-id", "transfer-encoding"].includes(name)) continue;
    if (!all && (["via", "x-real-ip", "content-length"].includes(name) || sent.get(name) === value)) continue;
    // The preview says what it is.
    headers[name] = name === "via" ? value.replace(/silverback-preview\//, "kong/") : value;
  }
  const removed = [...sent.keys()].filter((name) => !(name in last.headers) && !["host", "connection"].includes(name));
  return {
    to: last.to,
    method: last.method,
    path: last.path,
    host: last.host,
    headers: shownHeaders(headers, wanted?.headers ?? {}),
    attempts: echoed.length,
    ...(removed.length > 0 ? { removed } : {}),
    ...(last.body === "" || wanted?.body === undefined ? {} : { body: inTheOrderOf(last.body, wanted.body) }),
  };
}

/** The gateway's own order of fields varies: where only that differs, the body is taken for the recorded one. */
function inTheOrderOf(body: string, wanted: string): string {
  const fields = (text: string): string => {
    try {
      return stable(JSON.parse(text));
    } catch {
      return text.split("&").sort().join("&");
    }
  };
  return fields(body) === fields(wanted) ? wanted : body;
}

function sentHeaders(request: RecordedRequest): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === "string" ? value : value.join(", "),
    ]),
  );
}

function wantedHeaders(headers: Readonly<Record<string, string>> | undefined): unknown {
  // An answer without a type is recorded as one with an empty type.
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([, value]) => value !== ""));
}

/** Values that change from run to run are shown by the name that stands for them. */
function shownHeaders(
  headers: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === "") continue;
    out[name] = likenedText(value, wanted[name] ?? "");
  }
  return out;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function likenedText(value: string, wanted: string): string {
  if (wanted === "SECONDS") return /^\d+$/.test(value) ? "SECONDS" : value;
  if (wanted.includes("UUID#N")) return value.replace(UUID, "UUID").replace(/UUID#\d+/, "UUID#N");
  if (wanted.includes("UUID")) return value.replace(UUID, "UUID");
  return value;
}

function shownBody(answer: RawResponse, wanted: unknown): unknown {
  const text = answer.body.toString("utf8").replace(/(request_id"?: ?"?|<requestid>)[0-9a-f]{32}/g, "$1REQUEST_ID");
  if (typeof wanted === "string") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const ANYTHING = new Set(["NODE_ID_HOSTNAME_PID", "THE_ROUTE_ENTITY", "THE_SERVICE_ENTITY"]);

/** Takes over the recording's word where it stands for whatever is there. */
function likened(value: unknown, wanted: unknown): unknown {
  if (typeof wanted === "string" && ANYTHING.has(wanted) && value !== undefined) return wanted;
  if (typeof value === "string" && typeof wanted === "string") return likenedText(value, wanted);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (typeof wanted !== "object" || wanted === null) return value;
  const names = wanted as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, likened(item, names[key])]));
}

/** JSON with sorted keys. */
export function stable(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? "nothing"
  );
}
