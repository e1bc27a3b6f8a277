import { describe, expect, test } from "vitest";
import type { Flag } from "./flag.ts";
import { allGates, defaultGates } from "./gates.ts";
import { FLAG_GROUPS, FLAG_NAMES, type FlagName, flagOf } from "./table.ts";

// Spec/flags.md §7: KIC's defaults that are not empty, false or unset.
const KIC_DEFAULTS: Readonly<Record<string, string>> = {
  "kong-admin-init-retries": "60",
  "kong-admin-concurrency": "10",
  "apiserver-qps": "100",
  "apiserver-burst": "300",
  "proxy-sync-seconds": "3",
  "proxy-timeout-seconds": "30",
  "update-status-queue-buffer-size": "8192",
  "konnect-config-sync-concurrency": "4",
  "diagnostic-server-port": "10256",
  "kong-admin-init-retry-delay": "1s",
  "sync-period": "10h0m0s",
  "cache-sync-timeout": "2m0s",
  "init-cache-sync-duration": "5s",
  "gateway-discovery-readiness-check-interval": "10s",
  "gateway-discovery-readiness-check-timeout": "5s",
  "term-delay": "0s",
  "konnect-initial-license-polling-period": "1m0s",
  "konnect-license-polling-period": "12h0m0s",
  "konnect-upload-config-period": "30s",
  "konnect-refresh-node-period": "1m0s",
  "log-level": "info",
  "log-format": "text",
  "ingress-class": "kong",
  "election-id": "5b374a9e.konghq.com",
  "admission-webhook-listen": "off",
  "metrics-access-filter": "off",
  "metrics-bind-address": ":10255",
  "health-probe-bind-address": ":10254",
  "gateway-api-controller-name": "konghq.com/kic-gateway-controller",
  "configmap-label-selector": "konghq.com/configmap",
  "konnect-address": "https://us.kic.api.konghq.com",
  "kong-admin-url": "http://localhost:8001",
  "kong-admin-svc-port-names": "admin-tls,kong-admin-tls",
  "kong-admin-filter-tag": "managed-by-ingress-controller",
  "anonymous-reports": "true",
  "emit-kubernetes-events": "true",
  "update-status": "true",
  "konnect-license-storage-enabled": "true",
};

// The flags of KIC without a default worth naming; every enable-controller- flag is on.
const KIC_EMPTY =
  `kong-admin-svc kong-admin-tls-skip-verify kong-admin-tls-server-name kong-admin-ca-cert-file kong-admin-ca-cert kong-admin-tls-client-cert-file
  kong-admin-tls-client-key-file kong-admin-tls-client-cert kong-admin-tls-client-key kong-admin-header kong-admin-token kong-admin-token-file kong-workspace
  enable-reverse-sync skip-ca-certificates use-last-valid-config-for-fallback apiserver-host kubeconfig gateway-to-reconcile watch-namespace election-namespace
  force-leader-election cluster-domain secret-label-selector enable-drain-support combined-services-from-different-httproutes publish-service
  publish-status-address publish-service-udp publish-status-address-udp admission-webhook-cert-file admission-webhook-key-file admission-webhook-cert
  admission-webhook-key profiling dump-config dump-sensitive-config feature-gates konnect-sync-enabled konnect-licensing-enabled konnect-control-plane-id
  konnect-tls-client-cert konnect-tls-client-cert-file konnect-tls-client-key konnect-tls-client-key-file konnect-disable-consumers-sync
  konnect-runtime-group-id gateway-discovery-dns-strategy`.split(/\s+/);

const CONTROLLERS =
  `ingress-networkingv1 ingress-class-networkingv1 ingress-class-parameters udpingress tcpingress kongingress kongclusterplugin kongplugin kongconsumer service
  kong-upstream-policy kong-service-facade kong-vault kong-license kong-custom-entity gwapi-gateway gwapi-httproute gwapi-grpcroute
  gwapi-reference-grant`.split(/\s+/);

const shownDefault = (name: string) => {
  const flag = FLAG_NAMES.find((known) => known === name);
  return flag === undefined ? undefined : flagOf(flag).type.show(flagOf(flag).default);
};

test.each(Object.entries(KIC_DEFAULTS))("--%s is %s by default", (name, value) =>
  expect(shownDefault(name)).toBe(value),
);
test.each(KIC_EMPTY)("--%s is there, empty by default", (name) => expect(["", "false"]).toContain(shownDefault(name)));
test.each(CONTROLLERS)("--enable-controller-%s is on by default", (name) =>
  expect(shownDefault(`enable-controller-${name}`)).toBe("true"),
);

test.each([
  ["kong-client-max-retries", "0"],
  ["kong-client-initial-delay", "1s"],
  ["kong-client-max-delay", "30s"],
  ["router-flavor", "traditional_compatible"],
  ["kong-version", "3.9.1"],
  ["max-shrink-percent", "0"],
  ["manifests", ""],
])("our own --%s is %j by default", (name, value) => expect(shownDefault(name)).toBe(value));

/** The flags that do not keep a rule. */
const offenders = (keeps: (flag: Flag<unknown>, name: FlagName) => boolean) =>
  FLAG_NAMES.filter((name) => !keeps(flagOf(name), name));

describe("every flag", () => {
  test("stands in exactly one group", () =>
    expect(offenders((_, name) => FLAG_GROUPS.filter(({ names }) => names.includes(name)).length === 1)).toEqual([]));
  test("says what it does in whole sentences", () =>
    expect(offenders(({ meaning }) => /^[A-Z].*\.$/.test(meaning))).toEqual([]));
  test("says why, if it does nothing", () =>
    expect(offenders(({ state, note }) => state !== "accepted" || note !== undefined)).toEqual([]));
  test("that is an alias names a flag that is there", () =>
    expect(offenders(({ aliasOf }) => aliasOf === undefined || FLAG_NAMES.some((name) => name === aliasOf))).toEqual(
      [],
    ));
  test("with a default shows it in a form that it reads", () =>
    expect(
      offenders(({ type, default: initial }) => {
        if (type.show(initial) === "") return true;
        const reading = type.read(type.show(initial));
        return "value" in reading && type.show(reading.value) === type.show(initial);
      }),
    ).toEqual([]));
});

test("KIC's gates at KIC's defaults, but the fallback configuration is on", () => {
  expect(allGates(new Map())).toEqual({
    GatewayAlpha: false,
    FillIDs: true,
    RewriteURIs: false,
    KongServiceFacade: false,
    SanitizeKonnectConfigDumps: true,
    FallbackConfiguration: true,
    KongCustomEntity: true,
  });
  expect(allGates(new Map([["GatewayAlpha", true]]))).toEqual({ ...defaultGates, GatewayAlpha: true });
});
