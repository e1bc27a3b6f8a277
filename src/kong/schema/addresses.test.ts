import { expect, test } from "vitest";
import * as a from "./addresses.ts";

test("names, addresses and ports", () => {
  expect(a.parseAddress("a.b")).toEqual({ type: "name", host: "a.b" });
  expect(a.parseAddress("a.b.:80")).toEqual({ type: "name", host: "a.b.", port: 80 });
  expect(a.parseAddress("10.0.0.1:80")).toEqual({ type: "ipv4", host: "10.0.0.1", port: 80 });
  expect(a.parseAddress("[::1]:80")).toEqual({
    type: "ipv6",
    host: "0000:0000:0000:0000:0000:0000:0000:0001",
    port: 80,
  });
  expect(a.parseAddress("fd00::a")).toMatchObject({ host: "fd00:0000:0000:0000:0000:0000:0000:000a" });
});

test("what is none", () => {
  expect(a.parseAddress("10.0.0.1:99999")).toBe("invalid port number");
  expect(a.parseAddress("10.0.0.256")).toBe("invalid ipv4 address: 10.0.0.256");
  for (const name of ["bad name", "a..b", "a-.b", "", "a/b", "-"])
    expect(a.parseAddress(name), name).toBe(`invalid hostname: ${name}`);
  expect(a.parseAddress("::g")).toBe("invalid ipv6 address: ::g");
  expect(a.parseAddress("[::1]x")).toBe("invalid ipv6 address");
});

test("hosts of services", () => {
  expect(a.checkHost("a.b")).toBeUndefined();
  expect(a.checkHost("a:80")).toBe("must not have a port");
  expect(a.checkHost("a b")).toBe("invalid value: a b");
  expect(a.checkHostWithPort("a:80")).toBeUndefined();
});

test("hosts of routes and SNIs", () => {
  expect(a.checkRouteHost("*.example.com")).toBeUndefined();
  expect(a.checkRouteHost("a_b.*")).toBeUndefined();
  expect(a.checkRouteHost("bad host")).toBe("invalid hostname: bad host");
  expect(a.checkWildcardHost("*.example.com")).toBeUndefined();
  expect(a.checkWildcardHost("*")).toBeUndefined();
  expect(a.checkWildcardHost("a.*.b")).toBe("wildcard must be leftmost or rightmost character");
  expect(a.checkWildcardHost("*.a.*")).toBe("only one wildcard must be specified");
  expect(a.checkWildcardHost("1.2.3.4")).toBe("must not be an IP");
  expect(a.checkSni("a:443")).toBe("must not have a port");
});

test("addresses and ranges", () => {
  expect(a.checkIp("::1")).toBeUndefined();
  expect(a.checkIp("a")).toBe("not an ip address: a");
  for (const good of ["10.0.0.0/8", "10.0.0.1", "fd00::/128"]) expect(a.checkIpOrCidr(good)).toBeUndefined();
  for (const bad of ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "x/8"])
    expect(a.checkIpOrCidr(bad)).toBe(`invalid ip or cidr range: '${bad}'`);
});
