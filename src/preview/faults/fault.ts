/** The listeners that a fault can strike. */
export type ListenerName = "admin" | "proxy" | "proxyTls" | "status";

/** What goes wrong, and how. Times are in ms. */
export type FaultKind =
  /** The port refuses connections, the open ones are cut. */
  | { readonly kind: "refuse" }
  /** Connections are accepted and closed at once. */
  | { readonly kind: "close" }
  /** Connections are accepted and never answered. */
  | { readonly kind: "black-hole" }
  /** The certificate is for another name. */
  | { readonly kind: "wrong-name" }
  /** The answer begins late; the request is done at once unless `before` is set. */
  | { readonly kind: "slow-headers"; readonly delay: number; readonly before?: boolean }
  /** The head of the answer comes at once, its body in ten pieces over this time. */
  | { readonly kind: "slow-body"; readonly delay: number }
  /** Half of the body, then the connection is cut. */
  | { readonly kind: "truncate" }
  /** The request is done, then the connection is cut instead of an answer: its outcome is unknown to the client. */
  | { readonly kind: "drop" }
  /** Nothing is done; this status is the answer. `retryAfter` in seconds. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number; readonly body?: string }
  /** A configuration that holds such an entity is refused, with an error for each. Tags and names are compared whole. */
  | {
      readonly kind: "reject";
      readonly tags?: readonly string[];
      readonly names?: readonly string[];
      /** Kong's word for the kind, singular (`route`); any kind unless given. */
      readonly entityType?: string;
      readonly message?: string;
    }
  /** A configuration takes this long to load; others that come meanwhile are answered 429. */
  | { readonly kind: "load"; readonly delay: number };

/** A fault and when it holds: from `after` ms on, for `lasts` ms, `times` times, for requests of this method and path. All unless given. */
export type FaultSpec = FaultKind & {
  readonly on?: ListenerName;
  readonly after?: number;
  readonly lasts?: number;
  readonly times?: number;
  readonly method?: string;
  /** A path, or with a star at its end the beginning of one. */
  readonly path?: string;
};

export type Fault = FaultSpec & { readonly id: number };

const KINDS: Readonly<Record<FaultKind["kind"], readonly string[]>> = {
  refuse: [],
  close: [],
  "black-hole": [],
  "wrong-name": [],
  "slow-headers": ["delay"],
  "slow-body": ["delay"],
  truncate: [],
  drop: [],
  status: ["status"],
  reject: [],
  load: ["delay"],
};

const FIELDS: Readonly<Record<string, "number" | "string" | "boolean" | "strings">> = {
  kind: "string",
  on: "string",
  after: "number",
  lasts: "number",
  times: "number",
  method: "string",
  path: "string",
  delay: "number",
  before: "boolean",
  status: "number",
  retryAfter: "number",
  body: "string",
  tags: "strings",
  names: "strings",
  entityType: "string",
  message: "string",
};

/** What can go wrong at every listener; the rest is the Admin API's. */
const ANYWHERE: ReadonlySet<string> = new Set(["refuse", "close", "black-hole", "slow-headers", "status"]);

const LISTENERS: readonly string[] = ["admin", "proxy", "proxyTls", "status"];

/** Reads one fault as the control endpoint gets it; a string says what is wrong with it. */
export function parseFault(value: unknown): FaultSpec | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "a fault is an object with a kind";
  const record = value as Readonly<Record<string, unknown>>;
  const kind = record["kind"];
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind))
    return `kind must be one of ${Object.keys(KINDS).join(", ")}`;
  for (const [name, given] of Object.entries(record)) {
    const type = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (type === undefined) return `unknown field ${name}`;
    if (!isOf(type, given)) return `${name} must be ${type === "strings" ? "a list of strings" : `a ${type}`}`;
  }
  for (const name of KINDS[kind as FaultKind["kind"]]) if (record[name] === undefined) return `${kind} needs ${name}`;
  if (record["on"] !== undefined && !LISTENERS.includes(record["on"] as string))
    return `on must be one of ${LISTENERS.join(", ")}`;
  const on = record["on"] ?? "admin";
  if (on !== "admin" && !ANYWHERE.has(kind) && !(kind === "wrong-name" && on === "proxyTls"))
    return `${kind} cannot strike ${String(on)}`;
  if (kind === "status" && !(Number.isInteger(record["status"]) && isStatus(record["status"] as number)))
    return "status must be between 200 and 599";
  // Each field was checked by name and type above.
  return record as unknown as FaultSpec;
}

function isStatus(status: number): boolean {
  return status >= 200 && status <= 599;
}

function isOf(type: "number" | "string" | "boolean" | "strings", value: unknown): boolean {
  if (type === "strings") return Array.isArray(value) && value.every((v) => typeof v === "string");
  if (type === "number") return typeof value === "number" && Number.isFinite(value) && value >= 0;
  return typeof value === type;
}
