import { expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { AdminFailure } from "../admin-failure.ts";
import type { GatewayAdmin } from "../gateway-admin.ts";
import { GatewayFleet } from "../gateway-fleet.ts";
import { readRoot } from "../root.ts";
import { rootAnswer } from "../stand-in.ts";
import { DiscoveredGateways } from "./discovered-gateways.ts";
import { pod, slice } from "./sample-slices.ts";

function rig(maxAttempts = 0) {
  const clock = new ManualClock(0);
  const fleet = new GatewayFleet();
  const said: string[] = [];
  const attempts = new Map<string, number>();
  const up = new Set<string>();
  fleet.listen((event) => {
    if (event.type === "gave-up") said.push(`gave up after ${event.attempts}: ${event.cause.message}`);
    else if (event.type === "left" && !event.gateway.placeholder) said.push(`${event.gateway.name} left`);
    else if (event.type === "state" && event.gateway.state.phase === "ready") said.push(`${event.gateway.name} ready`);
  });
  const adminAt = (url: string): GatewayAdmin => ({
    url,
    async reach() {
      attempts.set(url, (attempts.get(url) ?? 0) + 1);
      if (!up.has(url)) throw new AdminFailure("unreachable", `connect ECONNREFUSED ${url}`);
      return { ...readRoot(JSON.stringify(rootAnswer()), ""), hash: "0".repeat(32) };
    },
    status: async () => ({ hash: "0".repeat(32) }),
    push: () => Promise.reject(new Error("not here")),
    ask: () => Promise.reject(new Error("not here")),
    forget: () => undefined,
  });
  const gateways = new DiscoveredGateways({
    fleet,
    service: "kong/kong-admin",
    portNames: ["admin-tls"],
    policy: { maxAttempts, initialDelay: 1000, maxDelay: 30_000 },
    clock,
    checkInterval: 10_000,
    adminAt,
  });
  const names = () => fleet.gateways.map(({ name }) => name);
  return { clock, fleet, gateways, said, attempts, up, names };
}

const A = "https://10.0.0.1:8444";

test("as long as there is nobody the search itself has its attempts, and says why", async () => {
  const { clock, gateways, said, names, fleet } = rig(3);
  expect(names()).toEqual(["the endpoints of Service kong/kong-admin"]);
  await clock.advance(0);
  expect(fleet.gateways[0]?.state).toMatchObject({
    cause: { message: 'no endpoints for service: "kong/kong-admin" (its EndpointSlices have not been listed yet)' },
  });
  gateways.replace([]);
  await clock.advance(10_000);
  expect(said).toEqual([
    'gave up after 3: no endpoints for service: "kong/kong-admin" (it has none, or there is no such Service)',
  ]);
});

test("a Pod that appears is tried at once, under its name", async () => {
  const { clock, gateways, said, up, names } = rig();
  await clock.advance(100_000);
  up.add(A);
  gateways.replace([slice([pod("a", "10.0.0.1")])]);
  await clock.advance(0);
  expect(names()).toEqual([`Pod kong/a (${A})`]);
  expect(said).toEqual([`Pod kong/a (${A}) ready`]);
});

test("30 Pods at once", async () => {
  const { clock, gateways, said, up } = rig();
  const pods = Array.from({ length: 30 }, (_, i) => pod(`p${i}`, `10.0.1.${i}`));
  for (let i = 0; i < 30; i++) up.add(`https://10.0.1.${i}:8444`);
  gateways.replace([slice(pods)]);
  await clock.advance(0);
  expect(said).toHaveLength(30);
});

test("a changed condition cuts a wait short, and nobody else's", async () => {
  const { clock, gateways, attempts } = rig();
  const starting = { conditions: { ready: false } };
  gateways.replace([slice([pod("a", "10.0.0.1", starting), pod("b", "10.0.0.2", starting)])]);
  await clock.advance(20_000);
  expect([...attempts.values()]).toEqual([5, 5]);
  gateways.upsert(slice([pod("a", "10.0.0.1", { conditions: { ready: true } }), pod("b", "10.0.0.2", starting)]));
  await clock.advance(0);
  expect([...attempts.values()]).toEqual([6, 5]);
});

test("a Pod that terminates or goes leaves; the last one's place is taken by the search", async () => {
  const { clock, gateways, said, up, names } = rig();
  up.add(A);
  gateways.replace([slice([pod("a", "10.0.0.1")])]);
  await clock.advance(0);
  gateways.upsert(slice([pod("a", "10.0.0.1", { conditions: { terminating: true } })]));
  expect(names()).toEqual(["the endpoints of Service kong/kong-admin"]);
  expect(said.at(-1)).toBe(`Pod kong/a (${A}) left`);
});

test("an address that another Pod has taken over is another gateway, and nobody searches meanwhile", async () => {
  const { clock, gateways, said, up, names } = rig();
  up.add(A);
  gateways.replace([slice([pod("a", "10.0.0.1")])]);
  await clock.advance(0);
  gateways.upsert(slice([pod("b", "10.0.0.1")]));
  await clock.advance(0);
  expect(names()).toEqual([`Pod kong/b (${A})`]);
  expect(said.slice(1)).toEqual([`Pod kong/a (${A}) left`, `Pod kong/b (${A}) ready`]);
});

test("the Service is deleted and made again", async () => {
  const { clock, gateways, said, up, fleet } = rig(2);
  up.add(A);
  gateways.replace([slice([pod("a", "10.0.0.1")])]);
  await clock.advance(0);
  gateways.remove("kong-admin-1");
  // One was reached, so nobody gives up.
  await clock.advance(3_600_000);
  expect(said.filter((line) => line.startsWith("gave up"))).toEqual([]);
  gateways.upsert(slice([pod("a", "10.0.0.1")]));
  await clock.advance(0);
  expect(said.at(-1)).toBe(`Pod kong/a (${A}) ready`);
  fleet.close();
  expect(clock.pending).toBe(0);
});

test("with several slices a Pod stays as long as one of them names it", async () => {
  const { clock, gateways, up, names } = rig();
  up.add(A);
  const other = slice([pod("a", "fd00::1")], {
    addressType: "IPv6",
    metadata: { name: "kong-admin-6", namespace: "kong" },
  });
  gateways.replace([slice([pod("a", "10.0.0.1")]), other]);
  await clock.advance(0);
  expect(names()).toEqual([`Pod kong/a (${A})`]);
  gateways.remove("kong-admin-1");
  expect(names()).toEqual(["Pod kong/a (https://[fd00::1]:8444)"]);
});

test("when the last gateway without attempts left is what remains, the fleet gives up", async () => {
  const { clock, gateways, said } = rig(1);
  gateways.replace([slice([pod("a", "10.0.0.1")])]);
  await clock.advance(0);
  expect(said).toEqual([`gave up after 1: connect ECONNREFUSED ${A}`]);
});
