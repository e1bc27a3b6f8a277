import { describe, expect, it } from "vitest";
import { all, compileRoutes, EDGE, found, gateway, route, rule, service } from "../testing/gateway-api.ts";

const ID = "8214a145-a328-4c56-ab72-2973a56d4eae";
const CA = `
apiVersion: v1
kind: ConfigMap
metadata: {name: ca, namespace: shop, labels: {konghq.com/ca-cert: "true"}}
data: {id: ${ID}}`;
const policy = (
  name: string,
  spec = "validation: {hostname: up.com, caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]}",
  target = "{group: '', kind: Service, name: a}",
) => `
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: ${name}, namespace: shop}
spec: {targetRefs: [${target}], ${spec}}`;
const HTTP = route("HTTPRoute", "r", `rules: [${rule("/")}]`);
/** As before pre-flight, which wants to see the CA certificate itself: that of this one is not made here. */
async function compiled(...objects: readonly string[]) {
  const made = await compileRoutes(all(EDGE, service("a"), CA, ...objects), { settings: { preflight: false } });
  return { ...made, problems: made.problems.filter((line) => !line.includes("[ca-invalid]")) };
}

const ENCRYPTED = { protocol: "https", tls_verify: true, ca_certificates: [ID] };

describe("a BackendTLSPolicy", () => {
  it("says how the Services of its targets are spoken to", async () => {
    const { services, upstreams } = await compiled(HTTP, policy("p"));
    expect(services["httproute.shop.r.0"]).toMatchObject(ENCRYPTED);
    expect(upstreams["httproute.shop.r.0"]).toMatchObject({ host_header: "up.com" });
  });

  it("overrides the Service's own annotations, but for the depth it does not name", async () => {
    const own =
      "{konghq.com/protocol: http, konghq.com/tls-verify: 'false', konghq.com/tls-verify-depth: '9', konghq.com/host-header: own.com}";
    const { services, upstreams } = await compiled(service("a", "shop", own), HTTP, policy("p"));
    expect(services["httproute.shop.r.0"]).toMatchObject({ ...ENCRYPTED, tls_verify_depth: 9 });
    expect(upstreams["httproute.shop.r.0"]).toMatchObject({ host_header: "up.com" });
    const depth = policy(
      "p",
      "validation: {hostname: up.com, caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]}, options: {tls-verify-depth: '4'}",
    );
    expect((await compiled(service("a", "shop", own), HTTP, depth)).services["httproute.shop.r.0"]).toMatchObject({
      tls_verify_depth: 4,
    });
  });

  it("counts for Ingresses and for rules with other Services too", async () => {
    const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec: {ingressClassName: kong, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}`;
    const two = "{backendRefs: [{name: a, port: 80}, {name: b, port: 80}]}";
    const { services, problems } = await compiled(
      service("b"),
      route("HTTPRoute", "r", `rules: [${rule("/")}, ${two}]`),
      ingress,
      policy("p"),
    );
    expect(services["shop.a.80"]).toMatchObject(ENCRYPTED);
    expect(services["httproute.shop.r.1"]).toMatchObject(ENCRYPTED);
    expect(problems.filter((line) => line.includes("inconsistent"))).toEqual([]);
  });

  it("cannot be kept for gRPC, which is said", async () => {
    const grpc = route("GRPCRoute", "g", "rules: [{backendRefs: [{name: a, port: 80}]}]");
    const { services, problems } = await compiled(grpc, policy("p"));
    expect(services["grpcroute.shop.g.0"]).toMatchObject({ protocol: "grpc" });
    expect(found(problems)).toEqual(["error GRPCRoute shop/g spec.rules[0].backendRefs tls-policy-unsupported"]);
  });

  it("puts TCP inside TLS", async () => {
    const tcp = route("TCPRoute", "t", "rules: [{backendRefs: [{name: a, port: 80}]}]", {
      parents: "{name: tcp, namespace: infra}",
    });
    const gate = gateway("tcp", "{name: t, port: 9000, protocol: TCP, allowedRoutes: {namespaces: {from: All}}}");
    const { services } = await compiled(HTTP, gate, tcp, policy("p"));
    expect(services["tcproute.shop.t.0"]).toMatchObject({ ...ENCRYPTED, protocol: "tls" });
  });

  it("does nothing while no route with good backends uses its Service", async () => {
    const broken = route("HTTPRoute", "r", `rules: [${rule("/")}, ${rule("/x", "gone")}]`);
    const { services, problems } = await compiled(
      broken,
      policy("p"),
      policy(
        "unused",
        "validation: {hostname: h, wellKnownCACertificates: System}",
        "{group: '', kind: Service, name: b}",
      ),
    );
    expect(services["httproute.shop.r.0"]).toMatchObject({ protocol: "http" });
    expect(problems.filter((line) => line.includes("BackendTLSPolicy"))).toEqual([]);
  });

  it.each([
    [
      "subject names",
      "validation: {hostname: h, caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}], subjectAltNames: [{type: Hostname, hostname: x}]}",
    ],
    ["well-known certificates", "validation: {hostname: h, wellKnownCACertificates: System}"],
    ["a missing certificate", "validation: {hostname: h, caCertificateRefs: [{group: '', kind: Secret, name: gone}]}"],
    ["another kind", "validation: {hostname: h, caCertificateRefs: [{group: x.com, kind: Bundle, name: b}]}"],
  ])("with %s is not applied", async (_, spec) => {
    const { services, problems } = await compiled(HTTP, policy("p", spec));
    expect(services["httproute.shop.r.0"]).toMatchObject({ protocol: "http" });
    expect(found(problems)).toEqual(["error BackendTLSPolicy shop/p spec.validation tls-policy-invalid"]);
  });

  it("beside another one on the same Service is not applied, and neither is that", async () => {
    const { services, problems } = await compiled(HTTP, policy("p"), policy("q"));
    expect(services["httproute.shop.r.0"]).toMatchObject({ protocol: "http" });
    expect(found(problems)).toEqual([
      "error BackendTLSPolicy shop/p spec.targetRefs tls-policy-conflict",
      "error BackendTLSPolicy shop/q spec.targetRefs tls-policy-conflict",
    ]);
  });

  it("for one port counts for all, and it is said", async () => {
    const { services, problems } = await compiled(
      HTTP,
      policy("p", undefined, "{group: '', kind: Service, name: a, sectionName: main}"),
    );
    expect(services["httproute.shop.r.0"]).toMatchObject(ENCRYPTED);
    expect(found(problems)).toEqual([
      "warning BackendTLSPolicy shop/p spec.targetRefs[0].sectionName tls-policy-section",
    ]);
  });

  it("that goes away leaves nothing behind", async () => {
    const { compiler, store } = await compiled(HTTP, policy("p"));
    store.delete("BackendTLSPolicy", "shop", "p");
    await compiler.run();
    expect(compiler.document.entities("services")[0]?.value).toMatchObject({ protocol: "http" });
  });
});
