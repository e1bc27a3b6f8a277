import { formatRef, type Problem } from "../../base/problem.ts";

/** What the compiler says of something that the API server minds too: by the compiler's code, the API server's words. */
const RESTATED: Readonly<Record<string, RegExp>> = {
  "backend-missing": /^either a service or a resource must be given/,
  "consumer-unnamed": /^Need to provide either username or custom_id/,
  "custom-entity-type": /^The type field cannot be one of/,
  "listener-conflict": /^two listeners have the same port/,
  "path-type": /must be one of/,
  "plugin-config-twice": /^Using both config and configFrom/,
  "rewrite-without-prefix": /^ReplacePrefixMatch needs/,
  "route-without-rules": /^must have at least one item/,
  "rule-without-backends": /^must have at least one item/,
  "service-port-missing": /^(a reference to a Service needs a port|the port of a service must be given)/,
};

/** Items that stand twice: each of them may have another problem of its own. */
const TWIN = /^(is|has) the same/;

/** Each problem once: of what the API server and the compiler, or the compiler and a gateway, both say the more precise one stays. */
export function onlyOnce(problems: readonly Problem[]): readonly Problem[] {
  const dropped = new Set<Problem>();
  for (const group of Map.groupBy(problems, ({ object }) => `${object.group} ${formatRef(object)}`).values()) {
    const errors = group.filter(({ severity }) => severity === "error");
    const byServer = errors.filter(isByServer);
    const others = errors.filter((problem) => !isByServer(problem));
    for (const server of byServer)
      for (const other of others) {
        if (!saysTheSame(server, other)) continue;
        dropped.add(isInside(other.path, server.path) && other.path !== server.path ? server : other);
      }
    for (const gateway of others.filter(({ code }) => code === "rejected-by-gateway"))
      if (others.some((other) => other.code === "kong-refuses" && sameField(other, gateway))) dropped.add(gateway);
  }
  return problems.filter((problem) => !dropped.has(problem));
}

function isByServer({ code }: Problem): boolean {
  return code === "value-not-allowed" || code === "rule-broken";
}

function saysTheSame(server: Problem, other: Problem): boolean {
  const near = isInside(server.path, other.path) || isInside(other.path, server.path);
  if (!near) return false;
  if (RESTATED[other.code]?.test(server.message) === true) return true;
  // What follows from a value that could not be is no news.
  const said = server.code === "value-not-allowed" && !TWIN.test(server.message);
  if (!said || !FOLLOWS.test(other.code)) return false;
  if (other.path !== undefined) return isInside(server.path, other.path);
  // Names of entities are made of the names in an object.
  return /, field (name|host): /.test(other.message) && NAMES.test(server.path ?? "");
}

const NAMES = /(^|\.)(name|namespace|serviceName|number|port)$/;
const FOLLOWS = /^(kong-refuses|rejected-by-gateway|.*-missing)$/;

function sameField(a: Problem, b: Problem): boolean {
  return a.path !== undefined && a.path === b.path;
}

/** Whether a path is another one or leads into it; the whole object holds everything. */
function isInside(inner = "", outer = ""): boolean {
  return outer === "" || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}
