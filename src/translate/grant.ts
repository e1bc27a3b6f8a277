import { ReferenceGrant, type ReferenceGrantObject } from "../resources/gateway-api/reference-grant.ts";
import type { Index } from "../store/object-store.ts";
import type { Derivation } from "../store/view.ts";
import type { Input, View } from "./input.ts";

/** The ReferenceGrants of a namespace. */
export const grantsByNamespace: Index<ReferenceGrantObject> = {
  name: "grants-by-namespace",
  kind: ReferenceGrant,
  keys: (grant) => [grant.metadata.namespace ?? ""],
};

/** Who refers. */
export interface GrantedFrom {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** What is referred to, in another namespace. */
export interface GrantedTo {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Whether a ReferenceGrant in the namespace of what is referred to allows it. A look: the grant is a permission, not a part of what is made. */
export function isGranted(from: GrantedFrom, to: GrantedTo, view: View): boolean {
  return view.glance(
    granted,
    JSON.stringify([from.group, from.kind, from.namespace, to.group, to.kind, to.namespace, to.name]),
  );
}

const granted: Derivation<Input, boolean> = {
  name: "granted",
  compute(view, key) {
    const [group, kind, namespace, toGroup, toKind, toNamespace, toName] = JSON.parse(key) as string[];
    return view
      .survey(grantsByNamespace, toNamespace!)
      .some(
        ({ spec }) =>
          spec.from.some((from) => from.group === group && from.kind === kind && from.namespace === namespace) &&
          spec.to.some(
            (to) =>
              to.group === toGroup &&
              to.kind === toKind &&
              (to.name === undefined || to.name === "" || to.name === toName),
          ),
      );
  },
};
