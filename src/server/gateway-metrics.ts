import { Counter, Gauge, type Registry } from "prom-client";
import { profileKey } from "../sync/configurations.ts";
import type { Fleet, Gateway, Payload, PushOutcome } from "../sync/gateway.ts";
import type { Mode } from "../sync/mode.ts";
import type { DocumentReport, PushReport } from "../sync/observer.ts";

export interface GatewayMetricsOptions {
  readonly registry: Registry;
  readonly fleet: Fleet;
  readonly mode: Mode;
}

const PHASES = ["waiting", "connecting", "ready", "lost", "exhausted"] as const;
const OUTCOMES: readonly PushOutcome["kind"][] = [
  "accepted",
  "unchanged",
  "rejected",
  "too-large",
  "busy",
  "failed",
  "cancelled",
];

/** Silverback's own metrics: how the connections stand, what became of pushes, and who holds the newest configuration. Those of connections are read when somebody asks. */
export function gatewayMetrics({ registry, fleet, mode }: GatewayMetricsOptions) {
  connectionMetrics(registry, fleet);
  modeMetrics(registry, mode);
  const outcomes = new Counter({
    name: "silverback_pushes_total",
    help: "Pushes to a gateway by what became of them: accepted, unchanged (it held all of it), rejected, too-large, busy (429), failed (not reached, or an error of its own), cancelled.",
    labelNames: ["dataplane", "outcome"],
    registers: [registry],
  });
  /** By profile, the MD5 of the newest configuration; by the gateway's id, that of what it holds. */
  const newest = new Map<string, string>();
  const held = new Map<string, string>();
  const isCurrent = ({ id, state }: Gateway) =>
    state.phase === "ready" && held.has(id) && held.get(id) === newest.get(profileKey(state.facts.profile));
  new Gauge({
    name: "silverback_gateway_in_sync",
    help: "1 for a gateway that is ready and holds the newest configuration, 0 for others. A replica that does not lead learns of it a little later, and with a database not at all.",
    labelNames: ["dataplane"],
    registers: [registry],
    collect() {
      this.reset();
      for (const id of held.keys()) if (!fleet.gateways.some((gateway) => gateway.id === id)) held.delete(id);
      for (const gateway of known(fleet)) this.set(dataplane(gateway), isCurrent(gateway) ? 1 : 0);
    },
  });
  return {
    encoded: ({ profile, payload }: DocumentReport) => void newest.set(profileKey(profile), payload.md5),
    pushed({ gateway, payload, outcome }: PushReport): void {
      outcomes.inc({ ...dataplane(gateway), outcome: outcome.kind });
      if (outcome.kind === "accepted" || outcome.kind === "unchanged") held.set(gateway.id, payload.md5);
    },
    found: (gateway: Gateway, payload: Payload) => void held.set(gateway.id, payload.md5),
    drifted: (gateway: Gateway) => void held.delete(gateway.id),
    /** No gateway has this URL any more. */
    forget(url: string): void {
      for (const outcome of OUTCOMES) outcomes.remove({ dataplane: url, outcome });
    },
  };
}

function known(fleet: Fleet): readonly Gateway[] {
  return fleet.gateways.filter((gateway) => !gateway.placeholder);
}

function dataplane(gateway: Gateway): { readonly dataplane: string } {
  return { dataplane: gateway.url };
}

function connectionMetrics(registry: Registry, fleet: Fleet): void {
  new Gauge({
    name: "silverback_gateway_connection_state",
    help: "1 for the state that the connection to a gateway is in, 0 for the others.",
    labelNames: ["dataplane", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const gateway of known(fleet))
        for (const state of PHASES) this.set({ ...dataplane(gateway), state }, gateway.state.phase === state ? 1 : 0);
    },
  });
  new Counter({
    name: "silverback_gateway_connection_attempts_total",
    help: "Attempts to connect to a gateway.",
    labelNames: ["dataplane"],
    registers: [registry],
    collect() {
      this.reset();
      for (const gateway of known(fleet)) this.inc(dataplane(gateway), gateway.attempts);
    },
  });
}

function modeMetrics(registry: Registry, mode: Mode): void {
  new Gauge({
    name: "silverback_degraded",
    help: "1 while no gateway is ready.",
    registers: [registry],
    collect() {
      this.set(mode.name === "degraded" ? 1 : 0);
    },
  });
  new Counter({
    name: "silverback_degraded_seconds_total",
    help: "Time in which no gateway was ready.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(mode.degradedTime / 1000);
    },
  });
}
