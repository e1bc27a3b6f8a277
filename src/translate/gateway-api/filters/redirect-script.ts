import type { FilterContext } from "./effect.ts";
import type { Redirect } from "./redirect.ts";
import { trimSlash } from "./url-rewrite.ts";

const FOUND = 302;

/** Lua for post-function that answers with a redirect to an address made from the request. It uses only what Kong's sandbox allows. */
export function redirectScript(redirect: Redirect, context: FilterContext): string {
  const lines = [
    "local request = kong.request",
    ...pathLines(redirect, context),
    // Two slashes would begin the name of another host.
    `path = string.gsub(path, ${quoteLua("^[/\\]*")}, "/")`,
    "local query = request.get_raw_query()",
    'if query ~= "" then path = path .. "?" .. query end',
    `return kong.response.exit(${redirect.statusCode ?? FOUND}, nil, { Location = ${originExpression(redirect)}path })`,
  ];
  return `${lines.join("\n")}\n`;
}

function pathLines({ path }: Redirect, context: FilterContext): readonly string[] {
  if (path?.type === "ReplaceFullPath") return [`local path = ${quoteLua(path.replaceFullPath || "/")}`];
  if (path?.type !== "ReplacePrefixMatch") return ["local path = request.get_raw_path()"];
  const prefix = trimSlash(context.path?.value ?? "");
  const length = Buffer.byteLength(prefix);
  return [
    "local path = request.get_raw_path()",
    `local rest = string.sub(path, ${length + 1})`,
    // Kong has matched the normal form, and a client may have written another one (%2D for -, or ..).
    `if string.sub(path, 1, ${length}) ~= ${quoteLua(prefix)} or string.find(rest, "^[^/]") then`,
    `  rest = string.gsub(string.sub(request.get_path(), ${length + 1}), ${quoteLua(UNSAFE)}, function(c)`,
    '    return string.format("%%%02X", string.byte(c))',
    "  end)",
    "end",
    `path = ${quoteLua(trimSlash(path.replacePrefixMatch ?? ""))} .. rest`,
  ];
}

/** A Lua pattern for what cannot stand in a path as it is. */
const UNSAFE = "[^%w%-._~!$&'()*+,;=:@/%%]";

/** What comes before the path: nothing, if the scheme, the host and the port stay (an address relative to the request's). */
function originExpression({ scheme, hostname, port }: Redirect): string {
  if (scheme === undefined && hostname === undefined && port === undefined) return "";
  const wellKnown = (scheme === "https" && port === 443) || (scheme === "http" && port === 80);
  const parts = [
    scheme === undefined ? "request.get_forwarded_scheme()" : quoteLua(scheme),
    quoteLua("://"),
    hostname === undefined ? "request.get_forwarded_host()" : quoteLua(hostname),
    ...(port === undefined || wellKnown ? [] : [quoteLua(`:${port}`)]),
  ];
  return `${parts.join(" .. ")} .. `;
}

/** A text as a Lua literal, whatever is in it. */
function quoteLua(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${String(byte).padStart(3, "0")}`,
  );
  return `"${bytes.join("")}"`;
}
