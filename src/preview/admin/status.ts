import type { Configuration } from "../configuration.ts";
import { EMPTY_HASH } from "../configuration.ts";
import type { Settings } from "../options.ts";
import { type Answer, json } from "./answer.ts";

/** Requests and connections since the start. */
export interface Traffic {
  readonly connections: number;
  readonly active: number;
  readonly requests: number;
}

/** What `GET /status` says. */
export function statusOf(settings: Settings, configuration: Configuration, traffic: Traffic): unknown {
  return {
    memory: { lua_shared_dicts: {}, workers_lua_vms: [{ pid: process.pid, http_allocated_gc: heap() }] },
    server: {
      connections_accepted: traffic.connections,
      connections_handled: traffic.connections,
      connections_active: traffic.active,
      connections_reading: 0,
      connections_writing: 1,
      connections_waiting: 0,
      total_requests: traffic.requests,
    },
    ...(settings.database === "off" ? { configuration_hash: configuration.hash } : { database: { reachable: true } }),
  };
}

/** What `GET /status/ready` says on the status port. */
export function readyAnswer(settings: Settings, configuration: Configuration, draining: boolean): Answer {
  if (draining) return json(503, { message: "draining" });
  if (settings.database === "off" && configuration.hash === EMPTY_HASH)
    return json(503, { message: "no configuration available (empty configuration present)" });
  return json(200, { message: "ready" });
}

function heap(): string {
  return `${(process.memoryUsage().heapUsed / 1048576).toFixed(2)} MiB`;
}
