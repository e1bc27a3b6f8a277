import { describe, expect, it } from "vitest";
import { type CompileOptions, compile } from "../testing/compile.ts";

function service(annotations: string): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: {${annotations}}}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec:
  ingressClassName: kong
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
`;
}

function policy(spec: string, name = "p"): string {
  return `
apiVersion: configuration.konghq.com/v1beta1
kind: KongUpstreamPolicy
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
---
`;
}

const KONG_INGRESS = `
apiVersion: configuration.konghq.com/v1
kind: KongIngress
metadata: {name: k, namespace: shop}
upstream: {host_header: k.example.com, algorithm: round-robin, slots: 20, healthchecks: {threshold: 10}}
---
`;

const NAMED = "konghq.com/upstream-policy: p";

async function upstream(yaml: string, options: CompileOptions = {}) {
  const { document, problems } = await compile(yaml, options);
  const { name: _, tags: __, ...fields } = document["upstreams"]?.[0] ?? {};
  return { fields, problems };
}

describe("what Services set on their upstream", () => {
  it.each([
    ["{algorithm: least-connections, slots: 50}", { algorithm: "least-connections", slots: 50 }],
    ["{}", { algorithm: "round-robin" }],
    ["{algorithm: consistent-hashing, hashOn: {input: ip}}", { hash_on: "ip" }],
    [
      "{algorithm: consistent-hashing, hashOn: {header: X-A}, hashOnFallback: {queryArg: q}}",
      { hash_on: "header", hash_on_header: "X-A", hash_fallback: "query_arg", hash_fallback_query_arg: "q" },
    ],
    [
      "{algorithm: consistent-hashing, hashOn: {uriCapture: id}, hashOnFallback: {cookie: c, cookiePath: /}}",
      {
        hash_on: "uri_capture",
        hash_on_uri_capture: "id",
        hash_fallback: "cookie",
        hash_on_cookie: "c",
        hash_on_cookie_path: "/",
      },
    ],
    [
      "{healthchecks: {threshold: 5, active: {type: https, httpPath: /h, httpsSni: a.example, httpsVerifyCertificate: false, headers: {X-A: [b]}, healthy: {httpStatuses: [200], interval: 0}, unhealthy: {httpFailures: 1, tcpFailures: 2, timeouts: 3}}, passive: {healthy: {successes: 4}}}}",
      {
        healthchecks: {
          threshold: 5,
          active: {
            type: "https",
            http_path: "/h",
            https_sni: "a.example",
            https_verify_certificate: false,
            headers: { "X-A": ["b"] },
            healthy: { http_statuses: [200], interval: 0 },
            unhealthy: { http_failures: 1, tcp_failures: 2, timeouts: 3 },
          },
          passive: { healthy: { successes: 4 } },
        },
      },
    ],
  ])("a KongUpstreamPolicy: %s", async (spec, expected) => {
    const { fields, problems } = await upstream(service(NAMED) + policy(spec));
    const algorithm = spec.includes("consistent") ? "consistent-hashing" : "round-robin";
    expect(fields).toEqual({ algorithm, ...expected });
    expect(problems).toEqual([]);
  });

  it("sticky sessions, where the gateway knows them", async () => {
    const sticky = policy("{algorithm: sticky-sessions, hashOn: {input: none}, stickySessions: {cookie: c}}");
    const fields = {
      algorithm: "sticky-sessions",
      hash_on: "none",
      sticky_sessions_cookie: "c",
      sticky_sessions_cookie_path: "/",
    };
    const as = { settings: { preflight: false } };
    expect((await upstream(service(NAMED) + sticky, { ...as, profile: { version: [3, 11, 0] } })).fields).toEqual(
      fields,
    );
    const older = await upstream(service(NAMED) + sticky, { ...as, profile: { version: [3, 10, 9] } });
    expect(older.fields).toEqual({ algorithm: "round-robin" });
    expect(older.problems).toEqual([expect.stringContaining("[sticky-sessions-unsupported]")]);
  });

  it("a KongIngress, over it host-header, over both the policy", async () => {
    const all = "konghq.com/override: k, konghq.com/host-header: h.example.com, ";
    expect((await upstream(service("konghq.com/override: k") + KONG_INGRESS)).fields).toEqual({
      host_header: "k.example.com",
      algorithm: "round-robin",
      slots: 20,
      healthchecks: { threshold: 10 },
    });
    const { fields } = await upstream(service(all + NAMED) + KONG_INGRESS + policy("{algorithm: latency}"));
    expect(fields).toEqual({
      host_header: "h.example.com",
      algorithm: "latency",
      slots: 20,
      healthchecks: { threshold: 10 },
    });
  });

  it.each([
    ["konghq.com/upstream-policy: gone", "upstream-policy-missing"],
    ["konghq.com/override: gone", "kong-ingress-missing"],
  ])("nothing, with a problem on the Service, when it is not there: %s", async (annotations, code) => {
    const { fields, problems } = await upstream(service(annotations));
    expect(fields).toEqual({ algorithm: "round-robin" });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^error: Service shop/web metadata.*\\[${code}\\]$`))]);
  });
});
