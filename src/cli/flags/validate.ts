import { formatDuration } from "../../base/duration.ts";
import { retryPolicy } from "../settings/retry.ts";
import { allGates } from "./gates.ts";
import { isSet, type ParsedFlags } from "./parse.ts";
import type { FlagName, FlagValues } from "./table.ts";

/**
 * What is wrong with the flags of a controller that is about to start, in KIC's order (spec/flags.md §3); empty when all is well. Of two contradicting flags
 * each is right by itself: single values are checked as they are parsed.
 */
export function startUpErrors(flags: ParsedFlags): readonly string[] {
  const { values } = flags;
  return [
    ...exclusive(values, "kong-admin-token", "kong-admin-token-file"),
    ...konnectErrors(values),
    ...pairErrors(values, "kong-admin-tls-client"),
    ...fallbackErrors(values),
    ...discoveryErrors(values),
    ...exclusive(values, "kong-admin-ca-cert", "kong-admin-ca-cert-file"),
    ...retryErrors(flags),
    ...admissionErrors(values),
    ...gateErrors(flags),
  ];
}

/** What is wrong with the feature gates: the one check besides those of single values that holds for offline commands too. */
export function gateErrors({ values }: ParsedFlags): readonly string[] {
  const gates = allGates(values["feature-gates"]);
  return gates.KongCustomEntity && !gates.FillIDs
    ? ["the feature gate KongCustomEntity needs FillIDs: turn FillIDs on or KongCustomEntity off"]
    : [];
}

function konnectErrors(values: FlagValues): readonly string[] {
  if (!values["konnect-sync-enabled"]) return [];
  const needs = (wrong: boolean, what: string) => (wrong ? [`--konnect-sync-enabled needs ${what}`] : []);
  const pair = pairErrors(values, "konnect-tls-client");
  return [
    ...needs(values["kong-admin-svc"] === undefined, "--kong-admin-svc"),
    ...needs(values["konnect-address"] === "", "--konnect-address"),
    ...needs(values["konnect-control-plane-id"] === "", "--konnect-control-plane-id"),
    ...(pair.length > 0 ? pair : needs(noPair(values, "konnect-tls-client"), "a client certificate and its key")),
    ...(values["konnect-upload-config-period"] < 10_000 ? ["--konnect-upload-config-period must be at least 10s"] : []),
  ];
}

type Pair = "kong-admin-tls-client" | "konnect-tls-client";

/** A client certificate and its key, each as text or as file. */
function pairErrors(values: FlagValues, prefix: Pair): readonly string[] {
  const certificate = values[`${prefix}-cert`] !== "" || values[`${prefix}-cert-file`] !== "";
  const key = values[`${prefix}-key`] !== "" || values[`${prefix}-key-file`] !== "";
  return [
    ...exclusive(values, `${prefix}-cert`, `${prefix}-cert-file`),
    ...exclusive(values, `${prefix}-key`, `${prefix}-key-file`),
    ...(certificate && !key ? [`there is a client certificate but no key: set --${prefix}-key-file`] : []),
    ...(key && !certificate ? [`there is a client key but no certificate: set --${prefix}-cert-file`] : []),
  ];
}

function noPair(values: FlagValues, prefix: Pair): boolean {
  return (["-cert", "-cert-file", "-key", "-key-file"] as const).every((end) => values[`${prefix}${end}`] === "");
}

function fallbackErrors(values: FlagValues): readonly string[] {
  return values["use-last-valid-config-for-fallback"] && !allGates(values["feature-gates"]).FallbackConfiguration
    ? ["--use-last-valid-config-for-fallback needs the feature gate FallbackConfiguration, which is turned off"]
    : [];
}

function discoveryErrors(values: FlagValues): readonly string[] {
  if (values["kong-admin-svc"] === undefined)
    return values["kong-admin-url"].length === 0
      ? ["no gateway is named: set --kong-admin-url, or --kong-admin-svc for discovery"]
      : [];
  const interval = values["gateway-discovery-readiness-check-interval"];
  const timeout = values["gateway-discovery-readiness-check-timeout"];
  return [
    ...(values["kong-admin-svc-port-names"].length === 0
      ? ["--kong-admin-svc-port-names must name at least one port"]
      : []),
    ...(interval < 3_000 ? ["--gateway-discovery-readiness-check-interval must be at least 3s"] : []),
    ...(timeout >= interval
      ? [
          `--gateway-discovery-readiness-check-timeout (${formatDuration(timeout)}) must be less than the interval (${formatDuration(interval)})`,
        ]
      : []),
  ];
}

function retryErrors(flags: ParsedFlags): readonly string[] {
  const { initialDelay, maxDelay } = retryPolicy(flags);
  if (initialDelay <= maxDelay) return [];
  const from = (name: FlagName) => (isSet(flags, name) ? "" : ", its default");
  return [
    `--kong-client-initial-delay (${formatDuration(initialDelay)}${from("kong-client-initial-delay")}) must not be above --kong-client-max-delay (${formatDuration(maxDelay)}${from("kong-client-max-delay")})`,
  ];
}

function admissionErrors(values: FlagValues): readonly string[] {
  if (values["admission-webhook-listen"] === undefined) return [];
  const given = (["cert-file", "key-file", "cert", "key"] as const).filter(
    (end) => values[`admission-webhook-${end}`] !== "",
  );
  return ["", "cert-file,key-file", "cert,key"].includes(given.join())
    ? []
    : [
        `the admission webhook needs a certificate and a key, both as files or both as text, or neither; given: ${given.map((end) => `--admission-webhook-${end}`).join(", ")}`,
      ];
}

function exclusive(values: FlagValues, one: FlagName, other: FlagName): readonly string[] {
  return values[one] !== "" && values[other] !== "" ? [`set --${one} or --${other}, not both`] : [];
}
