import { describe, expect, it } from "vitest";
import { consumerId, serviceId } from "../../kong/ids.ts";
import { type CompileOptions, compile } from "../testing/compile.ts";

function entity(spec: string, name = "e"): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongCustomEntity
metadata: {name: ${name}, namespace: shop}
spec: {controllerName: kong, ${spec}}
---
`;
}

const PLUGIN = `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: p, namespace: shop}
plugin: rate-limiting
config: {minute: 5}
---
`;
const ROUTES = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop, annotations: {konghq.com/plugins: p}}
spec:
  ingressClassName: kong
  rules:
  - {host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}
  - {host: b.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}
---
`;
const CONSUMER = `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: anna, namespace: shop, annotations: {kubernetes.io/ingress.class: kong, konghq.com/plugins: p}}
username: anna
---
`;
/** Types that the gateway at hand does not know are let through. */
const ANY: CompileOptions = { settings: { preflight: false, fillIds: true } };
const REF = "parentRef: {group: configuration.konghq.com, kind: KongPlugin, name: p}";
const made = async (yaml: string, type: string, options = ANY) => (await compile(yaml, options)).document[type];
const codes = async (yaml: string) =>
  (await compile(yaml)).problems.map((problem) => /\[([\w-]+)\]$/.exec(problem)?.[1]);

describe("custom entities", () => {
  it("stand in the section of their type as they are", async () => {
    const { document, problems } = await compile(entity("type: key_sets, fields: {name: jwks}"));
    expect(document["key_sets"]).toEqual([{ name: "jwks" }]);
    expect(problems).toEqual([]);
  });

  it("are tied to the services of the routes that their plugin is bound to, each once", async () => {
    const yaml = entity(`type: degraphql_routes, fields: {uri: /c}, ${REF}`) + PLUGIN + ROUTES;
    expect(await made(yaml, "degraphql_routes")).toEqual([{ uri: "/c", service: { id: serviceId("shop.web.80") } }]);
    // Without ids by name.
    const options = { settings: { ...ANY.settings, fillIds: false } };
    expect(await made(yaml, "degraphql_routes", options)).toEqual([{ uri: "/c", service: "shop.web.80" }]);
  });

  it("are tied to each route where their type has routes", async () => {
    const yaml = entity(`type: filter_chains, fields: {name: f}, ${REF}`) + PLUGIN + ROUTES;
    expect((await made(yaml, "filter_chains"))?.map((one) => Object.keys(one).sort())).toEqual([
      ["name", "route"],
      ["name", "route"],
    ]);
  });

  it("of which Kong takes a name once are made once, and it is said; groups may be those of several consumers", async () => {
    const others = ["ben", "cleo"].map((name) => CONSUMER.replaceAll("anna", name)).join("");
    const key = entity(`type: keyauth_credentials, fields: {key: k1}, ${REF}`) + PLUGIN + CONSUMER + others;
    const { document, problems } = await compile(key);
    expect(document["keyauth_credentials"]).toEqual([{ key: "k1", consumer: "anna" }]);
    expect(problems).toEqual([
      expect.stringMatching(/^error: KongCustomEntity shop\/e .* 3 .*\[custom-entity-repeated\]$/),
    ]);
    const acl = entity(`type: acls, fields: {group: vip}, ${REF}`) + PLUGIN + CONSUMER + others;
    expect((await compile(acl)).problems).toEqual([]);
    expect((await made(acl, "acls"))?.length).toBe(3);
    // Kong would make one id for all three.
    const withIds = await made(acl, "acls", { settings: { fillIds: true } });
    expect(new Set(withIds?.map(({ id }) => id)).size).toBe(3);
  });

  it("are tied to consumers where their type has consumers", async () => {
    const yaml = entity(`type: acls, fields: {group: vip}, ${REF}`) + PLUGIN + ROUTES + CONSUMER;
    expect(await made(yaml, "acls")).toEqual([{ group: "vip", consumer: { id: consumerId("anna") } }]);
  });

  it("stand alone when their plugin is bound to nothing, unless Kong needs more", async () => {
    expect(
      await made(entity(`type: degraphql_routes, fields: {uri: /c}, ${REF}`) + PLUGIN, "degraphql_routes"),
    ).toEqual([{ uri: "/c" }]);
    const acl = entity(`type: acls, fields: {group: vip}, ${REF}`) + PLUGIN;
    expect(await made(acl, "acls")).toBeUndefined();
    expect(await codes(acl)).toEqual(["custom-entity-unattached"]);
  });

  it("of one name stand once: the first; without pre-flight all", async () => {
    const yaml = entity("type: key_sets, fields: {name: x}", "b") + entity("type: key_sets, fields: {name: x}", "a");
    const { document, problems } = await compile(yaml);
    expect(document["key_sets"]).toEqual([{ name: "x" }]);
    expect(problems).toEqual([
      expect.stringMatching(/^error: KongCustomEntity shop\/b: .*\[duplicate-custom-entity\]$/),
    ]);
    expect(await made(yaml, "key_sets")).toHaveLength(2);
  });

  it("fall with their plugin", async () => {
    const yaml = entity(`type: degraphql_routes, fields: {uri: /c}, ${REF}`) + PLUGIN;
    expect(await made(yaml, "degraphql_routes", { ...ANY, excluded: ["KongPlugin/shop/p"] })).toBeUndefined();
  });

  it.each([
    ["type: routes, fields: {}", "custom-entity-type"],
    ["type: _transform, fields: {}", "custom-entity-type"],
    ["type: key_sets, fields: [1]", "custom-entity-fields"],
    [`type: key_sets, fields: {}, ${REF}`, "plugin-missing"],
    ["type: key_sets, fields: {}, parentRef: {name: p, namespace: far}", "plugin-not-granted"],
  ])("are refused with a reason: %s", async (spec, code) => {
    expect(await codes(entity(spec))).toEqual([code]);
  });

  it("of another controller are not ours, and none is when they are switched off", async () => {
    const yaml = entity("type: key_sets, fields: {name: x}");
    expect(await made(yaml.replace("controllerName: kong", "controllerName: other"), "key_sets")).toBeUndefined();
    expect(await made(yaml, "key_sets", { settings: { customEntities: false } })).toBeUndefined();
  });

  it("fall with all that their plugin is bound to, and say so", async () => {
    const yaml = entity(`type: acls, fields: {group: g}, ${REF}`) + PLUGIN + CONSUMER;
    const { document, problems } = await compile(yaml, { excluded: ["KongConsumer/shop/anna"] });
    expect(document["acls"]).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/KongCustomEntity shop\/e .*\[custom-entity-unattached\]$/)]);
  });
});
