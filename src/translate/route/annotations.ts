import type { Route } from "../../kong/entities.ts";
import {
  type Annotations,
  annotation,
  atoi,
  csv,
  FORCE_SSL_ANNOTATION,
  kong,
  PREFIX,
  parseBool,
} from "../annotations.ts";
import { isExpressions, type Profile } from "../input.ts";
import { PROTOCOLS } from "../service/overrides.ts";

/** Also names of other alphabets as DNS has them (`xn--…`), with two hyphens in a row. */
const LABELS = "[a-zA-Z0-9]+(-+[a-zA-Z0-9]+)*(\\.[a-zA-Z0-9]+(-+[a-zA-Z0-9]+)*)*";
const SNI = new RegExp(`^${LABELS}$`);
const HOST_ALIAS = new RegExp(`^(\\*\\.)?${LABELS}$|^${LABELS}\\.\\*$`);
/** The names by which Kong can match a header, in every flavour. */
export const HEADER_NAME = /^[\w-]+$/;
/** What `konghq.com/https-redirect-status-code` can be. */
export const REDIRECT_CODES: ReadonlySet<number> = new Set([426, 301, 302, 307, 308]);
/** Kong redirects an https-only route with this unless told otherwise. */
const UPGRADE_REQUIRED = 426;

type Fields = { -readonly [Key in keyof Route]?: Route[Key] };

/** The fields of a route that its object's annotations set, in KIC's order (spec: annotations §6). */
export function overrideRoute(route: Route, annotations: Annotations, profile: Profile): Route {
  const fields: Fields = { ...route };
  const strip = trueOrFalse(kong(annotations, "strip-path"));
  if (strip !== undefined) fields.strip_path = strip;
  forceSsl(fields, annotations);
  const status = atoi(kong(annotations, "https-redirect-status-code"));
  if (status !== undefined && REDIRECT_CODES.has(status)) fields.https_redirect_status_code = status;
  const preserve = trueOrFalse(kong(annotations, "preserve-host"));
  if (preserve !== undefined) fields.preserve_host = preserve;
  const request = parseBool(kong(annotations, "request-buffering")?.toLowerCase());
  if (request !== undefined) fields.request_buffering = request;
  const response = parseBool(kong(annotations, "response-buffering")?.toLowerCase());
  if (response !== undefined) fields.response_buffering = response;
  const protocols = protocolList(annotations);
  if (protocols !== undefined) fields.protocols = protocols;
  if (!isExpressions(profile)) {
    matchFields(fields, annotations);
    normalise(fields);
    fields.path_handling ??= "v0";
  }
  fields.https_redirect_status_code ??= UPGRADE_REQUIRED;
  return fields as Route;
}

function trueOrFalse(value: string | undefined): boolean | undefined {
  const text = value?.toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

function forceSsl(fields: Fields, annotations: Annotations): void {
  if (annotation(annotations, FORCE_SSL_ANNOTATION) !== "true") return;
  fields.https_redirect_status_code = 302;
  const grpc = fields.protocols?.some((protocol) => protocol.startsWith("grpc")) ?? false;
  const http = fields.protocols?.some((protocol) => protocol.startsWith("http")) ?? false;
  fields.protocols = [...(grpc ? ["grpcs"] : []), ...(http || !grpc ? ["https"] : [])];
}

/** The protocols of the annotation in its order; undefined when it is not there, empty, or names one that Kong does not know. */
function protocolList(annotations: Annotations): readonly string[] | undefined {
  const protocols = csv(kong(annotations, "protocols"));
  return protocols.length > 0 && protocols.every((protocol) => PROTOCOLS.has(protocol)) ? protocols : undefined;
}

/** The items of `konghq.com/protocols` that are no protocols of a route's. */
export function unknownProtocols(annotations: Annotations): readonly string[] {
  return csv(kong(annotations, "protocols")).filter((protocol) => !PROTOCOLS.has(protocol));
}

/** Protocols as KIC sets them first on an Ingress: as they are, sorted, also what Kong does not know (spec: corrections 1). */
export function rawProtocols(annotations: Annotations): readonly string[] | undefined {
  const protocols = csv(kong(annotations, "protocols"));
  return protocols.length === 0 ? undefined : [...protocols].sort();
}

function matchFields(fields: Fields, annotations: Annotations): void {
  const priority = atoi(kong(annotations, "regex-priority"));
  if (priority !== undefined) fields.regex_priority = priority;
  const methods = methodList(annotations);
  if (methods.length > 0 && methods.every(isMethod)) fields.methods = methods;
  const snis = kong(annotations, "snis");
  if (snis !== undefined) {
    const names = csv(snis);
    if (names.length === 0) delete fields.snis;
    else if (names.every(isSni)) fields.snis = names;
  }
  const aliases = csv(kong(annotations, "host-aliases"));
  if (aliases.length > 0 && aliases.every(isHostAlias))
    fields.hosts = [...new Set([...(fields.hosts ?? []), ...aliases])];
  const headers = headerAnnotations(annotations);
  if (headers.size > 0) fields.headers = Object.fromEntries(headers);
  const handling = kong(annotations, "path-handling");
  if (handling !== undefined && /v\d/.test(handling)) fields.path_handling = handling;
}

/** Kong refuses routes that mix gRPC and HTTP, and gRPC routes that strip their path. */
function normalise(fields: Fields): void {
  const protocols = fields.protocols ?? [];
  const isGrpc = (protocol: string) => protocol === "grpc" || protocol === "grpcs";
  if (!protocols.some(isGrpc)) return;
  if (protocols.some((protocol) => protocol.startsWith("http") || !PROTOCOLS.has(protocol)))
    fields.protocols = ["http", "https"];
  delete fields.strip_path;
}

/** The items of `konghq.com/methods`, in upper case. */
export function methodList(annotations: Annotations): readonly string[] {
  return csv(kong(annotations, "methods")).map((method) => method.toUpperCase());
}

export function isMethod(text: string): boolean {
  return /^[A-Z]+$/.test(text);
}

/** A host name without a wildcard. */
export function isSni(text: string): boolean {
  return SNI.test(text);
}

/** A host name, with `*` as its first or its last label if at all. */
export function isHostAlias(text: string): boolean {
  return HOST_ALIAS.test(text);
}

/** The headers that `konghq.com/headers.<Name>` ask for, by name as written; values in order. */
export function headerAnnotations(annotations: Annotations): ReadonlyMap<string, readonly string[]> {
  const prefix = `${PREFIX}headers.`;
  const separator = kong(annotations, "headers-separator") ?? ",";
  const found = new Map<string, readonly string[]>();
  for (const key of Object.keys(annotations ?? {})) {
    if (!key.startsWith(prefix) || key.length === prefix.length) continue;
    const value = annotations![key]!;
    if (value === "") continue;
    // An empty separator splits between characters, as Go has it.
    const items = separator === "" ? [...value] : value.split(separator);
    found.set(
      key.slice(prefix.length),
      items.map((item) => item.trim()),
    );
  }
  return found;
}
