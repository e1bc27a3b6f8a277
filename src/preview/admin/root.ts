import { hostname } from "node:os";
import type { Configuration } from "../configuration.ts";
import { entitiesOf } from "../entity-set.ts";
import type { Settings } from "../options.ts";
import { BUNDLED_PLUGINS } from "./bundled-plugins.ts";

export interface RootFacts {
  readonly settings: Settings;
  readonly nodeId: string;
  readonly configuration: Configuration;
  readonly ports: {
    readonly admin: number;
    readonly status: number;
    readonly proxy: number;
    readonly proxyTls: number;
  };
}

/** What `GET /` says: what a controller reads of a gateway (facts: root.json), and in its tagline what this really is. */
export function rootOf(facts: RootFacts): unknown {
  const { settings, ports } = facts;
  const available: Record<string, unknown> = {};
  for (const [name, priority] of Object.entries(BUNDLED_PLUGINS))
    available[name] = { version: settings.version, priority };
  const used = new Set(entitiesOf(facts.configuration.entities, "plugins").map((p) => String(p["name"])));
  return {
    version: settings.version,
    edition: "community",
    tagline: "A preview gateway of Silverback, for trying and testing; not Kong",
    hostname: hostname(),
    node_id: facts.nodeId,
    lua_version: "none",
    pids: { master: process.pid, workers: [process.pid] },
    timers: { pending: 0, running: 0 },
    plugins: { available_on_server: available, enabled_in_cluster: [...used].sort() },
    configuration: {
      database: settings.database === "off" ? "off" : "postgres",
      role: "traditional",
      router_flavor: settings.flavor,
      admin_listen: [`${settings.host}:${ports.admin}`],
      status_listen: [`${settings.host}:${ports.status}`],
      proxy_listen: [`${settings.host}:${ports.proxy}`, `${settings.host}:${ports.proxyTls} ssl`],
      admin_listeners: [listener(settings.host, ports.admin, false)],
      status_listeners: [listener(settings.host, ports.status, false)],
      proxy_listeners: [listener(settings.host, ports.proxy, false), listener(settings.host, ports.proxyTls, true)],
      stream_listeners: [],
      nginx_admin_client_max_body_size: size(settings.maxBodySize),
      nginx_admin_client_body_buffer_size: size(settings.maxBodySize),
      nginx_http_client_max_body_size: "0",
      plugins: ["bundled"],
      loaded_plugins: Object.fromEntries(Object.keys(BUNDLED_PLUGINS).map((name) => [name, true])),
      vaults: ["bundled"],
      loaded_vaults: { env: true },
      trusted_ips: {},
      real_ip_header: "X-Real-IP",
      kic: false,
      anonymous_reports: false,
      worker_consistency: "eventual",
      worker_state_update_frequency: 5,
      db_update_frequency: 5,
      declarative_config_string: null,
    },
  };
}

function listener(ip: string, port: number, ssl: boolean): unknown {
  return { ip, port, ssl, http2: false, listener: `${ip}:${port}${ssl ? " ssl" : ""}` };
}

/** As nginx writes sizes: `10m`, `512k`, or bytes. */
function size(bytes: number): string {
  if (bytes % (1024 * 1024) === 0) return `${bytes / (1024 * 1024)}m`;
  return bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes);
}
