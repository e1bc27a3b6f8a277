import { describe, expect, it } from "vitest";
import { type Explanation, explain } from "./explanation.ts";
import { type CompileOptions, compile } from "./testing/compile.ts";

/** What is said of `object` among the objects of a text in YAML. */
async function explained(object: string, yaml: string, options?: CompileOptions): Promise<Explanation> {
  const { compiler, store } = await compile(yaml, options);
  const found = explain(object, { compiler, store, problems: compiler.problems() });
  if (found === undefined) throw new Error(`there is no ${object}`);
  return found;
}

const names = (objects: Explanation["uses"]) =>
  objects.map(({ kind, namespace, name, present }) => `${kind}/${namespace}/${name}${present ? "" : " (absent)"}`);
const yields = ({ entities }: Explanation) =>
  entities.map(({ type, name, within }) => [type, name, within].filter((part) => part !== undefined).join("|"));

const ingress = (name: string, more = "", annotations = "{}") => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
spec:
  ingressClassName: kong
  ${more}
  rules: [{host: ${name}.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---`;
const service = (annotations = "{}") => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: ${annotations}}
spec: {ports: [{port: 80}]}
---`;
const slice = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [10.0.0.1]}]
---`;
const plugin = (body: string) => `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: p, namespace: shop}
plugin: key-auth
${body}
---`;
const secret = (name: string, data: string, label = "") => `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop${label === "" ? "" : `, labels: {konghq.com/credential: ${label}}`}}
stringData: ${data}
---`;
const consumer = `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ann, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: ann
credentials: [key]
---`;
const names_p = '{konghq.com/plugins: "p"}';

describe("explain", () => {
  it("an Ingress: its route, what it uses", async () => {
    const found = await explained("Ingress/shop/a", ingress("a", "", names_p) + service() + slice + plugin(""));
    expect(found.object).toMatchObject({ kind: "Ingress", namespace: "shop", name: "a" });
    expect(yields(found)).toEqual([
      "plugin|key-auth for route shop.a.web.a.com.80",
      "route|shop.a.web.a.com.80|service shop.web.80",
    ]);
    expect(found.entities[0]?.with).toMatchObject([{ kind: "KongPlugin", name: "p" }]);
    expect(names(found.uses)).toEqual(["IngressClass//kong (absent)", "KongPlugin/shop/p", "Service/shop/web"]);
    expect(found).toMatchObject({ leftOut: undefined, usedBy: [], problems: [] });
  });

  it("a Service: what stands for it in Kong, who sends requests to it, where they go", async () => {
    const found = await explained(
      "Service/shop/web",
      ingress("a") + ingress("b") + service(names_p) + slice + plugin(""),
    );
    expect(yields(found)).toEqual([
      "plugin|key-auth for service shop.web.80",
      "service|shop.web.80",
      "upstream|web.shop.80.svc",
    ]);
    expect(names(found.uses)).toEqual(["EndpointSlice/shop/web-1", "KongPlugin/shop/p"]);
    expect(names(found.usedBy)).toEqual(["Ingress/shop/a", "Ingress/shop/b"]);
  });

  it("shows a service without the routes of others", async () => {
    const { entities } = await explained("Service/shop/web", ingress("a") + service());
    expect(entities[0]?.fields).toMatchObject({ name: "shop.web.80" });
    expect(entities[0]?.fields).not.toHaveProperty("routes");
  });

  it.each([
    ["EndpointSlice/shop/web-1", ["Service/shop/web"]],
    ["Secret/shop/config", ["Ingress/shop/a", "KongPlugin/shop/p"]],
    ["KongPlugin/shop/p", ["Ingress/shop/a"]],
    ["Secret/shop/tls", ["Ingress/shop/a"]],
  ])("%s: who uses it", async (object, users) => {
    const tls = "tls: [{hosts: [a.com], secretName: tls}]";
    const yaml =
      ingress("a", tls, names_p) +
      ingress("b") +
      service() +
      slice +
      plugin("configFrom: {secretKeyRef: {name: config, key: c}}") +
      secret("config", "{c: '{}'}") +
      secret("tls", "{tls.crt: one, tls.key: two}");
    expect(names((await explained(object, yaml)).usedBy)).toEqual(users);
  });

  it("the default backend's plugins and targets too", async () => {
    const yaml = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a, namespace: shop}
spec: {ingressClassName: kong, defaultBackend: {service: {name: web, port: {number: 80}}}}
---${service()}${slice}`;
    expect(names((await explained("EndpointSlice/shop/web-1", yaml)).usedBy)).toEqual(["Service/shop/web"]);
  });

  it("a consumer with its credentials, and the Secret behind one, without what it holds", async () => {
    const yaml = consumer + secret("key", "{key: canary-canary}", "key-auth");
    const found = await explained("KongConsumer/shop/ann", yaml);
    expect(yields(found)).toEqual(["consumer|ann", "keyauth credential||consumer ann"]);
    const behind = await explained("Secret/shop/key", yaml);
    expect(yields(behind)).toEqual(["keyauth credential||consumer ann"]);
    expect(names(behind.usedBy)).toEqual(["KongConsumer/shop/ann"]);
    expect(behind.entities[0]?.fields).toMatchObject({ key: "[redacted]" });
    expect(JSON.stringify([found, behind])).not.toContain("canary");
  });

  it("masks the configuration of a plugin that takes from a Secret, and only then", async () => {
    const uses = ingress("a", "", names_p) + service();
    const from =
      uses +
      plugin("configFrom: {secretKeyRef: {name: config, key: c}}") +
      secret("config", "{c: 'key_names: [canary-canary]'}");
    expect((await explained("KongPlugin/shop/p", from)).entities[0]?.fields).toMatchObject({ config: "[redacted]" });
    expect(JSON.stringify(await explained("Ingress/shop/a", from))).not.toContain("canary");
    const plain = await explained("KongPlugin/shop/p", uses + plugin("config: {key_names: [k]}"));
    expect(plain.entities[0]?.fields).toMatchObject({ config: { key_names: ["k"] } });
  });

  it("what Kong refused, and what falls with it", async () => {
    const yaml = ingress("a", "", names_p) + ingress("b") + service() + plugin("");
    const excluded = ["KongPlugin/shop/p"];
    expect((await explained("KongPlugin/shop/p", yaml, { excluded })).leftOut).toEqual({ reason: "refused" });
    expect((await explained("Ingress/shop/a", yaml, { excluded })).leftOut).toMatchObject({
      reason: "uses-refused",
      objects: [{ kind: "KongPlugin", name: "p" }],
    });
    expect((await explained("Ingress/shop/b", yaml, { excluded })).leftOut).toBeUndefined();
    expect((await explained("Service/shop/web", yaml, { excluded })).leftOut).toBeUndefined();
  });

  it("what is left out because of a problem, and the problems of others that concern it", async () => {
    const yaml = ingress("a", "", names_p) + service() + plugin("config: {key_names: 1}");
    const found = await explained("Ingress/shop/a", yaml);
    expect(found.leftOut).toEqual({ reason: "problem", code: "plugin-refused" });
    expect(found.entities).toEqual([]);
    const tls = await explained(
      "Ingress/shop/a",
      ingress("a", "tls: [{hosts: [a.com], secretName: tls}]") +
        service() +
        secret("tls", "{tls.crt: one, tls.key: two}"),
    );
    expect(tls.problems).toMatchObject([{ code: "invalid-certificate", object: { kind: "Secret" } }]);
  });

  it("says nothing of an object that is not there", async () => {
    const { compiler, store } = await compile(service());
    expect(explain("Service/shop/gone", { compiler, store, problems: [] })).toBeUndefined();
  });
});
