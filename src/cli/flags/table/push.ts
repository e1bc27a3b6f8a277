import type { RouterFlavor } from "../../../kong/entities.ts";
import { accepted, flag } from "../flag.ts";
import { csv } from "../lists.ts";
import { type KongVersion, kongVersion } from "../names.ts";
import { bool, duration, float, int, notNegative, oneOf, positive } from "../scalars.ts";
import { checked, type ValueType } from "../value-type.ts";

const percent: ValueType<number> = {
  ...checked(notNegative(float), (value) => (value > 100 ? "a share is at most 100 percent" : undefined)),
  label: "percent",
};
const routerFlavor: ValueType<RouterFlavor> = oneOf(["traditional_compatible", "expressions", "traditional"]);
const KONG_3_9_1: KongVersion = { text: "3.9.1", numbers: [3, 9, 1], enterprise: false };

export const pushFlags = {
  "proxy-sync-seconds": flag(
    notNegative(float),
    3,
    "The least time between two pushes while changes keep coming, in seconds. The first change after quiet does not wait.",
  ),
  "proxy-timeout-seconds": flag(
    positive(float),
    30,
    "How long one push may take, in seconds; where Kong has a database, one request.",
  ),
  "init-cache-sync-duration": accepted(
    duration,
    5_000,
    "In KIC, a wait before the first push.",
    "the first push leaves as soon as every list is complete, neither earlier nor later",
  ),
  "enable-reverse-sync": flag(
    bool,
    false,
    "Ask every gateway at every sync interval what it holds, so that changes made by another hand are put right sooner. Nothing is pushed to one that holds the right configuration.",
  ),
  "max-shrink-percent": flag(
    percent,
    0,
    "Hold back a configuration that would delete more than this share of the entities at once, until a second full list confirms it. 0 holds nothing back.",
  ),
  "use-last-valid-config-for-fallback": flag(
    bool,
    false,
    "What Kong refuses, and what uses it, stands in the version that was accepted last instead of being left out. Nothing is remembered across a restart. Needs the feature gate FallbackConfiguration.",
  ),
  "kong-admin-concurrency": flag(
    positive(int),
    10,
    "How many requests to send to the Admin API at a time where Kong has a database.",
  ),
  "kong-admin-filter-tag": flag(
    csv,
    ["managed-by-ingress-controller"],
    "Where Kong has a database: the tags that mark the entities that are ours. Others are left alone.",
  ),
  "skip-ca-certificates": flag(
    bool,
    false,
    "Leave CA certificates to others. Only where Kong has a database: without one every push is the whole configuration.",
  ),
  "router-flavor": flag(
    routerFlavor,
    "traditional_compatible",
    "Kong's router flavour, as long as no gateway has told its own.",
  ),
  "kong-version": flag(
    kongVersion,
    KONG_3_9_1,
    "Kong's version, as long as no gateway has told its own. With four numbers or -enterprise-edition it is an enterprise version.",
  ),
  "custom-plugins": flag(
    csv,
    [],
    "Plugins that the gateways have besides those that come with the open-source Kong, as long as no gateway has told its own: plugins of one's own, or Kong Enterprise's.",
  ),
};
