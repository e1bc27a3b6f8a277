import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { Service } from "../../kong/entities.ts";
import type { ServiceObject } from "../../resources/core/service.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { type Annotations, annotationPath, atoi, kong, PREFIX, parseBool } from "../annotations.ts";

/** The protocols that `konghq.com/protocol` and `konghq.com/protocols` may name. */
export const PROTOCOLS: ReadonlySet<string> = new Set([
  "http",
  "https",
  "grpc",
  "grpcs",
  "ws",
  "wss",
  "tls",
  "tcp",
  "tls_passthrough",
]);

/** Protocols under which there is no TLS connection to the upstream that Kong would make itself. */
const WITHOUT_TLS: ReadonlySet<string> = new Set(["http", "grpc", "tcp", "tls_passthrough", "udp", "ws"]);

/** A Service behind a Kong service, with the annotations that count for it (a facade's or a policy's may lie over its own). */
export interface BackingService {
  /** The Service, or the facade before it. */
  readonly object: KubernetesObject;
  readonly annotations: Annotations;
  readonly service: ServiceObject;
  /** The BackendTLSPolicy that lies over its own annotations, and what it says. */
  readonly policy?: { readonly object: ObjectRef; readonly says: Readonly<Record<string, string>> };
}

type Fields = { -readonly [Key in keyof Service]?: Service[Key] };

/** The fields of a Kong service that the annotations of the Services behind it set (spec: annotations §3); later Services overwrite earlier ones. */
export function overrideService(
  service: Service,
  services: readonly BackingService[],
): { readonly service: Service; readonly problems: readonly Problem[] } {
  const fields: Fields = { ...service };
  for (const { object, annotations } of services) {
    const protocol = kong(annotations, "protocol") ?? "";
    const valid = protocol === "" || PROTOCOLS.has(protocol);
    if (valid && protocol !== "") fields.protocol = protocol;
    setFields(fields, annotations);
    if (!valid) return { service: fields as Service, problems: [invalidProtocol(refOf(object), "protocol", protocol)] };
  }
  if (fields.protocol === "grpc" || fields.protocol === "grpcs") delete fields.path;
  return { service: fields as Service, problems: [] };
}

function setFields(fields: Fields, annotations: Annotations): void {
  const path = kong(annotations, "path");
  if (path?.startsWith("/")) fields.path = path;
  fields.connect_timeout = atoi(kong(annotations, "connect-timeout")) ?? fields.connect_timeout!;
  fields.read_timeout = atoi(kong(annotations, "read-timeout")) ?? fields.read_timeout!;
  fields.write_timeout = atoi(kong(annotations, "write-timeout")) ?? fields.write_timeout!;
  fields.retries = atoi(kong(annotations, "retries")) ?? fields.retries!;
  const verify = parseBool(kong(annotations, "tls-verify"));
  if (verify !== undefined) fields.tls_verify = verify;
  const depth = atoi(kong(annotations, "tls-verify-depth"));
  if (depth !== undefined) fields.tls_verify_depth = depth;
}

export function invalidProtocol(object: ObjectRef, name: string, value: string): Problem {
  return {
    code: "invalid-protocol",
    severity: "error",
    object,
    path: annotationPath(PREFIX + name),
    message: `"${value}" is no protocol that Kong knows; it can be one of ${[...PROTOCOLS].join(", ")}`,
  };
}

/** Protocols under which Kong shows a certificate to the upstream, and checks the upstream's. Over grpcs it does neither, and refuses to be told to. */
export const VERIFIED: ReadonlySet<string> = new Set(["https", "tls", "wss"]);

/**
 * Whether certificates count between Kong and the upstream, by the annotation alone: the default of the route's kind does not count. `strict`: only where Kong takes them, else
 * wherever KIC sets them.
 */
export function speaksTls(annotations: Annotations, strict: boolean): boolean {
  const protocol = kong(annotations, "protocol") ?? "";
  return strict ? VERIFIED.has(protocol) : !WITHOUT_TLS.has(protocol === "" ? "http" : protocol);
}

/** Annotations that the Services of one Kong service must share: those under `konghq.com`. One problem for each key that differs. */
export function inconsistencies(services: readonly BackingService[]): readonly Problem[] {
  if (services.length < 2) return [];
  const keys = new Set<string>();
  for (const { annotations } of services) {
    for (const key of Object.keys(annotations ?? {})) if (key.startsWith("konghq.com")) keys.add(key);
  }
  const names = services.map(({ object }) => `${object.metadata.namespace}/${object.metadata.name}`).join(", ");
  const problems: Problem[] = [];
  for (const key of [...keys].sort()) {
    const values = new Set(
      services.map(({ annotations }) => (Object.hasOwn(annotations ?? {}, key) ? annotations![key] : undefined)),
    );
    if (values.size === 1) continue;
    const [first, ...rest] = services.map(({ object }) => refOf(object));
    problems.push({
      code: "inconsistent-annotation",
      severity: "error",
      object: first!,
      related: rest,
      path: annotationPath(key),
      message: `the Services ${names} stand behind one Kong service and differ in ${key}; give it the same value on all of them. Until then that Kong service is left out`,
    });
  }
  return problems;
}
