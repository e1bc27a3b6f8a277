import { stringify } from "yaml";
import type { CrdKind } from "../crd-kind.ts";
import { CRD_KINDS } from "../kinds.ts";
import { crdOf } from "./definition.ts";

/** The name of a CRD's file in crds/. */
export function crdFile(kind: CrdKind): string {
  return `${kind.group}_${kind.plural}.yaml`;
}

/** A CRD as YAML that readers of any YAML version understand alike. */
export function printCrd(kind: CrdKind): string {
  return stringify(crdOf(kind), { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

/** All CRDs, one document each: for `kubectl apply -f -`. */
export function printCrds(): string {
  return CRD_KINDS.map(printCrd).join("---\n");
}
