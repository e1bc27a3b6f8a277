import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { IngressClass } from "../../resources/core/ingress-class.ts";
import { refOf } from "../../resources/kind.ts";
import { KongClusterPlugin } from "../../resources/kong/kong-cluster-plugin.ts";
import {
  KongCustomEntity,
  type KongCustomEntityObject,
  OWN_COLLECTIONS,
} from "../../resources/kong/kong-custom-entity.ts";
import { KongPlugin } from "../../resources/kong/kong-plugin.ts";
import { type Fragment, rankOf } from "../fragment.ts";
import { isGranted } from "../grant.ts";
import type { View } from "../input.ts";
import { customEntityKey } from "../link/custom-entities.ts";
import type { Unit } from "../unit.ts";
import { pluginKind, resolvedPlugin } from "./resolved-plugin.ts";

const NOTHING: Fragment = { claims: [], problems: [] };

/** A KongCustomEntity: an entity of a type that has no kind of its own, tied to what its plugin is bound to (spec: kong-crds §10). */
export const kongCustomEntityUnit: Unit<KongCustomEntityObject> = {
  kind: KongCustomEntity,
  compile(object, view) {
    const { customEntities, ingressClass } = view.input.settings;
    const { type, controllerName, fields, parentRef } = object.spec;
    if (!customEntities || controllerName !== ingressClass) return NOTHING;
    view.name(IngressClass, "", ingressClass);
    const rank = rankOf(object);
    const origin = refOf(object);
    const fail = (code: string, path: string, message: string): Fragment => ({
      claims: [],
      problems: [{ code, severity: "error", object: origin, path, message }],
    });
    if (OWN_COLLECTIONS.some((known) => known === type)) {
      return fail("custom-entity-type", "spec.type", `${type} are made from objects of their own kinds; use those`);
    }
    // Anything else would be no collection but a directive of the document.
    if (!/^[a-z][a-z0-9_]*$/.test(type)) {
      return fail("custom-entity-type", "spec.type", `"${type}" is no collection in Kong, such as degraphql_routes`);
    }
    if (!isJsonObject(fields)) {
      return fail("custom-entity-fields", "spec.fields", "the fields of an entity are an object");
    }
    const value = { type, fields: fields as JsonObject };
    if (parentRef === undefined) {
      return {
        claims: [
          { table: "customEntity", key: customEntityKey(type, value.fields, origin, view.input), rank, origin, value },
        ],
        problems: [],
      };
    }
    const parent = parentOf(object, parentRef, view);
    if ("message" in parent) return fail(parent.code, "spec.parentRef", parent.message);
    // The entity falls with the plugin, but is not compiled again with it.
    view.hand(resolvedPlugin, `${parent.namespace}/${parentRef.name}`, true);
    const key = `${parent.namespace}:${parentRef.name}`;
    return {
      claims: [{ table: "plugin", key, rank, origin, value: { kind: "custom_entity", ...value } }],
      problems: [],
    };
  },
};

/** The namespace from which the plugin is seen: it is that of the relations which count. */
function parentOf(
  object: KongCustomEntityObject,
  { kind = KongPlugin.kind, namespace, name }: NonNullable<KongCustomEntityObject["spec"]["parentRef"]>,
  view: View,
): { readonly namespace: string } | { readonly code: string; readonly message: string } {
  const ref = refOf(object);
  const remote = kind === KongPlugin.kind && namespace !== undefined && namespace !== "" ? namespace : ref.namespace;
  const to = { group: KongPlugin.group, kind: KongPlugin.kind, namespace: remote, name };
  if (remote !== ref.namespace && !isGranted(ref, to, view)) {
    const message = `no ReferenceGrant in namespace ${remote} lets objects of kind ${ref.kind} in namespace ${ref.namespace} use the KongPlugin ${name}; add one there`;
    return { code: "plugin-not-granted", message };
  }
  if (view.glance(pluginKind, `${remote}/${name}`) === kind) return { namespace: remote };
  const named = kind === KongClusterPlugin.kind ? name : `${remote}/${name}`;
  return {
    code: "plugin-missing",
    message: `the ${kind} ${named} does not exist; create it, or take the reference away`,
  };
}
