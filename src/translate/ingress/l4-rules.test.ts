import { describe, expect, it } from "vitest";
import { type CompileOptions, compile } from "../testing/compile.ts";

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {type: ExternalName, externalName: db.example.com, ports: [{port: 5432}]}
---
`;

function ingress(kind: string, spec: string, annotations = ""): string {
  return `
apiVersion: configuration.konghq.com/v1beta1
kind: ${kind}
metadata: {name: t, namespace: shop, annotations: {kubernetes.io/ingress.class: kong${annotations}}}
spec: ${spec}
---
`;
}

const BACKEND = "backend: {serviceName: db, servicePort: 5432}";
const shown = async (yaml: string, options: CompileOptions = {}) => {
  const { document, problems } = await compile(yaml, options);
  const text = JSON.stringify(document["services"] ?? [], (key, value: unknown) =>
    key === "tags" ? undefined : value,
  );
  return { services: JSON.parse(text) as unknown, upstreams: document["upstreams"], problems };
};

describe("TCPIngress", () => {
  const rules = `{rules: [{port: 9000, ${BACKEND}}, {port: 9443, host: db.example.org, ${BACKEND}}]}`;

  it("makes a route of each rule, on one service for one backend", async () => {
    const { services, upstreams, problems } = await shown(SERVICE + ingress("TCPIngress", rules));
    expect(services).toEqual([
      {
        name: "shop.db.5432",
        host: "db.shop.5432.svc",
        protocol: "tcp",
        port: 5432,
        connect_timeout: 60000,
        read_timeout: 60000,
        write_timeout: 60000,
        retries: 5,
        routes: [
          {
            name: "shop.t.1",
            protocols: ["tcp", "tls"],
            snis: ["db.example.org"],
            destinations: [{ port: 9443 }],
            path_handling: "v0",
            https_redirect_status_code: 426,
          },
          {
            name: "shop.t.0",
            protocols: ["tcp", "tls"],
            destinations: [{ port: 9000 }],
            path_handling: "v0",
            https_redirect_status_code: 426,
          },
        ],
      },
    ]);
    expect(upstreams).toMatchObject([{ name: "db.shop.5432.svc", targets: [{ target: "db.example.com:5432" }] }]);
    expect(problems).toEqual([]);
  });

  it("matches by expressions where the gateway does", async () => {
    const { services } = await shown(SERVICE + ingress("TCPIngress", rules), { profile: { flavor: "expressions" } });
    expect(services).toMatchObject([
      {
        routes: [
          { expression: '(tls.sni == "db.example.org") && (net.dst.port == 9443)', priority: 1 },
          { expression: "net.dst.port == 9000", priority: 1 },
        ],
      },
    ]);
  });

  it("claims the host names of its certificates", async () => {
    const yaml = ingress("TCPIngress", "{tls: [{hosts: [a.example.com], secretName: gone}]}");
    expect((await shown(yaml)).problems).toEqual([expect.stringContaining("[secret-missing]")]);
  });

  it("says which rule has a backend that is not there", async () => {
    const { problems } = await shown(ingress("TCPIngress", rules));
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain("TCPIngress shop/t spec.rules[1].backend");
  });

  it("of another class is not ours", async () => {
    const yaml = ingress("TCPIngress", rules).replace("class: kong", "class: other");
    expect((await shown(SERVICE + yaml)).services).toEqual([]);
  });
});

it("keeps the routes of an Ingress and of a TCPIngress on one Service port, each on a service of its own", async () => {
  const http = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec:
  ingressClassName: kong
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: db, port: {number: 5432}}}}]}}]
---
`;
  const tcp = ingress("TCPIngress", `{rules: [{port: 9000, ${BACKEND}}]}`);
  const { services, upstreams } = await shown(SERVICE + http + tcp);
  expect(services).toMatchObject([
    { name: "shop.db.5432.tcp", host: "db.shop.5432.svc", protocol: "tcp", routes: [{ name: "shop.t.0" }] },
    { name: "shop.db.5432", host: "db.shop.5432.svc", protocol: "http", routes: [{ name: "shop.i.db..5432" }] },
  ]);
  expect(upstreams).toHaveLength(1);
});

describe("UDPIngress", () => {
  it("has names of its own, and the port of the rule until that of the Service is known", async () => {
    const { services } = await shown(ingress("UDPIngress", `{rules: [{port: 9000, ${BACKEND}}]}`));
    expect(services).toEqual([
      {
        name: "shop.db.5432.udp",
        host: "db.shop.5432.svc",
        protocol: "udp",
        port: 5432,
        routes: [
          {
            name: "shop.t.0.udp",
            protocols: ["udp"],
            destinations: [{ port: 9000 }],
            path_handling: "v0",
            https_redirect_status_code: 426,
          },
        ],
      },
    ]);
  });
});
