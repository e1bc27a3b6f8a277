import type { FlatViolation } from "../../kong/schema/violation.ts";

export interface Remedy {
  readonly entity: object;
  /** What was done, as the end of a sentence; undefined when there is nothing to tell, since nobody asked for what is gone. */
  readonly done: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that Kong can do without: it falls back on its default. Fields that a request is matched by are not among them, since without them a route would match more. */
const OPTIONAL: Readonly<Record<string, ReadonlySet<string>>> = {
  services: new Set([
    "connect_timeout",
    "read_timeout",
    "write_timeout",
    "retries",
    "tls_verify",
    "tls_verify_depth",
    "client_certificate",
  ]),
  routes: new Set([
    "path_handling",
    "regex_priority",
    "https_redirect_status_code",
    "strip_path",
    "preserve_host",
    "request_buffering",
    "response_buffering",
  ]),
  targets: new Set(["weight"]),
  plugins: new Set(["run_on", "ordering"]),
};

/** Fields that mean nothing under some protocols, for which Kong refuses them. */
const OUT_OF_PLACE: ReadonlySet<string> = new Set(["path", "ca_certificates"]);
const MUST_BE_ABSENT = "value must be null";
const TOO_SHORT = "length must be at least 1";

/** What is set on every Ingress's service and route, asked for or not. */
const COMMON: Readonly<Record<string, unknown>> = { path: "/", strip_path: false };

/** Kong Enterprise's protocols for WebSockets, and those by which every Kong passes them on. */
const WEBSOCKETS: ReadonlyMap<unknown, string> = new Map([
  ["ws", "http"],
  ["wss", "https"],
]);

/** Lists of which a single item can be left out while others remain: each is one more thing that the entity matches or holds. */
const LISTS: Readonly<Record<string, ReadonlySet<string>>> = {
  routes: new Set(["paths", "hosts", "methods", "snis", "protocols"]),
  services: new Set(["ca_certificates"]),
};

/** What an upstream cannot be without. */
const UPSTREAM_CORE = ["id", "name", "host_header", "tags", "targets"] as const;

/** Puts one mistake right, if that can be done without making the entity mean more than was asked for. */
export function remedy(section: string, entity: object, violation: FlatViolation): Remedy | undefined {
  const fields = entity as Fields;
  const [field, at] = (violation.field ?? "").split(".");
  if (field === "tags" && at !== undefined) return withoutItem(fields, field, Number(at));
  if (section === "routes" && field === "headers" && violation.message === TOO_SHORT) return withoutEmptyValues(fields);
  if (field !== undefined && at !== undefined && LISTS[section]?.has(field)) {
    const list = fields[field];
    if (Array.isArray(list) && list.length > 1) return withoutItem(fields, field, Number(at));
  }
  if (field !== undefined && field in fields && isDispensable(section, field, violation))
    return withoutField(fields, field);
  if (section === "services" && field === "protocol") return plainProtocol(fields);
  if (section === "upstreams") return plainUpstream(fields, field);
  return undefined;
}

function isDispensable(section: string, field: string, { message }: FlatViolation): boolean {
  if (OPTIONAL[section]?.has(field)) return true;
  if (section === "services") return OUT_OF_PLACE.has(field) && message === MUST_BE_ABSENT;
  // gRPC and HTTP on one route come to HTTP, which is Kong's default: so KIC has it for the traditional flavours.
  return section === "routes" && field === "protocols" && message.includes("mutually exclusive");
}

function plainProtocol(fields: Fields): Remedy | undefined {
  const protocol = WEBSOCKETS.get(fields["protocol"]);
  if (protocol === undefined) return undefined;
  return { entity: { ...fields, protocol }, done: `${protocol} is used, by which Kong passes WebSockets on too` };
}

function withoutItem(fields: Fields, field: string, at: number): Remedy {
  const list = fields[field] as readonly unknown[];
  return { entity: { ...fields, [field]: list.toSpliced(at - 1, 1) }, done: `that one of its ${field} is left out` };
}

/** Values of a header are alternatives: without the empty ones the route matches less. A header of which none would be left is kept, since without it the route would match more. */
function withoutEmptyValues(fields: Fields): Remedy | undefined {
  let found = false;
  const headers = Object.entries(fields["headers"] as Readonly<Record<string, readonly string[]>>).map(
    ([name, values]) => {
      const some = values.filter((value) => value !== "");
      if (some.length === values.length || some.length === 0) return [name, values];
      found = true;
      return [name, some];
    },
  );
  if (!found) return undefined;
  return { entity: { ...fields, headers: Object.fromEntries(headers) }, done: "empty values are left out" };
}

function withoutField(fields: Fields, field: string): Remedy {
  const { [field]: value, ...entity } = fields;
  const isTold = COMMON[field] === undefined || COMMON[field] !== value;
  return { entity, done: isTold ? `its ${field} is left out, and Kong's default used` : undefined };
}

/** Without the field, else without all that is not needed to reach the targets. */
function plainUpstream(fields: Fields, field: string | undefined): Remedy | undefined {
  const core: ReadonlySet<string> = new Set(UPSTREAM_CORE);
  // Nothing else would put that right.
  if (field !== undefined && core.has(field)) return undefined;
  if (field !== undefined && field in fields) return withoutField(fields, field);
  const rest = Object.keys(fields).filter((key) => !core.has(key));
  if (rest.length === 0) return undefined;
  const entity = Object.fromEntries(Object.entries(fields).filter(([key]) => core.has(key)));
  return { entity, done: "it balances by Kong's defaults" };
}
