import type { SecretObject } from "./core/secret.ts";
import type { ServiceObject } from "./core/service.ts";
import { filled } from "./fill.ts";
import type { Kind, KubernetesObject } from "./kind.ts";
import { kindOf } from "./kinds.ts";
import { type Structural, structuralOf } from "./structural.ts";

/**
 * The object as the API server would hold it: with the defaults of its kind filled in. Not for objects from a cluster, which have them. A namespace is not given, and
 * neither is a status. The given object is not changed; what is unchanged is shared.
 */
export function withDefaults(object: KubernetesObject): KubernetesObject {
  const kind = kindOf(object.apiVersion, object.kind);
  if (kind === undefined) return object;
  const special = SPECIAL[kind.kind];
  return fillSpec(kind, special === undefined ? object : special(object));
}

/** Fills in everything but `status`, which belongs to whoever writes it. */
function fillSpec(kind: Kind, object: KubernetesObject): KubernetesObject {
  let schema = withoutStatus.get(kind);
  if (schema === undefined) {
    const whole = structuralOf(kind.schema);
    schema = { ...whole, properties: new Map([...(whole.properties ?? [])].filter(([key]) => key !== "status")) };
    withoutStatus.set(kind, schema);
  }
  return filled(schema, object) as KubernetesObject;
}

const withoutStatus = new WeakMap<Kind, Structural>();

/** Defaults that depend on another field. */
const SPECIAL: Readonly<Record<string, (object: KubernetesObject) => KubernetesObject>> = {
  Service: (object) => withTargetPorts(object as ServiceObject),
  Secret: (object) => withStringData(object as SecretObject),
};

function withTargetPorts(service: ServiceObject): ServiceObject {
  const ports = service.spec?.ports;
  if (
    ports?.every((port) => port.targetPort !== undefined && port.targetPort !== 0 && port.targetPort !== "") ??
    true
  ) {
    return service;
  }
  const filledPorts = ports!.map((port) => ({ ...port, targetPort: port.targetPort || port.port }));
  return { ...service, spec: { ...service.spec, ports: filledPorts } };
}

/** Plain text moves into `data`, over what is there: no Secret is ever read with `stringData`. */
export function withStringData(secret: SecretObject): SecretObject {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const added = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text, "utf8").toString("base64")]);
  return { ...rest, data: Object.fromEntries([...Object.entries(secret.data ?? {}), ...added]) };
}
