import { describe, expect, test } from "vitest";
import { EDGE, route, service } from "../../../translate/testing/gateway-api.ts";
import { AdmissionRig, whyNot } from "../testing.ts";

/** Kinds whose check is short; the others have files of their own. */

const meta = (name: string, annotations = "{kubernetes.io/ingress.class: kong}", more = "") =>
  `metadata: {name: ${name}, namespace: shop, annotations: ${annotations}${more}}`;

const ingress = (path: string, annotations = "{}", more = "ingressClassName: kong") => `
apiVersion: networking.k8s.io/v1
kind: Ingress
${meta("web", annotations)}
spec:
  ${more}
  rules: [{http: {paths: [{path: "${path}", pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}}}]}}]`;

describe("Ingress", () => {
  test("is let through, also while its Service is not there", async () => {
    expect(await new AdmissionRig().review(ingress("/"))).toEqual({ allowed: true, warnings: [] });
  });

  test("is refused for a path that Kong would refuse", async () => {
    expect(whyNot(await new AdmissionRig().review(ingress("/~/(a")))).toMatch(
      /^Ingress shop\/web cannot be used as it is: spec\.rules\[0\]\.http\.paths\[0\].*Kong would refuse/,
    );
  });

  test("is refused for a protocol that is none, and only that is said", async () => {
    expect(whyNot(await new AdmissionRig().review(ingress("/~/(a", '{konghq.com/protocols: "http,gopher"}')))).toBe(
      'Ingress shop/web cannot be used as it is: metadata.annotations["konghq.com/protocols"]: "gopher" is no protocol of a route in Kong; use http, https, grpc, grpcs, tcp or tls',
    );
  });

  test.each([
    ["of another class", ingress("/~/(a", "{}", "ingressClassName: other")],
    [
      "of another class by annotation",
      ingress("/~/(a", "{kubernetes.io/ingress.class: other}", "{}").replace("  {}\n", ""),
    ],
    ["without a class, while ours is not the default", ingress("/~/(a", "{}", "{}").replace("  {}\n", "")],
    [
      "that is being deleted",
      ingress("/~/(a").replace("name: web", "name: web, deletionTimestamp: 2026-01-01T00:00:00Z"),
    ],
  ])("%s is nobody's business here", async (_, yaml) => {
    expect(whyNot(await new AdmissionRig().review(yaml))).toBe("");
  });

  test("without a class is checked where ours is the default", async () => {
    const ours = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: ingress-controllers.konghq.com/kong}`;
    const classless = ingress("/~/(a", "{}", "{}").replace("  {}\n", "");
    expect(whyNot(await new AdmissionRig(ours).review(classless))).toContain("Kong would refuse");
  });

  test("whose fault lies in a setting of ours is warned about nothing and let through", async () => {
    const rig = new AdmissionRig("", { settings: { rewriteUris: false } });
    expect(whyNot(await rig.review(ingress("/", "{konghq.com/rewrite: /new}")))).toBe("");
  });
});

describe("HTTPRoute", () => {
  const stored = [EDGE, service("a")].join("\n---\n");
  const http = (spec: string, annotations = "{}") => route("HTTPRoute", "web", spec, { annotations });
  const query = "rules: [{matches: [{queryParams: [{name: a, value: b}]}], backendRefs: [{name: a, port: 80}]}]";

  test("is let through", async () => {
    expect(await new AdmissionRig(stored).review(http("rules: [{backendRefs: [{name: a, port: 80}]}]"))).toEqual({
      allowed: true,
      warnings: [],
    });
  });

  test("is refused for what the router of these gateways cannot do", async () => {
    expect(whyNot(await new AdmissionRig(stored).review(http(query)))).toContain(
      "spec.rules[0].matches[0].queryParams",
    );
    const expressions = new AdmissionRig(stored, { profile: { flavor: "expressions" } });
    expect(whyNot(await expressions.review(http(query)))).toBe("");
  });

  test("of the older version is checked as well", async () => {
    const older = http(query).replace("gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1");
    expect(whyNot(await new AdmissionRig(stored).review(older))).toContain("queryParams");
  });

  test("is refused for a protocol that is none", async () => {
    const yaml = http("rules: [{backendRefs: [{name: a, port: 80}]}]", '{konghq.com/protocols: "gopher"}');
    expect(whyNot(await new AdmissionRig(stored).review(yaml))).toContain('"gopher" is no protocol');
  });

  test("is warned about what would be ignored", async () => {
    const twice =
      "matches: [{headers: [{name: A, value: b}, {name: a, value: c}]}], backendRefs: [{name: a, port: 80}]";
    const verdict = await new AdmissionRig(stored).review(http(`rules: [{${twice}}]`));
    expect(verdict).toMatchObject({ allowed: true });
    expect(verdict.warnings.join()).toContain("only the first counts");
  });

  test.each(["", EDGE.replaceAll("konghq.com/kic-gateway-controller", "example.com/other")])(
    "attached to nothing of ours is let through",
    async (others) => {
      expect(whyNot(await new AdmissionRig(others).review(http(query)))).toBe("");
    },
  );
});

test("a Gateway is never refused", async () => {
  const broken = EDGE.split("---").at(-1)!.replace("protocol: HTTP", "protocol: HTTPS");
  expect(await new AdmissionRig().review(broken)).toEqual({ allowed: true, warnings: [] });
});

describe("Service", () => {
  const one = (annotations: string) => service("a", "shop", annotations).split("---")[0]!;

  test("is let through whatever its annotations say", async () => {
    expect(await new AdmissionRig().review(one('{konghq.com/protocol: "gopher"}'))).toEqual({
      allowed: true,
      warnings: [],
    });
  });

  test("that names a KongIngress is warned about", async () => {
    const verdict = await new AdmissionRig().review(one("{konghq.com/override: old}"));
    expect(verdict.allowed).toBe(true);
    expect(verdict.warnings).toEqual([expect.stringContaining("konghq.com/upstream-policy")]);
  });
});

describe("KongIngress", () => {
  const kongIngress = (part: string) => `
apiVersion: configuration.konghq.com/v1
kind: KongIngress
${meta("old")}
${part}`;

  test.each([
    ["upstream: {hash_on: header, hash_on_header: x}", "KongUpstreamPolicy"],
    ["proxy: {path: /}", "annotations of the Service"],
    ["route: {methods: [GET]}", "annotations of the Ingress"],
  ])("%s: let through with a warning", async (part, words) => {
    const verdict = await new AdmissionRig().review(kongIngress(part));
    expect(verdict.allowed).toBe(true);
    expect(verdict.warnings).toEqual([expect.stringContaining(words)]);
  });
});

describe("KongConsumerGroup", () => {
  const group = (annotations?: string) => `
apiVersion: configuration.konghq.com/v1beta1
kind: KongConsumerGroup
${meta("gold", annotations)}`;

  test.each([
    [false, 404, "open-source"],
    [true, 404, "open-source"],
    [true, 403, "licence"],
    [true, 200, ""],
    [true, 500, ""],
  ])("enterprise %s, answer %i", async (enterprise, status, words) => {
    const rig = new AdmissionRig("", { profile: { enterprise }, gateway: () => [status, {}] });
    const why = whyNot(await rig.review(group()));
    expect(why === "").toBe(words === "");
    expect(why).toContain(words);
  });

  test("without a gateway, or of another class, it is let through", async () => {
    expect(whyNot(await new AdmissionRig().review(group()))).toBe("");
    const rig = new AdmissionRig("", { gateway: () => [200, {}] });
    expect(whyNot(await rig.review(group("{kubernetes.io/ingress.class: other}")))).toBe("");
    expect(whyNot(await rig.review(group()))).not.toBe("");
  });
});

describe("KongVault", () => {
  const vault = (name: string, prefix: string, config = "{prefix: A_}", annotations?: string) => `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
${meta(name, annotations).replace(", namespace: shop", "")}
spec: {backend: env, prefix: ${prefix}, config: ${config}}`;

  test("is let through; its own prefix is its own", async () => {
    expect(whyNot(await new AdmissionRig().review(vault("a", "mine")))).toBe("");
    expect(
      whyNot(await new AdmissionRig(vault("a", "mine")).review(vault("a", "mine", "{prefix: B_}"), vault("a", "mine"))),
    ).toBe("");
  });

  test("is refused for the prefix of another one of ours", async () => {
    expect(whyNot(await new AdmissionRig(vault("a", "mine")).review(vault("b", "mine")))).toContain(
      'spec.prefix: "mine" is already that of KongVault a',
    );
    const foreign = vault("a", "mine", "{}", "{kubernetes.io/ingress.class: other}");
    expect(whyNot(await new AdmissionRig(foreign).review(vault("b", "mine")))).toBe("");
  });

  test("is refused for a configuration that is no object, or that Kong does not take", async () => {
    expect(whyNot(await new AdmissionRig().review(vault("a", "mine", "[1]")))).toContain("is an object");
    expect(whyNot(await new AdmissionRig().review(vault("a", "mine", "{prefix: 1}")))).toContain("config.prefix");
    const rig = new AdmissionRig("", { gateway: () => [400, { message: "no", fields: { config: "not today" } }] });
    expect(whyNot(await rig.review(vault("a", "mine")))).toContain("not today");
    expect(rig.questions.at(-1)).toMatchObject({
      path: "/schemas/vaults/validate",
      body: { name: "env", prefix: "mine" },
    });
  });

  test("of another class is nobody's business here", async () => {
    const foreign = vault("a", "mine", "[1]", "{kubernetes.io/ingress.class: other}");
    expect(whyNot(await new AdmissionRig().review(foreign))).toBe("");
  });
});

describe("KongCustomEntity", () => {
  const entity = (type: string, fields: string, controllerName = "kong") => `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongCustomEntity
${meta("e", "{}")}
spec: {type: ${type}, controllerName: ${controllerName}, fields: ${fields}}`;

  test("is checked against what the gateway knows of its type", async () => {
    const gateway =
      (status: number, body: object) =>
      ({ path }: { readonly path: string }) =>
        path.endsWith("/validate")
          ? ([status, body] as const)
          : ([200, { fields: [{ service: { type: "foreign", required: true } }] }] as const);
    const fine = new AdmissionRig("", { gateway: gateway(200, {}) });
    expect(await fine.review(entity("degraphql_routes", "{uri: /}"))).toEqual({ allowed: true, warnings: [] });
    const bad = new AdmissionRig("", {
      gateway: gateway(400, { message: "no", fields: { uri: "required field missing" } }),
    });
    expect(whyNot(await bad.review(entity("degraphql_routes", "{}")))).toContain("uri: required field missing");
  });

  test("of a type that the gateway has not got is refused", async () => {
    const rig = new AdmissionRig("", { gateway: () => [404, { message: "No entity named 'x'" }] });
    expect(whyNot(await rig.review(entity("nothings", "{}")))).toContain("no kind of entity named 'nothings'");
  });

  test("that nobody can tell anything of is let through with a warning", async () => {
    const verdict = await new AdmissionRig().review(entity("degraphql_routes", "{}"));
    expect(verdict).toMatchObject({ allowed: true, warnings: [expect.stringContaining("unchecked")] });
  });

  test("is refused for fields that are no object, whoever is there", async () => {
    expect(whyNot(await new AdmissionRig().review(entity("sessions", "[1]")))).toContain("spec.fields");
  });

  test("of another controller is nobody's business here", async () => {
    expect(whyNot(await new AdmissionRig().review(entity("sessions", "[1]", "other")))).toBe("");
  });
});
