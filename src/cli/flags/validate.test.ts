import { describe, expect, test } from "vitest";
import { defaultFlags } from "./parse.ts";
import type { FlagValues } from "./table.ts";
import { gateErrors, startUpErrors } from "./validate.ts";

const errors = (changed: Partial<FlagValues>) => startUpErrors(defaultFlags(changed));
const service = { namespace: "kong", name: "admin" };
const konnect: Partial<FlagValues> = {
  "konnect-sync-enabled": true,
  "kong-admin-svc": service,
  "konnect-control-plane-id": "id",
  "konnect-tls-client-cert": "pem",
  "konnect-tls-client-key": "pem",
};

test("the defaults are right", () => expect(errors({})).toEqual([]));

describe.each<readonly [string, Partial<FlagValues>, RegExp]>([
  ["token twice", { "kong-admin-token": "t", "kong-admin-token-file": "f" }, /^set --kong-admin-token or .*not both$/],
  [
    "CA twice",
    { "kong-admin-ca-cert": "t", "kong-admin-ca-cert-file": "f" },
    /^set --kong-admin-ca-cert or .*not both$/,
  ],
  [
    "client certificate twice",
    { "kong-admin-tls-client-cert": "t", "kong-admin-tls-client-cert-file": "f", "kong-admin-tls-client-key": "k" },
    /^set --kong-admin-tls-client-cert or /,
  ],
  [
    "client key twice",
    { "kong-admin-tls-client-cert": "t", "kong-admin-tls-client-key": "k", "kong-admin-tls-client-key-file": "f" },
    /^set --kong-admin-tls-client-key or /,
  ],
  [
    "client certificate alone",
    { "kong-admin-tls-client-cert-file": "f" },
    /no key: set --kong-admin-tls-client-key-file/,
  ],
  ["client key alone", { "kong-admin-tls-client-key": "k" }, /no certificate: set --kong-admin-tls-client-cert-file/],
  ["Konnect without discovery", { ...konnect, "kong-admin-svc": undefined }, /needs --kong-admin-svc/],
  ["Konnect without address", { ...konnect, "konnect-address": "" }, /needs --konnect-address/],
  ["Konnect without control plane", { ...konnect, "konnect-control-plane-id": "" }, /needs --konnect-control-plane-id/],
  [
    "Konnect without certificate",
    { ...konnect, "konnect-tls-client-cert": "", "konnect-tls-client-key": "" },
    /needs a client certificate/,
  ],
  ["Konnect without key", { ...konnect, "konnect-tls-client-key": "" }, /no key: set --konnect-tls-client-key-file/],
  ["Konnect uploading too often", { ...konnect, "konnect-upload-config-period": 9_999 }, /at least 10s/],
  [
    "back-fill without its gate",
    { "use-last-valid-config-for-fallback": true, "feature-gates": new Map([["FallbackConfiguration", false]]) },
    /FallbackConfiguration/,
  ],
  [
    "checking too often",
    {
      "kong-admin-svc": service,
      "gateway-discovery-readiness-check-interval": 2_999,
      "gateway-discovery-readiness-check-timeout": 1,
    },
    /at least 3s/,
  ],
  [
    "checking longer than the interval",
    { "kong-admin-svc": service, "gateway-discovery-readiness-check-timeout": 10_000 },
    /\(10s\) must be less than the interval \(10s\)/,
  ],
  ["no port names", { "kong-admin-svc": service, "kong-admin-svc-port-names": [] }, /at least one port/],
  ["no gateway", { "kong-admin-url": [] }, /no gateway is named/],
  [
    "initial delay above the maximum",
    { "kong-client-initial-delay": 2_000, "kong-client-max-delay": 1_000 },
    /^--kong-client-initial-delay \(2s\) must not be above --kong-client-max-delay \(1s\)$/,
  ],
  ["initial delay above the default maximum", { "kong-client-initial-delay": 60_000 }, /\(30s, its default\)$/],
  [
    "webhook with a mix",
    {
      "admission-webhook-listen": { host: "", port: 1 },
      "admission-webhook-cert-file": "f",
      "admission-webhook-key": "k",
    },
    /given: --admission-webhook-cert-file, --admission-webhook-key$/,
  ],
  ["custom entities without ids", { "feature-gates": new Map([["FillIDs", false]]) }, /KongCustomEntity needs FillIDs/],
])("%s", (_, changed, message) => {
  test("is the one thing that is wrong", () => expect(errors(changed)).toEqual([expect.stringMatching(message)]));
});

describe.each<readonly [string, Partial<FlagValues>]>([
  ["Konnect", konnect],
  [
    "a client certificate from file, its key as text",
    { "kong-admin-tls-client-cert-file": "f", "kong-admin-tls-client-key": "k" },
  ],
  ["back-fill", { "use-last-valid-config-for-fallback": true }],
  ["readiness settings without discovery", { "gateway-discovery-readiness-check-interval": 1 }],
  ["no URL but discovery", { "kong-admin-url": [], "kong-admin-svc": service }],
  [
    "webhook files",
    {
      "admission-webhook-listen": { host: "", port: 1 },
      "admission-webhook-cert-file": "f",
      "admission-webhook-key-file": "f",
    },
  ],
  [
    "webhook texts",
    { "admission-webhook-listen": { host: "", port: 1 }, "admission-webhook-cert": "c", "admission-webhook-key": "k" },
  ],
  ["webhook with mounted files", { "admission-webhook-listen": { host: "", port: 1 } }],
  ["a webhook that is off with half a pair", { "admission-webhook-cert": "c" }],
  [
    "neither ids nor custom entities",
    {
      "feature-gates": new Map([
        ["FillIDs", false],
        ["KongCustomEntity", false],
      ]),
    },
  ],
  ["status without a way to know addresses", { "update-status": true }],
  ["one fixed delay, as with KIC's flags", { "kong-admin-init-retry-delay": 60_000 }],
])("%s", (_, changed) => {
  test("is right", () => expect(errors(changed)).toEqual([]));
});

test("several mistakes are all told", () => {
  expect(
    errors({ "kong-admin-token": "t", "kong-admin-token-file": "f", "kong-admin-tls-client-key": "k" }),
  ).toHaveLength(2);
});

test("offline, only the gates count", () => {
  const flags = defaultFlags({ "kong-admin-url": [], "kong-admin-token": "t", "kong-admin-token-file": "f" });
  expect(gateErrors(flags)).toEqual([]);
  expect(gateErrors(defaultFlags({ "feature-gates": new Map([["FillIDs", false]]) }))).toHaveLength(1);
});
