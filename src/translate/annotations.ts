import { own } from "../base/json.ts";
import type { KubernetesObject } from "../resources/kind.ts";

export const PREFIX = "konghq.com/";

/** Annotation keys that do not start with `konghq.com/`. */
export const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
export const SERVICE_UPSTREAM_ANNOTATION = "ingress.kubernetes.io/service-upstream";
export const FORCE_SSL_ANNOTATION = "ingress.kubernetes.io/force-ssl-redirect";
export const DEFAULT_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

export type Annotations = Readonly<Record<string, string>> | undefined;

/** The value of `konghq.com/<name>`; undefined when the key is not there. */
export function kong(annotations: Annotations, name: string): string | undefined {
  return own(annotations, PREFIX + name);
}

export function annotation(annotations: Annotations, key: string): string | undefined {
  return own(annotations, key);
}

/** Where an annotation stands in an object, for problems. */
export function annotationPath(key: string): string {
  return `metadata.annotations["${key}"]`;
}

/** Splits at commas, trims, drops what is empty. */
export function csv(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

const TRUE: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** Go's strconv.ParseBool; undefined for anything else. */
export function parseBool(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  return TRUE.has(value) ? true : FALSE.has(value) ? false : undefined;
}

/** Go's strconv.Atoi: an optional sign and decimal digits within 64 bits; undefined for anything else. */
export function atoi(value: string | undefined): number | undefined {
  if (value === undefined || !/^[+-]?\d+$/.test(value)) return undefined;
  const number = BigInt(value.startsWith("+") ? value.slice(1) : value);
  return BigInt.asIntN(64, number) === number ? Number(number) : undefined;
}

export function annotationsOf(object: KubernetesObject): Annotations {
  return object.metadata.annotations;
}
