import fc from "fast-check";
import type { KubernetesObject } from "../../src/resources/kind.ts";
import { maybe, name, namespace, notes, object, ourClass, secretText } from "./object-parts.ts";

const l4Backend = fc.record({ serviceName: name, servicePort: fc.constantFrom(80, 443, 9) });
const l4Rule = fc.record(
  { port: fc.constantFrom(9000, 9001), host: fc.constantFrom("a.example.com", ""), backend: l4Backend },
  { requiredKeys: ["port", "backend"] },
);

const tcpIngress = object(
  "configuration.konghq.com/v1beta1",
  "TCPIngress",
  fc.record({ spec: fc.record({ rules: fc.array(l4Rule, { maxLength: 2 }) }) }),
  ourClass,
);

const udpIngress = object(
  "configuration.konghq.com/v1beta1",
  "UDPIngress",
  fc.record({
    spec: fc.record({
      rules: fc.array(fc.record({ port: fc.constantFrom(9000, 9001), backend: l4Backend }), { maxLength: 2 }),
    }),
  }),
  ourClass,
);

const vault = object(
  "configuration.konghq.com/v1alpha1",
  "KongVault",
  fc.record({
    spec: fc.record(
      {
        backend: fc.constantFrom("env", "hcv"),
        prefix: fc.constantFrom("one", "two", "Bad_"),
        config: fc.constantFrom<unknown>({ prefix: "K_" }, [], "text"),
      },
      { requiredKeys: ["backend", "prefix"] },
    ),
  }),
  ourClass,
  { cluster: true },
);

const license = object(
  "configuration.konghq.com/v1alpha1",
  "KongLicense",
  fc.record({ rawLicenseString: fc.constantFrom("{}", "x"), enabled: maybe(fc.boolean()) }),
  fc.constant({}),
  { cluster: true },
);

const upstreamPolicy = object(
  "configuration.konghq.com/v1beta1",
  "KongUpstreamPolicy",
  fc.record({
    spec: fc.record(
      {
        algorithm: fc.constantFrom("round-robin", "consistent-hashing", "sticky-sessions"),
        slots: fc.constantFrom(10, 100),
        hashOn: fc.constantFrom({ input: "ip" }, { header: "x-a" }, { cookie: "c", cookiePath: "bad" }),
        healthchecks: fc.constantFrom({ active: { httpPath: "/h" }, threshold: 10 }, { passive: { type: "tcp" } }),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.constant({}),
);

const kongIngress = object(
  "configuration.konghq.com/v1",
  "KongIngress",
  fc.record({ upstream: maybe(fc.constantFrom({ slots: 20 }, { host_header: "k.example.com" }, { hash_on: "ip" })) }),
  fc.constant({}),
);

const facade = object(
  "incubator.ingress-controller.konghq.com/v1alpha1",
  "KongServiceFacade",
  fc.record({ spec: fc.record({ backendRef: fc.record({ name, port: fc.constantFrom(80, 443) }) }) }),
  ourClass,
);

const customEntity = object(
  "configuration.konghq.com/v1alpha1",
  "KongCustomEntity",
  fc.record({
    spec: fc.record(
      {
        type: fc.constantFrom("key_sets", "degraphql_routes", "acls", "filter_chains", "routes", "__proto__"),
        controllerName: fc.constantFrom("kong", "kong", "other"),
        fields: fc.constantFrom<unknown>({ name: "x" }, { group: "g" }, []),
        parentRef: fc.record(
          { kind: fc.constantFrom("KongPlugin", "KongClusterPlugin"), namespace, name },
          { requiredKeys: ["name"] },
        ),
      },
      { requiredKeys: ["type", "controllerName", "fields"] },
    ),
  }),
  fc.constant({}),
);

const caConfigMap = object(
  "v1",
  "ConfigMap",
  fc.record({ data: fc.dictionary(fc.constantFrom("id", "cert", "ca.crt"), secretText) }),
  notes({ "konghq.com/tags": fc.constantFrom("red") }),
  { labels: fc.constantFrom({}, { "konghq.com/ca-cert": "true" }) },
);

const grant = object(
  "gateway.networking.k8s.io/v1",
  "ReferenceGrant",
  fc.record({
    spec: fc.record({
      from: fc.array(
        fc.record({
          group: fc.constantFrom("", "networking.k8s.io", "configuration.konghq.com"),
          kind: fc.constantFrom("Service", "Ingress", "KongConsumer", "KongCustomEntity"),
          namespace,
        }),
        { minLength: 1, maxLength: 2 },
      ),
      to: fc.array(
        fc.record(
          { group: fc.constant("configuration.konghq.com"), kind: fc.constant("KongPlugin"), name },
          { requiredKeys: ["group", "kind"] },
        ),
        { minLength: 1, maxLength: 2 },
      ),
    }),
  }),
  fc.constant({}),
);

/** Kong's own kinds, but for plugins and consumers. */
export const kongObjects: readonly fc.Arbitrary<KubernetesObject>[] = [
  tcpIngress,
  udpIngress,
  vault,
  license,
  upstreamPolicy,
  kongIngress,
  facade,
  customEntity,
  caConfigMap,
  grant,
];
