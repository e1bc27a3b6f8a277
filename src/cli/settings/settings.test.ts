import { describe, expect, test } from "vitest";
import { bundledPlugins } from "../../kong/schema/plugins/table.ts";
import { defaultFlags } from "../flags/parse.ts";
import type { FlagValues } from "../flags/table.ts";
import { adminHeaders, adminOptions } from "./admin.ts";
import { clusterOptions, electsLeader, leaderElectionOptions, ownPod } from "./cluster.ts";
import { serverOptions } from "./servers.ts";
import { missingAddresses, statusOptions } from "./status.ts";
import { syncOptions } from "./sync.ts";
import { assumedProfile, translateSettings } from "./translation.ts";

const flags = (changed: Partial<FlagValues> = {}) => defaultFlags(changed);
const service = { namespace: "kong", name: "admin" };

describe("Admin API", () => {
  test("the defaults", () =>
    expect(adminOptions(flags())).toEqual({
      target: { kind: "urls", urls: ["http://localhost:8001"] },
      tls: { verify: true, serverName: undefined, ca: undefined, client: undefined },
      headers: [],
      token: undefined,
      workspace: "",
      retry: { maxAttempts: 0, initialDelay: 1000, maxDelay: 30_000 },
    }));
  test("a Service takes the place of the URLs", () =>
    expect(adminOptions(flags({ "kong-admin-svc": service, "kong-admin-url": ["http://a"] })).target).toEqual({
      kind: "discovery",
      discovery: { service, portNames: ["admin-tls", "kong-admin-tls"], checkInterval: 10_000, checkTimeout: 5_000 },
    }));
  test("TLS material is text or file", () =>
    expect(
      adminOptions(
        flags({
          "kong-admin-tls-skip-verify": true,
          "kong-admin-tls-server-name": "kong",
          "kong-admin-ca-cert-file": "ca.pem",
          "kong-admin-tls-client-cert": "PEM",
          "kong-admin-tls-client-key-file": "key.pem",
        }),
      ).tls,
    ).toEqual({
      verify: false,
      serverName: "kong",
      ca: { file: "ca.pem" },
      client: { certificate: { text: "PEM" }, key: { file: "key.pem" } },
    }));
  test("headers end their name at the first colon and are not trimmed", () =>
    expect(adminHeaders(["a: b:c", "none", ":x", "y:"])).toEqual([
      { name: "a", value: " b:c" },
      { name: "", value: "x" },
      { name: "y", value: "" },
    ]));
  test("a header of the operator takes the place of the token", () => {
    const token = { "kong-admin-token-file": "token" };
    expect(adminOptions(flags(token)).token).toEqual({ file: "token" });
    expect(adminOptions(flags({ ...token, "kong-admin-header": ["Kong-Admin-Token:x"] })).token).toBeUndefined();
    expect(adminOptions(flags({ ...token, "kong-admin-header": ["kong-admin-token:x"] })).token).toEqual({
      file: "token",
    });
  });
});

describe("cluster", () => {
  test("every controller is on, every namespace watched", () => {
    const options = clusterOptions(flags());
    expect(options.controllers.size).toBe(19);
    expect(options.namespaces).toEqual([]);
    expect(options).toMatchObject({ apiServer: undefined, kubeconfig: undefined, qps: 100, burst: 300 });
    expect(options).toMatchObject({ secretLabel: undefined, configMapLabel: "konghq.com/configmap" });
  });
  test("a controller can be turned off", () => {
    const { controllers } = clusterOptions(flags({ "enable-controller-kongplugin": false }));
    expect(controllers.has("kongplugin")).toBe(false);
    expect(controllers.has("kongclusterplugin")).toBe(true);
  });
  test("the publish Service's namespace is watched too", () => {
    const publish = { "publish-service": { namespace: "kong", name: "proxy" } };
    expect(clusterOptions(flags({ "watch-namespace": ["a", "a"], ...publish })).namespaces).toEqual(["a", "kong"]);
    expect(clusterOptions(flags(publish)).namespaces).toEqual([]);
  });
  test.each<readonly [string, Partial<FlagValues>, boolean, boolean]>([
    ["a lone DB-less gateway", {}, true, false],
    ["a database", {}, false, true],
    ["discovery", { "kong-admin-svc": service }, true, true],
    ["Konnect", { "konnect-sync-enabled": true }, true, true],
    ["forced on", { "force-leader-election": "enabled" }, true, true],
    ["forced off", { "force-leader-election": "disabled", "konnect-sync-enabled": true }, false, false],
    ["forced otherwise", { "force-leader-election": "perhaps" }, true, false],
  ])("leader election with %s", (_, changed, dbless, elects) =>
    expect(electsLeader(flags(changed), dbless)).toBe(elects),
  );
  test("the Lease", () => {
    expect(leaderElectionOptions(flags())).toEqual({
      id: "5b374a9e.konghq.com",
      namespace: undefined,
      mode: "automatic",
    });
    expect(leaderElectionOptions(flags({ "election-namespace": "x" })).namespace).toBe("x");
  });
  test("the own Pod", () => {
    expect(ownPod({ POD_NAME: "a", POD_NAMESPACE: "b" })).toEqual({ namespace: "b", name: "a" });
    expect(ownPod({ POD_NAME: "a", POD_NAMESPACE: "" })).toBeUndefined();
  });
});

