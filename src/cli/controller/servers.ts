import type { Hono } from "hono";
import { Registry } from "prom-client";
import type { Log } from "../../base/log.ts";
import { selfSigned } from "../../preview/tls/self-signed.ts";
import type { DiagnosticsOptions } from "../../server/diagnostics.ts";
import { diagnostics } from "../../server/diagnostics.ts";
import { grantedApp, type MayGet } from "../../server/granted-app.ts";
import { healthApp } from "../../server/health.ts";
import { type Certificate, type ListenAddress, type Listening, listen } from "../../server/listen.ts";
import { collectMetrics, type MetricsOptions, metricsApp } from "../../server/metrics.ts";
import { profiles } from "../../server/profiles.ts";
import type { SyncObserver } from "../../sync/observer.ts";
import type { ServerOptions } from "../settings/servers.ts";

export interface ControllerServersOptions {
  readonly where: ServerOptions;
  /** What is missing until the controller is ready; asked for each request. */
  readonly missing: () => readonly string[];
  readonly metrics: Omit<MetricsOptions, "registry">;
  /** Who may read metrics, where not everybody may. */
  readonly mayGet: MayGet;
  readonly log: Log;
  readonly diagnostics: Omit<DiagnosticsOptions, "dumps">;
}

/** The servers of a controller, and what feeds them. */
export interface ControllerServers {
  readonly observers: readonly SyncObserver[];
  /** Resolves with the port of each server by its purpose; rejects when one cannot be had, and then none is left open. */
  start(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

const TEN_YEARS = 10 * 365 * 24 * 3_600_000;

/** A certificate that nobody knows beforehand, as KIC's is: who reads metrics has to take it as it comes. */
function ownCertificate(now: number): Certificate {
  return selfSigned({ names: ["silverback-metrics"], notBefore: now - 3_600_000, notAfter: now + TEN_YEARS });
}

export function controllerServers(options: ControllerServersOptions): ControllerServers {
  const { where } = options;
  const registry = new Registry();
  const shown = diagnostics({ ...options.diagnostics, dumps: where.diagnostics?.dumps ?? "none" });
  const profiled = where.diagnostics?.profiling === true ? profiles(options.diagnostics.clock) : undefined;
  if (profiled !== undefined) shown.app.route("/", profiled.app);
  const open = new Map<string, Listening>();
  const close = async () => {
    profiled?.close();
    const servers = [...open.values()];
    open.clear();
    await Promise.all(servers.map((server) => server.close()));
  };
  const serve = async (app: Hono, address: ListenAddress, purpose: string, flag: string, certificate?: Certificate) => {
    open.set(purpose, await listen(app, address, purpose, flag, certificate));
  };
  const serveMetrics = async ({ listen: address, access }: NonNullable<ServerOptions["metrics"]>) => {
    const app = metricsApp(registry);
    if (access === "off") await serve(app, address, "metrics", "metrics-bind-address");
    else {
      // Tokens are sent here: without TLS anybody on the way could read them.
      const shown = ownCertificate(options.metrics.now());
      await serve(grantedApp(app, options.mayGet, options.log), address, "metrics", "metrics-bind-address", shown);
    }
  };
  return {
    observers: [collectMetrics({ ...options.metrics, registry }), shown.observer],
    async start() {
      const { health, metrics, diagnostics: debug } = where;
      try {
        await serve(healthApp(options.missing), health, "health", "health-probe-bind-address");
        if (metrics !== undefined) await serveMetrics(metrics);
        if (debug !== undefined) await serve(shown.app, debug.listen, "diagnostics", "diagnostic-server-port");
      } catch (error) {
        await close();
        throw error;
      }
      return Object.fromEntries([...open].map(([purpose, { port }]) => [purpose, port]));
    },
    close,
  };
}
