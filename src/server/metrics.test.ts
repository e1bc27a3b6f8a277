import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { Pieces } from "../base/pieces.ts";
import type { ConnectionState, Fleet, Gateway, GatewayEvent, Payload } from "../sync/gateway.ts";
import { Mode } from "../sync/mode.ts";
import { collectMetrics, metricsApp } from "./metrics.ts";

const PAYLOAD: Payload = { bytes: Pieces.of("12345"), md5: "a".repeat(32), entities: 1, sections: new Map() };

function rig() {
  const clock = new ManualClock(1_000_000);
  let state: ConnectionState = { phase: "lost", since: 0, cause: { message: "reset" } };
  const listeners = new Set<(event: GatewayEvent) => void>();
  const gateway: Gateway = {
    id: "1",
    name: "a",
    url: "http://a:8001",
    attempts: 7,
    placeholder: false,
    get state() {
      return state;
    },
    push: () => Promise.reject(new Error("not here")),
  };
  const gateways = [gateway];
  const fleet: Fleet = {
    gateways,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const tell = (event: GatewayEvent) => {
    for (const listener of listeners) listener(event);
  };
  const registry = new Registry();
  const mode = new Mode(fleet, clock);
  const observer = collectMetrics({ registry, instanceId: "i-1", fleet, mode, now: () => clock.now() });
  const become = (next: ConnectionState) => {
    state = next;
    tell({ type: "state", gateway });
  };
  const leave = () => {
    gateways.pop();
    tell({ type: "left", gateway });
  };
  const lines = async () => {
    const answer = await metricsApp(registry).request("/metrics");
    expect(answer.headers.get("content-type")).toContain("text/plain");
    return (await answer.text()).split("\n").filter((line) => !line.startsWith("#"));
  };
  return { clock, gateway, observer, registry, become, leave, lines };
}

test("pushes are counted under KIC's names", async () => {
  const { gateway, observer, lines } = rig();
  const pushed = (outcome: Parameters<NonNullable<typeof observer.pushed>>[0]["outcome"], fallback = false) =>
    observer.pushed?.({ gateway, payload: PAYLOAD, outcome, ms: 150, fallback });
  pushed({ kind: "accepted", hash: PAYLOAD.md5 });
  pushed({ kind: "failed", cause: { message: "reset" } });
  const origins = [{ group: "", version: "v1", kind: "Service", namespace: "shop", name: "web" }];
  const rejection = { origins, entityType: "service", entityName: "web", field: "port", message: "no" };
  pushed({ kind: "rejected", rejections: [rejection, rejection], answer: "{}" });
  pushed({ kind: "accepted", hash: PAYLOAD.md5 }, true);
  const found = await lines();
  const labels = 'protocol="db-less"';
  expect(found).toEqual(
    expect.arrayContaining([
      `ingress_controller_configuration_push_count{instance_id="i-1",dataplane="http://a:8001",success="true",${labels},failure_reason=""} 1`,
      `ingress_controller_configuration_push_count{instance_id="i-1",dataplane="http://a:8001",success="false",${labels},failure_reason="other"} 1`,
      'ingress_controller_configuration_push_broken_resource_count{instance_id="i-1",dataplane="http://a:8001"} 1',
      'ingress_controller_configuration_push_last_successful{instance_id="i-1",dataplane="http://a:8001"} 1000',
      `ingress_controller_configuration_push_size{instance_id="i-1",dataplane="http://a:8001",success="true",${labels}} 5`,
      `ingress_controller_configuration_push_duration_milliseconds_bucket{le="133",instance_id="i-1",dataplane="http://a:8001",success="true",${labels}} 0`,
      `ingress_controller_fallback_configuration_push_count{instance_id="i-1",dataplane="http://a:8001",success="true",${labels},failure_reason=""} 1`,
      'ingress_controller_fallback_configuration_push_last{instance_id="i-1",dataplane="http://a:8001"} 1000',
    ]),
  );
});

test("a push to a database is one of deck's, and has no size", async () => {
  const { become, gateway, observer, lines } = rig();
  const profile = {
    flavor: "traditional_compatible",
    version: [3, 9, 1],
    enterprise: false,
    workspace: "",
    dbless: false,
  } as const;
  become({ phase: "ready", since: 0, facts: { profile, version: "3.9.1", nodeId: "n", hash: undefined } });
  observer.pushed?.({
    gateway,
    payload: PAYLOAD,
    outcome: { kind: "accepted", hash: PAYLOAD.md5 },
    ms: 150,
    fallback: false,
  });
  const found = await lines();
  expect(found).toContain(
    'ingress_controller_configuration_push_count{instance_id="i-1",dataplane="http://a:8001",success="true",protocol="deck",failure_reason=""} 1',
  );
  expect(found.filter((line) => line.startsWith("ingress_controller_configuration_push_size"))).toEqual([]);
});

test("translations are counted under KIC's names", async () => {
  const { observer, lines } = rig();
  const report = {
    profile: { flavor: "expressions", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
    reasons: [],
    ms: 12,
    brokenObjects: 2,
    pending: 0,
    fallback: false,
    leavesOutAnew: false,
    failure: undefined,
  } as const;
  observer.compiled?.(report);
  observer.compiled?.({ ...report, brokenObjects: 0 });
  observer.compiled?.({ ...report, fallback: true, leavesOutAnew: true });
  observer.encoded?.({ profile: report.profile, ms: 1, payload: PAYLOAD, changed: true });
  observer.encoded?.({ profile: report.profile, ms: 1, payload: PAYLOAD, changed: false });
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'ingress_controller_translation_count{instance_id="i-1",success="false"} 1',
      'ingress_controller_translation_count{instance_id="i-1",success="true"} 1',
      'ingress_controller_translation_broken_resource_count{instance_id="i-1"} 0',
      'ingress_controller_fallback_translation_count{instance_id="i-1",success="false"} 1',
      'ingress_controller_fallback_cache_generation_duration_milliseconds_count{instance_id="i-1",success="true"} 1',
      'ingress_controller_processed_config_snapshot_cache_hit{instance_id="i-1"} 1',
      'ingress_controller_processed_config_snapshot_cache_miss{instance_id="i-1"} 1',
    ]),
  );
});

