import type { HttpFilter } from "../../../resources/gateway-api/http-route.ts";
import { KongPlugin } from "../../../resources/kong/kong-plugin.ts";
import type { FilterEffect } from "./effect.ts";

type ExtensionRef = NonNullable<HttpFilter["extensionRef"]>;

/** ExtensionRef → a KongPlugin of the route's namespace, as if the route named it in `konghq.com/plugins`. */
export function extensionRef({ group, kind, name }: ExtensionRef): FilterEffect {
  if (group === KongPlugin.group && kind === KongPlugin.kind) return { use: name };
  const message = `${group === "" ? "" : `${group}/`}${kind} is nothing that Kong can run; name a KongPlugin (group ${KongPlugin.group}) of this namespace. Until then the requests of the rule are answered with 500`;
  return { refusal: { code: "filter-unsupported", path: "extensionRef", message } };
}