describe("translation", () => {
  test("the defaults", () =>
    expect(translateSettings(flags(), false)).toEqual({
      ingressClass: "kong",
      controllerName: "konghq.com/kic-gateway-controller",
      clusterDomain: "",
      drainSupport: false,
      combinedServices: false,
      watchIngressClasses: true,
      gatewayToReconcile: undefined,
      publishServices: [],
      fillIds: true,
      rewriteUris: false,
      serviceFacade: false,
      customEntities: true,
      preflight: true,
      assumeExisting: false,
    }));
  test("gates and names come through", () =>
    expect(
      translateSettings(
        flags({ "feature-gates": new Map([["RewriteURIs", true]]), "gateway-to-reconcile": service, preflight: false }),
        true,
      ),
    ).toMatchObject({ rewriteUris: true, gatewayToReconcile: "kong/admin", preflight: false, assumeExisting: true }));
  test("the gateway that is assumed", () => {
    expect(assumedProfile(flags())).toEqual({
      flavor: "traditional_compatible",
      version: [3, 9, 1],
      enterprise: false,
      workspace: "",
      dbless: true,
    });
    const version = { text: "3.11.0.2", numbers: [3, 11, 0], enterprise: true } as const;
    expect(
      assumedProfile(flags({ "kong-version": version, "router-flavor": "expressions", "kong-workspace": "w" })),
    ).toEqual({ flavor: "expressions", version: [3, 11, 0], enterprise: true, workspace: "w", dbless: true });
    const { plugins = [] } = assumedProfile(flags({ "custom-plugins": ["paint", " acl", ""] }));
    expect(plugins).toEqual([...new Set([...bundledPlugins.keys(), "paint"])].sort());
  });
});

describe("pushing", () => {
  test("the defaults, in ms", () =>
    expect(syncOptions(flags())).toEqual({
      interval: 3000,
      timeout: 30_000,
      reverseSync: false,
      onRejection: "leave-out",
      maxShrinkPercent: undefined,
      database: { concurrency: 10, filterTags: ["managed-by-ingress-controller"], skipCaCertificates: false },
    }));
  test("what a rejection leads to", () => {
    const off = { "feature-gates": new Map([["FallbackConfiguration", false]] as const) };
    expect(syncOptions(flags(off)).onRejection).toBe("keep-last-good");
    expect(syncOptions(flags({ "use-last-valid-config-for-fallback": true })).onRejection).toBe("backfill");
  });
  test("a share that holds back", () =>
    expect(syncOptions(flags({ "max-shrink-percent": 50 })).maxShrinkPercent).toBe(50));
  test("whole milliseconds", () => expect(syncOptions(flags({ "proxy-sync-seconds": 0.0011 })).interval).toBe(1));
});

describe("servers", () => {
  test("the defaults", () =>
    expect(serverOptions(flags())).toEqual({
      health: { host: "", port: 10254 },
      metrics: { listen: { host: "", port: 10255 }, access: "off" },
      diagnostics: undefined,
      admission: undefined,
    }));
  test("metrics can be off", () =>
    expect(serverOptions(flags({ "metrics-bind-address": undefined })).metrics).toBeUndefined());
  test("diagnostics are there for profiles or dumps", () => {
    const listen = { host: "", port: 10256 };
    expect(serverOptions(flags({ profiling: true })).diagnostics).toEqual({ listen, profiling: true, dumps: "none" });
    expect(serverOptions(flags({ "dump-config": true })).diagnostics).toEqual({
      listen,
      profiling: false,
      dumps: "redacted",
    });
    expect(serverOptions(flags({ "dump-config": true, "dump-sensitive-config": true })).diagnostics?.dumps).toBe(
      "whole",
    );
    expect(serverOptions(flags({ "dump-sensitive-config": true })).diagnostics).toBeUndefined();
  });
  test("the webhook's certificate is text, file, or mounted", () => {
    const listen = { host: "", port: 8080 };
    const admission = (changed: Partial<FlagValues>) =>
      serverOptions(flags({ "admission-webhook-listen": listen, ...changed })).admission;
    expect(admission({})).toEqual({
      listen,
      certificate: { file: "/admission-webhook/tls.crt" },
      key: { file: "/admission-webhook/tls.key" },
    });
    expect(admission({ "admission-webhook-cert-file": "c", "admission-webhook-key-file": "k" })).toEqual({
      listen,
      certificate: { file: "c" },
      key: { file: "k" },
    });
    expect(admission({ "admission-webhook-cert": "c", "admission-webhook-key": "k" })).toEqual({
      listen,
      certificate: { text: "c" },
      key: { text: "k" },
    });
  });
});

describe("status", () => {
  const publish = { "publish-service": { namespace: "kong", name: "proxy" } };
  test("UDP has the addresses of the rest, unless it has its own", () => {
    const shared = statusOptions(flags(publish));
    expect(shared.udpAddresses).toEqual({ fixed: [], service: publish["publish-service"] });
    const own = statusOptions(flags({ ...publish, "publish-status-address-udp": ["1.2.3.4"] }));
    expect(own.udpAddresses).toEqual({ fixed: ["1.2.3.4"], service: undefined });
  });
  test("without a way to know addresses, that is said", () => {
    expect(missingAddresses(statusOptions(flags()))).toMatch(/--publish-service/);
    expect(missingAddresses(statusOptions(flags(publish)))).toBeUndefined();
    expect(missingAddresses(statusOptions(flags({ "publish-status-address": ["a"] })))).toBeUndefined();
    expect(missingAddresses(statusOptions(flags({ "update-status": false })))).toBeUndefined();
  });
});