test("the state of each connection, its attempts, and the time in degraded mode", async () => {
  const { clock, become, lines } = rig();
  await clock.advance(5000);
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'silverback_gateway_connection_state{dataplane="http://a:8001",state="lost"} 1',
      'silverback_gateway_connection_state{dataplane="http://a:8001",state="ready"} 0',
      'silverback_gateway_connection_attempts_total{dataplane="http://a:8001"} 7',
      "silverback_degraded 1",
      "silverback_degraded_seconds_total 5",
    ]),
  );
  const profile = {
    flavor: "expressions",
    version: [3, 9, 1],
    enterprise: false,
    workspace: "",
    dbless: true,
  } as const;
  become({ phase: "ready", since: 0, facts: { profile, version: "3.9.1", nodeId: "n", hash: undefined } });
  await clock.advance(5000);
  const after = await lines();
  expect(after).toContain("silverback_degraded 0");
  expect(after).toContain("silverback_degraded_seconds_total 5");
  expect(after.some((line) => line.startsWith("nodejs_eventloop_lag_p99_seconds"))).toBe(true);
});

const READY: ConnectionState = {
  phase: "ready",
  since: 0,
  facts: {
    profile: { flavor: "expressions", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
    version: "3.9.1",
    nodeId: "n",
    hash: undefined,
  },
};

test("who holds the newest configuration, and what became of every push", async () => {
  const { gateway, observer, become, lines } = rig();
  become(READY);
  const { profile } = (READY as Extract<ConnectionState, { phase: "ready" }>).facts;
  const inSync = async () => (await lines()).find((line) => line.startsWith("silverback_gateway_in_sync"))?.at(-1);
  const push = (kind: "accepted" | "failed", payload = PAYLOAD) => {
    const outcome = kind === "accepted" ? ({ kind, hash: payload.md5 } as const) : { kind, cause: { message: "500" } };
    observer.pushed?.({ gateway, payload, outcome, ms: 1, fallback: false });
  };
  observer.encoded?.({ profile, ms: 1, payload: PAYLOAD, changed: true });
  expect(await inSync()).toBe("0");
  push("accepted");
  expect(await inSync()).toBe("1");
  const next = { ...PAYLOAD, md5: "b".repeat(32) };
  observer.encoded?.({ profile, ms: 1, payload: next, changed: true });
  expect(await inSync()).toBe("0");
  push("failed", next);
  push("failed", next);
  expect(await inSync()).toBe("0");
  observer.found?.(gateway, next);
  expect(await inSync()).toBe("1");
  observer.drifted?.(gateway, "c".repeat(32));
  expect(await inSync()).toBe("0");
  push("accepted", next);
  become({ phase: "lost", since: 0, cause: { message: "reset" } });
  expect(await inSync()).toBe("0");
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'silverback_pushes_total{dataplane="http://a:8001",outcome="accepted"} 2',
      'silverback_pushes_total{dataplane="http://a:8001",outcome="failed"} 2',
    ]),
  );
});

