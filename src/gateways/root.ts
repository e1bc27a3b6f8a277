import { isJsonObject, own } from "../base/json.ts";
import type { RouterFlavor } from "../kong/entities.ts";
import type { Profile } from "../translate/input.ts";
import { AdminFailure } from "./admin-failure.ts";

/** What is read of the root of an Admin API. */
export interface Root {
  readonly profile: Profile;
  /** As it stands there. */
  readonly version: string;
  readonly nodeId: string;
  /** The largest body that it takes, bytes; undefined when it does not say, Infinity when there is no limit. */
  readonly bodyLimit: number | undefined;
}

/** The oldest version that is spoken to (KIC's). */
const OLDEST = [3, 4, 1] as const;

const FLAVORS: ReadonlySet<string> = new Set(["traditional", "traditional_compatible", "expressions"]);

/** Reads the answer of `GET /`. Throws an AdminFailure of kind `unfit` when this is no gateway that can be used. */
export function readRoot(text: string, workspace: string): Root {
  const root = parse(text);
  const version = root["version"];
  const configuration = root["configuration"];
  if (typeof version !== "string" || !isJsonObject(configuration)) throw notKong();
  const numbers = versionNumbers(version);
  if (numbers === undefined)
    throw unfit(`its version, ${JSON.stringify(version)}, cannot be read`, "this is no version of Kong Gateway's");
  if (isOlder(numbers))
    throw unfit(
      `it is Kong Gateway ${version}`,
      `the oldest version that can be used is ${OLDEST.join(".")}: upgrade the gateway`,
    );
  const flavor = own(configuration, "router_flavor");
  if (typeof flavor !== "string" || !FLAVORS.has(flavor))
    throw unfit(
      `its router_flavor is ${JSON.stringify(flavor)}`,
      "set router_flavor of the gateway to expressions, traditional_compatible or traditional",
    );
  return {
    profile: {
      flavor: flavor as RouterFlavor,
      version: numbers,
      enterprise: isEnterprise(version),
      workspace,
      dbless: isDbless(own(configuration, "database")),
      ...pluginsOf(root),
    },
    version,
    nodeId: typeof root["node_id"] === "string" ? root["node_id"] : "",
    bodyLimit: parseSize(own(configuration, BODY_LIMIT_SETTING)),
  };
}

function pluginsOf(root: Readonly<Record<string, unknown>>): Pick<Profile, "plugins"> {
  const plugins = own(root, "plugins");
  const available = isJsonObject(plugins) ? own(plugins, "available_on_server") : undefined;
  return isJsonObject(available) ? { plugins: Object.keys(available).sort() } : {};
}

/** The gateway's setting for its largest body. */
export const BODY_LIMIT_SETTING = "nginx_admin_client_max_body_size";

function parse(text: string): Readonly<Record<string, unknown>> {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw notKong();
  }
  if (!isJsonObject(root)) throw notKong();
  return root;
}

function notKong(): AdminFailure {
  return unfit(
    "what answers there is not Kong's Admin API",
    "look at --kong-admin-url: it may be another port of the gateway",
  );
}

function unfit(message: string, advice: string): AdminFailure {
  return new AdminFailure("unfit", message, advice);
}

function versionNumbers(version: string): readonly [number, number, number] | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function isOlder(numbers: readonly [number, number, number]): boolean {
  for (const [i, least] of OLDEST.entries()) if (numbers[i] !== least) return numbers[i]! < least;
  return false;
}

/** KIC's rule: a fourth number, or the word. */
function isEnterprise(version: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+/.test(version) || version.includes("enterprise");
}

function isDbless(database: unknown): boolean {
  if (database === "off" || database === "") return true;
  if (database === "postgres") return false;
  throw unfit(
    `its database is ${JSON.stringify(database)}`,
    "the gateway must run without a database (off) or with postgres",
  );
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** nginx writes sizes as `10m`; 0 is no limit. */
function parseSize(value: unknown): number | undefined {
  const match = /^(\d+)([kmg]?)$/i.exec(
    typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "",
  );
  if (match === null) return undefined;
  const size = Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
  return size === 0 ? Infinity : size;
}
