/** A text that is given, or the file that holds it. */
export type TextSource = { readonly text: string } | { readonly file: string };

/** How the Admin APIs are spoken to; the same for all gateways but for what discovery knows better. */
export interface AdminAccess {
  readonly tls: {
    readonly verify: boolean;
    /** The name to ask for and to verify; undefined: the URL's host. */
    readonly serverName: string | undefined;
    /** PEM; undefined: the authorities that the system trusts. */
    readonly ca: TextSource | undefined;
    readonly client: { readonly certificate: TextSource; readonly key: TextSource } | undefined;
  };
  /** Sent with every request; of equal names the later one counts. Values are secret. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Sent as `Kong-Admin-Token`. */
  readonly token: TextSource | undefined;
  /** "" for the default one. */
  readonly workspace: string;
}

/** Where an Admin API is. */
export interface AdminEndpoint {
  /** Without credentials and without a slash at the end: fit for logs. */
  readonly url: string;
  /** Value of `Authorization` when the URL holds a user. */
  readonly authorization: string | undefined;
}

/** Takes a URL apart: credentials in it become a header (Go's HTTP client does so) and are never shown. Throws when it is no URL. */
export function adminEndpoint(text: string): AdminEndpoint {
  const url = new URL(text);
  const { username, password } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization =
    username === "" && password === "" ? undefined : `Basic ${Buffer.from(user).toString("base64")}`;
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, authorization };
}
