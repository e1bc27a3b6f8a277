import { describe, expect, test } from "vitest";
import { ignoredOnRoute, ignoredOnService } from "./ignored-annotations.ts";
import { PROFILE } from "./testing/compile.ts";

const object = { group: "", version: "v1", kind: "Service", namespace: "shop", name: "web" };
const ingress = { ...object, kind: "Ingress" };
const INGRESS = "ingress.kubernetes.io";
const expressions = { ...PROFILE, flavor: "expressions" } as const;

describe("annotations that have no effect are told", () => {
  test.each([
    ["konghq.com/path", "base"],
    ["konghq.com/retries", "1.5"],
    ["konghq.com/connect-timeout", "1s"],
    ["konghq.com/tls-verify", "yes"],
    ["konghq.com/tls-verify-depth", "0x2"],
    [`${INGRESS}/service-upstream`, "True"],
  ])("on a Service: %s: %s", (key, value) => {
    expect(ignoredOnService(object, { [key]: value })).toMatchObject([
      { code: "annotation-ignored", severity: "warning", object, path: `metadata.annotations["${key}"]` },
    ]);
  });

  test.each([
    ["konghq.com/strip-path", "1"],
    ["konghq.com/preserve-host", "off"],
    ["konghq.com/request-buffering", "no"],
    ["konghq.com/https-redirect-status-code", "303"],
    ["konghq.com/regex-priority", "high"],
    ["konghq.com/path-handling", "one"],
    ["konghq.com/methods", "GET,P-OST"],
    ["konghq.com/snis", "*.example.com"],
    ["konghq.com/host-aliases", "a.*.com"],
    ["konghq.com/protocols", "http,gopher"],
    [`${INGRESS}/force-ssl-redirect`, "yes"],
  ])("on a route: %s: %s", (key, value) => {
    expect(ignoredOnRoute(object, { [key]: value }, PROFILE)).toMatchObject([
      { path: `metadata.annotations["${key}"]` },
    ]);
  });

  test("by flavour", () => {
    const wrong = { "konghq.com/regex-priority": "high", "konghq.com/headers.Host": "a.com" };
    expect(ignoredOnRoute(ingress, wrong, PROFILE).map(({ path }) => path)).toEqual([
      'metadata.annotations["konghq.com/regex-priority"]',
    ]);
    expect(ignoredOnRoute(ingress, wrong, expressions).map(({ path }) => path)).toEqual([
      'metadata.annotations["konghq.com/headers.Host"]',
    ]);
    const list = { "konghq.com/methods": "GET,P-OST" };
    expect(ignoredOnRoute(ingress, list, PROFILE)[0]?.message).toContain("the whole list is ignored");
    expect(ignoredOnRoute(ingress, list, expressions)[0]?.message).toContain("the others count");
  });

  test.each([
    ["HTTPRoute", ["methods", "host-aliases", "headers.X"]],
    ["TLSRoute", ["methods", "snis", "host-aliases", "headers.X"]],
    ["Ingress", []],
  ])("what a %s is matched by is in its spec alone with expressions", (kind, keys) => {
    const annotations = {
      "konghq.com/methods": "GET",
      "konghq.com/snis": "a.com",
      "konghq.com/host-aliases": "b.com",
      "konghq.com/headers.X": "1",
      "konghq.com/headers.Y": "",
    };
    const told = ignoredOnRoute({ ...object, kind }, annotations, expressions);
    expect(told.map(({ path }) => path)).toEqual(keys.map((key) => `metadata.annotations["konghq.com/${key}"]`));
    expect(ignoredOnRoute({ ...object, kind }, annotations, PROFILE)).toEqual([]);
  });
});

describe("nothing is told", () => {
  test.each([
    undefined,
    {},
    { "konghq.com/retries": "", "konghq.com/snis": "", "konghq.com/methods": " , " },
    { "konghq.com/strip-path": "FALSE", "konghq.com/request-buffering": "T", "konghq.com/methods": "get" },
    {
      "konghq.com/path": "/",
      "konghq.com/retries": "+5",
      "konghq.com/tls-verify": "1",
      [`${INGRESS}/service-upstream`]: "false",
    },
  ])("of %j", (annotations) => {
    expect([...ignoredOnService(object, annotations), ...ignoredOnRoute(object, annotations, PROFILE)]).toEqual([]);
  });

  test("of an Ingress's protocols, which Kong sees as they are", () => {
    expect(ignoredOnRoute(ingress, { "konghq.com/protocols": "gopher" }, PROFILE)).toEqual([]);
  });
});
