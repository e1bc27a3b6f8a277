/** An answer of the Admin API before it is written. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** JSON text that is already made. */
  readonly text?: string;
  /** Sent as it is, as text/html: what the web server in front of Kong's Admin API says by itself. */
  readonly html?: string;
}

/** A request as the endpoints see it. */
export interface AdminRequest {
  readonly method: string;
  /** Without the query, still escaped. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Buffer;
}

export const NOT_FOUND: Answer = { status: 404, json: { message: "Not found" } };
export const WRONG_METHOD: Answer = { status: 405, json: { message: "Method not allowed" } };
export const BAD_JSON: Answer = { status: 400, json: { message: "Cannot parse JSON body" } };

export function json(status: number, value: unknown): Answer {
  return { status, json: value };
}

/** A small page for what never reaches Kong's own code. */
export function page(status: number, title: string): Answer {
  return {
    status,
    html: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}
