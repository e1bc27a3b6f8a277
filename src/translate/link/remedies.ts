import type { FlatViolation } from "../../kong/schema/violation.ts";

export interface Remedy {
  readonly entity: object;
  /** What was done, as the end of a sentence. */
  readonly done: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that Kong can do without: it falls back on its default. Fields that a request is matched by are not among them, since without them a route would match more. */
const OPTIONAL: Readonly<Record<string, ReadonlySet<string>>> = {
  services: new Set([
    "path",
    "connect_timeout",
    "read_timeout",
    "write_timeout",
    "retries",
    "tls_verify",
    "tls_verify_depth",
    "client_certificate",
    "ca_certificates",
  ]),
  routes: new Set([
    "protocols",
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

/** Lists of which a single item can be left out while others remain: each is one more thing that the entity matches or holds. */
const LISTS: Readonly<Record<string, ReadonlySet<string>>> = {
  routes: new Set(["paths", "hosts", "methods", "snis"]),
  services: new Set(["ca_certificates"]),
};

/** What an upstream cannot be without. */
const UPSTREAM_CORE = ["id", "name", "host_header", "tags", "targets"] as const;

/** Puts one mistake right, if that can be done without making the entity mean more than was asked for. */
export function remedy(section: string, entity: object, violation: FlatViolation): Remedy | undefined {
  const fields = entity as Fields;
  const [field, at] = (violation.field ?? "").split(".");
  if (field === "tags" && at !== undefined) return withoutItem(fields, field, Number(at));
  if (field !== undefined && at !== undefined && LISTS[section]?.has(field)) {
    const list = fields[field];
    if (Array.isArray(list) && list.length > 1) return withoutItem(fields, field, Number(at));
  }
  if (field !== undefined && field in fields && OPTIONAL[section]?.has(field)) return withoutField(fields, field);
  if (section === "routes" && "protocols" in fields) return withoutField(fields, "protocols");
  if (section === "upstreams") return plainUpstream(fields, field);
  return undefined;
}

function withoutItem(fields: Fields, field: string, at: number): Remedy {
  const list = fields[field] as readonly unknown[];
  return { entity: { ...fields, [field]: list.toSpliced(at - 1, 1) }, done: `that one of its ${field} is left out` };
}

function withoutField(fields: Fields, field: string): Remedy {
  const { [field]: _, ...entity } = fields;
  return { entity, done: `its ${field} is left out, and Kong's default used` };
}

/** Without the field, else without all that is not needed to reach the targets. */
function plainUpstream(fields: Fields, field: string | undefined): Remedy | undefined {
  const core: ReadonlySet<string> = new Set(UPSTREAM_CORE);
  if (field !== undefined && field in fields && !core.has(field)) return withoutField(fields, field);
  const rest = Object.keys(fields).filter((key) => !core.has(key));
  if (rest.length === 0) return undefined;
  const entity = Object.fromEntries(Object.entries(fields).filter(([key]) => core.has(key)));
  return { entity, done: "it balances by Kong's defaults" };
}
