/** The recorded answers of a real gateway: requests and where it sent them. */

export interface RecordedGroup {
  readonly name: string;
  readonly flavor: "traditional" | "traditional_compatible" | "expressions";
  readonly note?: string;
  readonly config: unknown;
  /** The configuration was refused like this. */
  readonly refused?: { readonly status: number; readonly body: unknown };
  readonly requests: readonly RecordedExchange[];
}

export interface RecordedExchange {
  readonly note?: string;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

export interface RecordedRequest {
  readonly method: string;
  readonly scheme: "http" | "https";
  /** Null: no Host header. */
  readonly host: string | null;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The name in TLS where it is not the host's; "" is none. */
  readonly sni?: string;
  readonly body?: string;
  readonly body_bytes?: number;
  readonly chunked?: boolean;
  readonly version?: string;
  readonly wait_ms_before?: number;
  readonly repeat?: number;
  readonly varies?: string;
}

export interface RecordedResponse {
  readonly status: number | Readonly<Record<string, number>>;
  readonly route?: string | null;
  readonly location?: string;
  readonly upstream?: RecordedUpstream | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly tls_certificate_cn?: string;
  readonly took_about_ms?: number;
  readonly distribution?: Readonly<Record<string, number>>;
  readonly distinct_values?: number;
  readonly values_always_on_one_target?: boolean;
}

export interface RecordedUpstream {
  readonly to?: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly removed?: readonly string[];
  readonly attempts?: number;
  readonly body?: string;
}

/** Puts real ports, addresses and texts in the place of the names that stand for them. A string that is only such a name becomes the value itself. */
export function withPlaces(value: unknown, places: Readonly<Record<string, string | number>>): unknown {
  if (typeof value === "string") return replaced(value, places);
  if (Array.isArray(value)) return value.map((item) => withPlaces(item, places));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replaced(key, places), withPlaces(item, places)]),
  );
}

function replaced(text: string, places: Readonly<Record<string, string | number>>): string {
  const whole = Object.hasOwn(places, text) ? places[text] : undefined;
  // The type says string for the sake of keys: a port stands alone as a number.
  if (whole !== undefined) return whole as string;
  // Longer names first: UPSTREAM_PORT_2 before UPSTREAM_PORT.
  const names = Object.keys(places).sort((a, b) => b.length - a.length);
  return names.reduce((out, name) => out.replaceAll(name, String(places[name])), text);
}
