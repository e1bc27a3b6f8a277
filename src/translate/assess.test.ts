import { describe, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { ObjectStore } from "../store/object-store.ts";
import { overlay } from "../store/overlay.ts";
import { tryOut } from "../store/try-out.ts";
import { assess } from "./assess.ts";
import { indexes } from "./indexes.ts";
import type { Profile, Settings } from "./input.ts";
import { objectsOf, PROFILE, SETTINGS } from "./testing/compile.ts";
import { EDGE, route, rule, service } from "./testing/gateway-api.ts";

const clock = new ManualClock();

interface Setting {
  readonly settings?: Partial<Settings>;
  readonly profile?: Partial<Profile>;
}

/** The last object of a text, previewed with all others stored. */
function preview(yaml: string, { settings, profile }: Setting = {}) {
  const objects = objectsOf(yaml);
  const store = new ObjectStore(indexes);
  for (const object of objects.slice(0, -1)) store.set(object);
  const object = objects.at(-1)!;
  const input = {
    settings: { ...SETTINGS, assumeExisting: false, ...settings },
    profile: { ...PROFILE, ...profile },
    now: () => clock.now(),
  };
  const { value } = tryOut(overlay(store, [object]), input, (view) => assess(object, view));
  return { ours: value.ours, codes: value.objections.map(({ severity, code, path }) => `${severity} ${code} ${path}`) };
}

const ingress = (more: string, annotations = "{}") => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, annotations: ${annotations}}
spec: {ingressClassName: kong, ${more}}`;

const path = (value: string, type = "ImplementationSpecific") =>
  `rules: [{http: {paths: [{path: "${value}", pathType: ${type}, backend: {service: {name: a, port: {number: 80}}}}]}}]`;

describe("an Ingress", () => {
  test("that names what is not there yet has nothing against it", () => {
    const annotations = '{konghq.com/plugins: "limit"}';
    expect(preview(ingress(`${path("/")}, tls: [{hosts: [a.de], secretName: t}]`, annotations))).toEqual({
      ours: true,
      codes: [],
    });
  });

  test.each(["traditional_compatible", "expressions"] as const)(
    "with a regular expression that Kong would refuse, %s",
    (flavor) => {
      const { codes } = preview(ingress(path("/~/(a")), { profile: { flavor } });
      expect(codes).toHaveLength(1);
      expect(codes[0]).toMatch(/^error kong-refuses spec\.rules\[0\]\.http\.paths\[0\]/);
    },
  );

  test("whose default backend's route Kong would refuse", () => {
    const spec = "defaultBackend: {service: {name: a, port: {number: 80}}}";
    const { codes } = preview(ingress(spec, '{konghq.com/protocols: "gopher"}'));
    expect(codes).toEqual([]);
    expect(preview(ingress(path("/"), '{konghq.com/protocols: "gopher"}')).codes).toEqual([
      "error kong-refuses spec.rules[0].http.paths[0]",
    ]);
  });

  test("of another class is not ours", () => {
    const foreign = ingress(path("/~/(a")).replace("ingressClassName: kong", "ingressClassName: other");
    expect(preview(foreign)).toEqual({ ours: false, codes: [] });
  });

  test("is not blamed for its Service, nor for a plugin that Kong would refuse", () => {
    const plugin = `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: limit, namespace: shop}
plugin: rate-limiting
config: {minute: -1}`;
    const bad = service("a", "shop", '{konghq.com/retries: "99999999", konghq.com/protocol: "gopher"}');
    const text = [bad, plugin, ingress(path("/"), '{konghq.com/plugins: "limit"}')].join("\n---\n");
    expect(preview(text)).toEqual({ ours: true, codes: [] });
  });
});

describe("an HTTPRoute", () => {
  const http = (spec: string, annotations = "{}") => [EDGE, route("HTTPRoute", "web", spec, { annotations })];

  test.each([
    ["traditional_compatible", ["error query-match spec.rules[0].matches[0].queryParams"]],
    ["expressions", []],
  ] as const)("that asks for a query parameter, %s", (flavor, codes) => {
    const matches = "rules: [{matches: [{queryParams: [{name: a, value: b}]}], backendRefs: [{name: a, port: 80}]}]";
    expect(preview(http(matches).join("\n---\n"), { profile: { flavor } })).toEqual({ ours: true, codes });
  });

  test("with filters that Kong has nothing for", () => {
    const mirror = "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 80}}}]";
    const { codes } = preview(http(`rules: [${rule("/", "a", mirror)}]`).join("\n---\n"));
    expect(codes).toEqual(["error filter-unsupported spec.rules[0].filters[0].type"]);
  });

  test("with a backend that is no Service", () => {
    const spec = "rules: [{backendRefs: [{name: a, kind: Bucket, group: s3.io, port: 80}]}]";
    expect(preview(http(spec).join("\n---\n")).codes).toEqual(["error backend-kind spec.rules[0].backendRefs[0]"]);
  });

  test("whose time-outs differ from rule to rule is fine: each has a Kong service of its own", () => {
    const spec = `rules: [${rule("/a", "a", "timeouts: {request: 1s}")}, ${rule("/b")}]`;
    expect(preview(http(spec).join("\n---\n"))).toEqual({ ours: true, codes: [] });
  });

  test("attached to a Gateway of somebody else is not ours", () => {
    const foreign = EDGE.replaceAll("konghq.com/kic-gateway-controller", "example.com/other");
    const spec = "rules: [{backendRefs: [{name: a, kind: Bucket, group: s3.io, port: 80}]}]";
    expect(preview(`${foreign}\n---\n${route("HTTPRoute", "web", spec)}`)).toEqual({ ours: false, codes: [] });
  });
});

test("a kind that yields nothing by itself has nothing against it", () => {
  expect(preview(service("a").split("---")[0]!)).toEqual({ ours: false, codes: [] });
});
