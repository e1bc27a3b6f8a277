import { isJsonObject } from "../base/json.ts";
import type { ObjectRef, Problem } from "../base/problem.ts";
import { withoutNulls } from "./fill.ts";
import { type Kind, type KubernetesObject, refOf } from "./kind.ts";
import { structuralOf } from "./structural.ts";
import { type Finding, findShape } from "./structure.ts";
import { findValues } from "./values.ts";

/** Either an object that has the type of its kind, or why it has not. */
export type Admitted =
  | { readonly object: KubernetesObject; readonly problems?: undefined }
  | { readonly object?: undefined; readonly problems: readonly Problem[] };

/**
 * Takes in a value as an object of a kind. Fields that are not described are kept, nulls that mean "not given" are taken out; wrong types and missing fields are
 * problems of severity error, and then there is no object: nobody downstream meets a value of a wrong type. The value is not changed.
 */
export function admit<T extends KubernetesObject>(
  kind: Kind<T>,
  value: unknown,
): { readonly object: T; readonly problems?: undefined } | Extract<Admitted, { object?: undefined }> {
  const schema = structuralOf(kind.schema);
  const { findings, nulls } = findShape(schema, value);
  if (findings.length > 0) {
    const ref = roughRef(kind, value);
    return { problems: findings.map((finding) => asProblem("object-malformed", ref, finding)) };
  }
  return { object: (nulls ? withoutNulls(schema, value) : value) as T };
}

/** What the API server would refuse in an object of the right shape, as problems of severity error. Rules in CEL are not looked at. */
export function checkValues(kind: Kind, object: KubernetesObject): readonly Problem[] {
  const findings = findValues(structuralOf(kind.schema), object);
  return findings.map((finding) => asProblem("value-not-allowed", refOf(object), finding));
}

export function asProblem(code: string, object: ObjectRef, { path, message }: Finding): Problem {
  return { code, severity: "error", object, ...(path === "" ? {} : { path }), message };
}

/** Names an object that may be anything. */
export function roughRef(kind: Kind, value: unknown): ObjectRef {
  const metadata = isJsonObject(value) && isJsonObject(value["metadata"]) ? value["metadata"] : {};
  const { name, namespace } = metadata;
  return {
    group: kind.group,
    version: versionIn(kind, value),
    kind: kind.kind,
    namespace: nameText(namespace),
    name: nameText(name),
  };
}

/** A name that YAML took for something else is still worth showing. */
function nameText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function versionIn(kind: Kind, value: unknown): string {
  const apiVersion = isJsonObject(value) ? value["apiVersion"] : undefined;
  return typeof apiVersion === "string" ? apiVersion.slice(apiVersion.indexOf("/") + 1) : kind.versions[0]!;
}
