/** What Kong sees in a URL; parts that are not there are absent. */
export interface UrlParts {
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly fragment?: string;
}

/** Splits a URL as loosely as Kong's library does: nothing is decoded, and most texts are some URL (RFC 3986, appendix B). */
export function splitUrl(text: string): UrlParts {
  const [, scheme, authority, path, , fragment] =
    /^(?:([A-Za-z0-9][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(text) ?? [];
  const location = authority?.replace(/^[^@]*@/, "");
  const port = /:([^:\]]*)$/.exec(location ?? "")?.[1];
  const host = location?.replace(/:[^:\]]*$/, "").replace(/^\[(.*)\]$/, "$1");
  return {
    ...(scheme && { scheme }),
    ...(host && { host }),
    ...(port && { port }),
    ...(path && { path }),
    ...(fragment !== undefined && { fragment }),
  };
}

/** A URL with a scheme and a host. */
export function checkUrl(text: string): string | undefined {
  const { host, scheme } = splitUrl(text);
  if (host === undefined) return "missing host in url";
  return scheme === undefined ? "missing scheme in url" : undefined;
}

/** A redirect URI of OAuth 2. */
export function checkRedirectUri(text: string): string | undefined {
  const { host, scheme, fragment } = splitUrl(text);
  if (host === undefined || scheme === undefined) return `cannot parse '${text}'`;
  return fragment === undefined ? undefined : `fragment not allowed in '${text}'`;
}
