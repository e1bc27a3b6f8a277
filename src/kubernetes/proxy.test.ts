import { expect, test } from "vitest";
import { proxyFor } from "./proxy.ts";

const PROXY = "http://proxy:3128";

test.each([
  ["https://api.example.com", {}, undefined],
  ["https://api.example.com", { HTTPS_PROXY: PROXY }, PROXY],
  ["https://api.example.com", { https_proxy: PROXY }, PROXY],
  ["https://api.example.com", { HTTP_PROXY: PROXY }, undefined],
  ["http://api.example.com", { HTTP_PROXY: PROXY }, PROXY],
  ["https://api.example.com", { HTTPS_PROXY: "proxy:3128" }, PROXY],
  ["https://127.0.0.1:6443", { HTTPS_PROXY: PROXY }, undefined],
  ["https://localhost:6443", { HTTPS_PROXY: PROXY }, undefined],
  ["https://[::1]:6443", { HTTPS_PROXY: PROXY }, undefined],
])("%s with %j: %s", (url, env, expected) => {
  expect(proxyFor(new URL(url), env)).toBe(expected);
});

test.each([
  ["https://api.example.com", "example.com", false],
  ["https://example.com", "example.com", false],
  ["https://example.com", ".example.com", true],
  ["https://api.example.com", ".example.com", false],
  ["https://api.example.com", "*.example.com", false],
  ["https://notexample.com", "example.com", true],
  ["https://api.example.com", "*", false],
  ["https://api.example.com", " a.test , API.example.com", false],
  ["https://api.example.com:6443", "example.com:6443", false],
  ["https://api.example.com:6443", "example.com:443", true],
  ["https://api.example.com", "example.com:443", false],
  ["https://10.1.2.3", "10.0.0.0/8", false],
  ["https://11.1.2.3", "10.0.0.0/8", true],
  ["https://api.example.com", "10.0.0.0/8", true],
  ["https://10.1.2.3", "10.1.2.3", false],
  ["https://10.1.2.30", "10.1.2.3", true],
  ["https://[fd00::1]", "fd00::/8", false],
  ["https://[fd00::1]:6443", "[fd00::1]:6443", false],
  ["https://[fd00::1]", "fd00::1", false],
  ["https://10.1.2.3", "10.0.0.0/99", true],
])("%s with NO_PROXY=%s goes through the proxy: %s", (url, list, expected) => {
  expect(proxyFor(new URL(url), { HTTPS_PROXY: PROXY, NO_PROXY: list }) !== undefined).toBe(expected);
});
