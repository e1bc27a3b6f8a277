import type { ObjectRef } from "../../base/problem.ts";
import { annotationPath, PREFIX } from "../annotations.ts";
import { HEADER_NAME } from "../route/annotations.ts";

/** Fields of a Kong service that annotations of its Service set, by Kong's names. */
const OF_SERVICES: ReadonlySet<string> = new Set([
  "protocol",
  "path",
  "connect_timeout",
  "read_timeout",
  "write_timeout",
  "retries",
  "tls_verify",
  "tls_verify_depth",
]);

/** Fields that are for HTTP only; on other routes nothing but an annotation sets them. */
const FOR_HTTP = ["methods", "path_handling", "regex_priority", "strip_path"];

/** Fields of a route that only annotations of its object set, by the kind of that. */
const OF_ROUTES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["Ingress", new Set(["protocols", "methods", "snis", "path_handling", "regex_priority", "strip_path"])],
  ["TCPIngress", new Set([...FOR_HTTP, "protocols"])],
  ["UDPIngress", new Set([...FOR_HTTP, "protocols", "snis"])],
  ["HTTPRoute", new Set(["snis", "path_handling", "regex_priority"])],
  ["GRPCRoute", new Set([...FOR_HTTP, "snis"])],
  ["TCPRoute", new Set([...FOR_HTTP, "snis"])],
  ["UDPRoute", new Set([...FOR_HTTP, "snis"])],
  ["TLSRoute", new Set(FOR_HTTP)],
]);

/** Kinds that ask for headers in their matches too. */
const MATCHES_HEADERS: ReadonlySet<string> = new Set(["HTTPRoute", "GRPCRoute"]);

const OF_PLUGINS: ReadonlySet<string> = new Set(["config", "protocols", "ordering", "instance_name", "run_on"]);
const OF_CONSUMERS: ReadonlySet<string> = new Set(["username", "custom_id"]);

/** Where in the object it came from a field of an entity is set (`field` as Kong names it: `config.key_names.1`); undefined where that cannot be said. */
export function placeOf(section: string, { kind }: ObjectRef, field: string, entity: object): string | undefined {
  const [root = ""] = field.split(".");
  if (root === "") return undefined;
  if (root === "tags") return annotated("tags");
  if (section === "routes" && root === "headers") return headerPlace(kind, entity);
  switch (kind) {
    case "Service":
    case "KongServiceFacade":
      if (section === "upstreams") return root === "host_header" ? annotated(root) : undefined;
      return section === "services" && OF_SERVICES.has(root) ? annotated(root) : undefined;
    case "KongPlugin":
    case "KongClusterPlugin":
      if (root === "name") return "plugin";
      return OF_PLUGINS.has(root) ? withIndexes(field) : undefined;
    case "KongConsumer":
      return OF_CONSUMERS.has(root) ? root : undefined;
    case "KongVault":
      return root === "name" ? "spec.backend" : `spec.${withIndexes(field)}`;
    case "KongLicense":
      return "rawLicenseString";
    case "Secret":
      return section.endsWith("credentials") || section === "acls" || section === "jwt_secrets"
        ? `data.${root}`
        : undefined;
    default:
      return section === "routes" && OF_ROUTES.get(kind)?.has(root) === true ? annotated(root) : undefined;
  }
}

/** Kong's errors do not name the field for the header that they are about: it is one with an empty value, the host, or one with a name that Kong does not take. Those of a match cannot be empty. */
function headerPlace(kind: string, entity: object): string | undefined {
  const { headers = {} } = entity as { readonly headers?: Readonly<Record<string, readonly string[]>> };
  const names = Object.keys(headers);
  const empty = names.find((name) => headers[name]!.includes(""));
  const name = empty ?? (MATCHES_HEADERS.has(kind) ? undefined : names.find(isUnfit));
  return name === undefined ? undefined : annotationPath(`${PREFIX}headers.${name}`);
}

function isUnfit(name: string): boolean {
  return name.toLowerCase() === "host" || !HEADER_NAME.test(name);
}

function annotated(field: string): string {
  return annotationPath(PREFIX + field.replaceAll("_", "-"));
}

/** Kong counts from 1. */
function withIndexes(field: string): string {
  return field.replace(/\.(\d+)(?=\.|$)/g, (_, at: string) => `[${Number(at) - 1}]`);
}
