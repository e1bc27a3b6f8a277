/** How to reach an API server and who we are there. */
export interface Access {
  /** Its URL without a slash at the end; may have a path. */
  readonly server: string;
  /** The namespace that is ours: the Pod's, or that of the kubeconfig's context. */
  readonly namespace: string | undefined;
  /** What the next request uses: files are read again when they changed, tokens got anew when they ran out. The same object as long as nothing changed. Rejects with what cannot be read. */
  current(): Promise<AccessSettings>;
  /** After a 401: true when `current` may now give something else, so that a second try makes sense. */
  renew(): boolean;
}

export interface AccessSettings {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly tls: TlsSettings;
  /** A proxy for all requests, whatever the environment says. */
  readonly proxy?: string;
}

export interface TlsSettings {
  /** PEM; absent means the certificate authorities that Node trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must bear instead of the URL's. */
  readonly serverName?: string;
  readonly insecure?: boolean;
}

/** Reads a text file; rejects with an error that names it. */
export type ReadText = (path: string) => Promise<string>;

/** Says what to correct in a kubeconfig or in the way it was given: waiting mends nothing. */
export class AccessError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AccessError";
  }
}
