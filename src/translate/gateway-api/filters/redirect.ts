import type { JsonObject } from "../../../base/json.ts";
import type { HttpFilter } from "../../../resources/gateway-api/http-route.ts";
import { atLeast } from "../../input.ts";
import type { FilterContext, FilterEffect } from "./effect.ts";
import { redirectScript } from "./redirect-script.ts";

export type Redirect = NonNullable<HttpFilter["requestRedirect"]>;

const FOUND = 302;

/**
 * RequestRedirect (spec: gateway-api §5.5). Where the address to go to is known beforehand, Kong's redirect plugin sends it, before Kong 3.9 request-termination with a header. Where it
 * depends on the request (its host, its scheme, the rest of its path), a few lines of Lua in post-function do.
 */
export function requestRedirect(redirect: Redirect, context: FilterContext): FilterEffect {
  const { path } = redirect;
  if (path?.type === "ReplacePrefixMatch" && context.path?.type !== "PathPrefix") {
    const message =
      "ReplacePrefixMatch needs a match of type PathPrefix: there is no prefix to replace otherwise. The match is left out";
    return { error: { code: "rewrite-without-prefix", path: "requestRedirect.path", message } };
  }
  const origin = staticOrigin(redirect, context);
  if (path?.type !== "ReplacePrefixMatch") {
    if (atLeast(context.profile, 3, 9)) {
      if (origin !== undefined) return redirectPlugin(redirect, origin);
    } else if (
      origin !== undefined ||
      (path !== undefined && redirect.scheme === undefined && redirect.port === undefined)
    ) {
      return termination(redirect, origin ?? "", context);
    }
  }
  const script = redirectScript(redirect, context);
  return { plugin: { name: "post-function", config: { access: [script] } }, variant: script };
}

/** Scheme, host and port to go to, if they are the same for every request. */
function staticOrigin({ scheme, hostname, port }: Redirect, { protocols }: FilterContext): string | undefined {
  if (hostname === undefined) return undefined;
  // Without a scheme it is the request's: known, if the listeners speak one only. Of unknown listeners KIC takes them to speak HTTP.
  if (scheme === undefined && protocols !== undefined && protocols.length > 1) return undefined;
  return `${scheme ?? protocols?.[0] ?? "http"}://${hostname}${port === undefined ? "" : `:${port}`}`;
}

function redirectPlugin(redirect: Redirect, origin: string): FilterEffect {
  const full = redirect.path?.replaceFullPath;
  return {
    plugin: {
      name: "redirect",
      config: {
        status_code: redirect.statusCode ?? FOUND,
        location: origin + (full === undefined ? "" : cleanPath(full)),
        keep_incoming_path: full === undefined,
      },
    },
  };
}

function termination(redirect: Redirect, origin: string, { path }: FilterContext): FilterEffect {
  const location = origin + cleanPath(redirect.path?.replaceFullPath ?? path?.value ?? "/");
  const config: JsonObject = { status_code: redirect.statusCode ?? FOUND };
  return {
    plugin: { name: "request-termination", config },
    response: { add: { headers: [`Location:${location}`] } },
    variant: location,
  };
}

/** Without double slashes, and without one at the end. */
function cleanPath(path: string): string {
  const clean = `/${path}`.replace(/\/{2,}/g, "/");
  return clean.endsWith("/") ? clean.slice(0, -1) : clean;
}
