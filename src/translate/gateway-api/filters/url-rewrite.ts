import type { HttpFilter } from "../../../resources/gateway-api/http-route.ts";
import type { FilterContext, FilterEffect, Transformation } from "./effect.ts";

type UrlRewrite = NonNullable<HttpFilter["urlRewrite"]>;

/** URLRewrite → request-transformer (spec: gateway-api §5.5, §5.6). */
export function urlRewrite({ hostname, path }: UrlRewrite, context: FilterContext): FilterEffect {
  const host = hostname === undefined ? undefined : [`host:${hostname}`];
  const headers = host === undefined ? {} : { headers: host };
  const request = (uri: { readonly uri?: string }): Transformation => ({
    ...(host === undefined && uri.uri === undefined ? {} : { replace: { ...headers, ...uri } }),
    ...(host === undefined ? {} : { add: headers }),
  });
  if (path?.type === "ReplaceFullPath") return { request: request({ uri: path.replaceFullPath ?? "/" }) };
  if (path?.type !== "ReplacePrefixMatch") return { request: request({}) };
  if (context.path?.type !== "PathPrefix") {
    const message =
      "ReplacePrefixMatch needs a match of type PathPrefix: there is no prefix to replace otherwise. The match is left out";
    return { error: { code: "rewrite-without-prefix", path: "urlRewrite.path", message } };
  }
  const uri = prefixTemplate(path.replacePrefixMatch ?? "", context.path.value);
  return { request: request({ uri }), capturesPrefix: true, variant: uri };
}

/** The template that puts the captured rest of the path behind the replacement; `$(…)` is Lua for request-transformer. */
function prefixTemplate(replacement: string, prefix: string): string {
  const before = trimSlash(replacement);
  // The capture of the root has no slash of its own, and that of `/p` is missing when the path is `/p` alone.
  if (trimSlash(prefix) === "") {
    return `${before}$(uri_captures[1] == nil and "${before === "" ? "/" : ""}" or "/" .. uri_captures[1])`;
  }
  return before === "" ? '$(uri_captures[1] == nil and "/" or uri_captures[1])' : `${before}$(uri_captures[1])`;
}

export function trimSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
