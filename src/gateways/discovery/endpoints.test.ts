import { expect, test } from "vitest";
import type { Endpoint, EndpointSliceObject } from "../../resources/core/endpoint-slice.ts";
import { gatewaysIn, nobodyIn } from "./endpoints.ts";
import { pod, slice } from "./sample-slices.ts";

const NAMES = ["admin-tls", "kong-admin-tls"];

const urls = (slices: readonly EndpointSliceObject[]) => gatewaysIn(slices, NAMES).map(({ pod: of, url }) => [of, url]);

test("every Pod with a port of the right name, by its address, always over TLS", () => {
  const ports = [
    { name: "proxy", port: 8000 },
    { name: "admin-tls", port: 8444 },
  ];
  expect(urls([slice([pod("b", "10.0.0.2"), pod("a", "10.0.0.1")], { ports })])).toEqual([
    ["kong/a", "https://10.0.0.1:8444"],
    ["kong/b", "https://10.0.0.2:8444"],
  ]);
});

test("ready or not is not asked, terminating is out", () => {
  const endpoints = [
    pod("a", "10.0.0.1", { conditions: { ready: false } }),
    pod("b", "10.0.0.2", { conditions: { ready: true, terminating: true } }),
  ];
  expect(urls([slice(endpoints)])).toEqual([["kong/a", "https://10.0.0.1:8444"]]);
});

test("what is no Pod, has no such port, or no address to speak to is out", () => {
  const ip = { addresses: ["10.0.0.9"], targetRef: { kind: "Node", name: "n" } };
  expect(urls([slice([ip, { addresses: ["10.0.0.8"] }])])).toEqual([]);
  expect(urls([slice([pod("a", "10.0.0.1")], { ports: [{ name: "admin", port: 8001 }] })])).toEqual([]);
  expect(urls([slice([pod("a", "10.0.0.1")], { ports: [{ name: "admin-tls" }] })])).toEqual([]);
  expect(urls([slice([pod("a", "kong.test")], { addressType: "FQDN" })])).toEqual([]);
});

test("a dual-stack Pod is one gateway, by its IPv4 address; IPv6 addresses stand in brackets", () => {
  const six = slice([pod("a", "fd00::1"), pod("b", "fd00::2")], { addressType: "IPv6" });
  expect(urls([six, slice([pod("a", "10.0.0.1")])])).toEqual([
    ["kong/a", "https://10.0.0.1:8444"],
    ["kong/b", "https://[fd00::2]:8444"],
  ]);
});

test("of several ports the one named first counts", () => {
  const ports = [
    { name: "kong-admin-tls", port: 1 },
    { name: "admin-tls", port: 2 },
  ];
  expect(urls([slice([pod("a", "10.0.0.1")], { ports })])).toEqual([["kong/a", "https://10.0.0.1:2"]]);
});

test("another Pod at the same address is another gateway, and so is a Pod at another address", () => {
  const id = (endpoint: Endpoint) => gatewaysIn([slice([endpoint])], NAMES)[0]?.id;
  const before = id(pod("a", "10.0.0.1"));
  expect(id(pod("b", "10.0.0.1"))).not.toBe(before);
  expect(id(pod("a", "10.0.0.2"))).not.toBe(before);
  expect(id(pod("a", "10.0.0.1", { conditions: { ready: false } }))).toBe(before);
});

test("why nobody is there, with what to look at where waiting will hardly mend it", () => {
  const nobody = (slices: readonly EndpointSliceObject[]) => nobodyIn(slices, NAMES);
  expect(nobody([])).toEqual({ why: "it has none, or there is no such Service" });
  expect(nobody([slice([])])).toEqual({ why: "it has none, or there is no such Service" });
  const ports = [{ name: "proxy", port: 8000 }, { name: "admin", port: 8001 }, { port: 1 }];
  expect(nobody([slice([pod("a", "10.0.0.1")], { ports })])).toEqual({
    why: "of its ports, (unnamed), admin, proxy, none is named admin-tls or kong-admin-tls",
    advice: expect.stringContaining("--kong-admin-svc-port-names"),
  });
  expect(nobody([slice([{ addresses: ["10.0.0.8"] }])])).toMatchObject({
    why: "its endpoints are no Pods",
    advice: expect.stringContaining("--kong-admin-svc"),
  });
  const leaving = { conditions: { terminating: true } };
  expect(nobody([slice([pod("a", "10.0.0.1", leaving)])])).toEqual({ why: "all of its Pods are terminating" });
  const unnumbered = slice([pod("a", "10.0.0.1")], { ports: [{ name: "admin-tls" }] });
  expect(nobody([unnumbered])).toEqual({ why: "none of its Pods has an address and such a port" });
});