test("a conflict in a database is told by KIC's word", async () => {
  const { gateway, observer, lines } = rig();
  const outcome = { kind: "rejected", rejections: [], answer: "", conflict: true } as const;
  observer.pushed?.({ gateway, payload: PAYLOAD, outcome, ms: 1, fallback: false });
  expect((await lines()).some((line) => line.includes('failure_reason="conflict"} 1'))).toBe(true);
});

test("of a gateway that is gone nothing is told any more", async () => {
  const { gateway, observer, leave, lines } = rig();
  for (const fallback of [false, true])
    for (const outcome of [
      { kind: "accepted", hash: PAYLOAD.md5 },
      { kind: "rejected", rejections: [], answer: "" },
      { kind: "failed", cause: { message: "reset" } },
    ] as const)
      observer.pushed?.({ gateway, payload: PAYLOAD, outcome, ms: 1, fallback });
  const told = async () => (await lines()).filter((line) => line.includes("http://a:8001"));
  expect((await told()).length).toBeGreaterThan(100);
  leave();
  expect(await told()).toEqual([]);
});

/** Names, types and labels after spec/admin-push.md §10; a push of each sort was made. */
const PLACE = "dataplane instance_id";
const EACH = `${PLACE} protocol success`;
const KIC: Readonly<Record<string, readonly [string, string]>> = {
  configuration_push_count: ["counter", "dataplane failure_reason instance_id protocol success"],
  configuration_push_broken_resource_count: ["gauge", PLACE],
  configuration_push_last_successful: ["gauge", PLACE],
  configuration_push_size: ["gauge", EACH],
  configuration_push_duration_milliseconds: ["histogram", EACH],
  translation_count: ["counter", "instance_id success"],
  translation_broken_resource_count: ["gauge", "instance_id"],
  translation_duration_milliseconds: ["histogram", "instance_id success"],
  fallback_translation_count: ["counter", "instance_id success"],
  fallback_translation_broken_resource_count: ["gauge", "instance_id"],
  fallback_translation_duration_milliseconds: ["histogram", "instance_id success"],
  fallback_configuration_push_count: ["counter", "dataplane failure_reason instance_id protocol success"],
  fallback_configuration_push_broken_resource_count: ["gauge", PLACE],
  fallback_configuration_push_last: ["gauge", PLACE],
  fallback_configuration_push_size: ["gauge", EACH],
  fallback_configuration_push_duration_milliseconds: ["histogram", EACH],
  fallback_cache_generation_duration_milliseconds: ["histogram", "instance_id success"],
  processed_config_snapshot_cache_hit: ["counter", "instance_id"],
  processed_config_snapshot_cache_miss: ["counter", "instance_id"],
};

test("every metric of KIC's is there, of the same type, with the same labels, and no other of that prefix", async () => {
  const { gateway, observer, registry } = rig();
  const { profile } = (READY as Extract<ConnectionState, { phase: "ready" }>).facts;
  const report = { profile, reasons: [], ms: 1, brokenObjects: 0, pending: 0, leavesOutAnew: true, failure: undefined };
  for (const fallback of [false, true]) {
    observer.compiled?.({ ...report, fallback });
    observer.encoded?.({ profile, ms: 1, payload: PAYLOAD, changed: fallback });
    observer.pushed?.({ gateway, payload: PAYLOAD, outcome: { kind: "accepted", hash: "" }, ms: 1, fallback });
  }
  const found = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith("ingress_controller_"));
  const seen = found.map(({ name, type, values }) => {
    const labels = Object.keys(values[0]?.labels ?? {}).filter((label) => label !== "le");
    return [name.replace("ingress_controller_", ""), [String(type), labels.sort().join(" ")]];
  });
  expect(Object.fromEntries(seen)).toEqual(KIC);
});
