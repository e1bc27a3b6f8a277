import { expect, test } from "vitest";
import { serviceOfUrl } from "./service-of-url.ts";

test.each([
  ["http://kong-admin.kong.svc.cluster.local:8001", "kong/kong-admin"],
  ["https://kong-admin.kong.svc:8444/base", "kong/kong-admin"],
  ["http://kong-admin.kong:8001", "kong/kong-admin"],
  ["http://kong-admin:8001", "own/kong-admin"],
  ["http://admin.kong.example.com:8001", undefined],
  ["http://10.0.0.1:8001", undefined],
  ["http://[fd00::1]:8001", undefined],
  ["http://localhost:8001", undefined],
])("%s is %s", (url, service) => {
  expect(serviceOfUrl(url, "own")).toBe(service);
});

test("outside of a Pod a bare name is no Service", () => {
  expect(serviceOfUrl("http://kong-admin:8001", undefined)).toBeUndefined();
});
