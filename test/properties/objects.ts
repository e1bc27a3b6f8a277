import fc from "fast-check";
import type { KubernetesObject } from "../../src/resources/kind.ts";
import { gatewayObjects } from "./gateway-objects.ts";
import { kongObjects } from "./kong-objects.ts";
import { flag, maybe, name, notes, object, ourClass, plugins, secretText } from "./object-parts.ts";

const routeNotes = notes({
  "kubernetes.io/ingress.class": fc.constantFrom("kong", "kong", "kong", "other"),
  "konghq.com/plugins": plugins,
  "konghq.com/strip-path": flag,
  "konghq.com/protocols": fc.constantFrom("http", "https,http", "grpc", "gopher"),
  "konghq.com/methods": fc.constantFrom("GET", "get,POST", "G T"),
  "konghq.com/headers.x-team": fc.constantFrom("a", "a,b", ""),
  "konghq.com/rewrite": fc.constantFrom("/x", "/$1", "/$"),
  "konghq.com/tags": fc.constantFrom("red", "red,blue"),
  "ingress.kubernetes.io/force-ssl-redirect": flag,
});

const serviceNotes = notes({
  "konghq.com/plugins": plugins,
  "konghq.com/protocol": fc.constantFrom("http", "https", "grpc", "gopher"),
  "konghq.com/client-cert": name,
  "konghq.com/retries": fc.constantFrom("1", "x"),
  "konghq.com/host-header": fc.constantFrom("h.example.com", ""),
  "konghq.com/upstream-policy": name,
  "konghq.com/override": name,
  "ingress.kubernetes.io/service-upstream": flag,
});

const port = fc.oneof(
  fc.record({ number: fc.constantFrom(80, 443) }),
  fc.record({ name: fc.constantFrom("http", "https") }),
  fc.constant({}),
);
const backend = fc.oneof(
  { weight: 5, arbitrary: fc.record({ service: fc.record({ name, port }) }) },
  {
    weight: 1,
    arbitrary: name.map((of) => ({
      resource: { apiGroup: "incubator.ingress-controller.konghq.com", kind: "KongServiceFacade", name: of },
    })),
  },
);
const host = fc.constantFrom("a.example.com", "b.example.com", "*.example.com", "");

const ingress = object(
  "networking.k8s.io/v1",
  "Ingress",
  fc.record({
    spec: fc.record({
      ingressClassName: maybe(fc.constantFrom("kong", "kong", "other")),
      defaultBackend: maybe(backend),
      tls: maybe(fc.array(fc.record({ hosts: fc.array(host, { maxLength: 2 }), secretName: name }), { maxLength: 2 })),
      rules: fc.array(
        fc.record({
          host,
          http: fc.record({
            paths: fc.array(
              fc.record({
                path: fc.constantFrom("/", "/a", "/a/", "/~/a/\\d+", "//b"),
                pathType: fc.constantFrom("Exact", "Prefix", "ImplementationSpecific"),
                backend,
              }),
              { maxLength: 3 },
            ),
          }),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
  routeNotes,
);

const service = object(
  "v1",
  "Service",
  fc.record({
    spec: fc.record({
      type: fc.constantFrom("ClusterIP", "ClusterIP", "ExternalName"),
      externalName: fc.constantFrom("out.example.org"),
      ports: fc.array(
        fc.record({
          name: fc.constantFrom("http", "https"),
          port: fc.constantFrom(80, 443),
          protocol: fc.constantFrom("TCP", "UDP"),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
  serviceNotes,
);

const slice = fc
  .tuple(
    object(
      "discovery.k8s.io/v1",
      "EndpointSlice",
      fc.record({
        addressType: fc.constant("IPv4"),
        ports: fc.array(
          fc.record({
            name: fc.constantFrom("http", "https"),
            port: fc.constantFrom(8080, 8443),
            protocol: fc.constant("TCP"),
          }),
          { maxLength: 2 },
        ),
        endpoints: fc.array(
          fc.record({
            addresses: fc.constantFrom(["10.0.0.1"], ["10.0.0.2"], ["fd00::1"]),
            conditions: fc.record({ ready: maybe(fc.boolean()), terminating: maybe(fc.boolean()) }),
          }),
          { maxLength: 3 },
        ),
      }),
      fc.constant({}),
      { labels: name.map((of) => ({ "kubernetes.io/service-name": of })) },
    ),
  )
  .map(([made]) => made);

const secret = object(
  "v1",
  "Secret",
  fc.record({
    data: fc.dictionary(
      fc.constantFrom("key", "username", "password", "config", "tls.crt", "tls.key", "ttl", "group", "id", "cert"),
      secretText,
    ),
  }),
  fc.constant({}),
  {
    labels: fc.constantFrom(
      {},
      { "konghq.com/credential": "key-auth" },
      { "konghq.com/credential": "basic-auth" },
      { "konghq.com/credential": "acl" },
      { "konghq.com/credential": "nope" },
      { "konghq.com/ca-cert": "true" },
    ),
  },
);

const fromSecret = name.map((of) => ({ secretKeyRef: { name: of, key: "config", namespace: "blue" } }));
const plainPlugin = fc
  .record({
    what: fc.constantFrom<object>(
      { plugin: "rate-limiting", config: { minute: 5 } },
      { plugin: "rate-limiting", config: {} },
      { plugin: "request-termination" },
      { plugin: "key-auth" },
      { plugin: "cors", config: { credentials: true } },
    ),
    more: fc.record({ disabled: fc.boolean(), instance_name: fc.constant("mine") }, { requiredKeys: [] }),
  })
  .map(({ what, more }) => ({ ...what, ...more }));
const pluginBody = fc.oneof(
  { weight: 5, arbitrary: plainPlugin },
  { weight: 1, arbitrary: fc.record({ plugin: fc.constant("rate-limiting"), configFrom: fromSecret }) },
  {
    weight: 1,
    arbitrary: fc.record({
      plugin: fc.constant("rate-limiting"),
      config: fc.constant({ hour: 1 }),
      configPatches: fc.array(
        fc.record({ path: fc.constantFrom("/minute", "/a/0/b", "", "x"), valueFrom: fromSecret }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
  },
);

const plugin = object("configuration.konghq.com/v1", "KongPlugin", pluginBody, fc.constant({}));

const clusterPlugin = object(
  "configuration.konghq.com/v1",
  "KongClusterPlugin",
  pluginBody,
  notes({ "kubernetes.io/ingress.class": fc.constantFrom("kong", "other") }),
  {
    cluster: true,
    labels: fc.constantFrom({}, { global: "true" }),
  },
);

const consumer = object(
  "configuration.konghq.com/v1",
  "KongConsumer",
  fc.record(
    {
      username: fc.constantFrom("ann", "bob"),
      custom_id: fc.constantFrom("1", "2"),
      credentials: fc.uniqueArray(name),
      consumerGroups: fc.uniqueArray(name),
    },
    { requiredKeys: [] },
  ),
  ourClass,
);

const group = object("configuration.konghq.com/v1beta1", "KongConsumerGroup", fc.constant({}), ourClass);

const ingressClass = object(
  "networking.k8s.io/v1",
  "IngressClass",
  fc.record({
    spec: fc.record({
      parameters: maybe(
        name.map((of) => ({
          apiGroup: "configuration.konghq.com",
          kind: "IngressClassParameters",
          name: of,
          namespace: "blue",
          scope: "Namespace",
        })),
      ),
    }),
  }),
  notes({ "ingressclass.kubernetes.io/is-default-class": flag }),
  { cluster: true, names: fc.constantFrom("kong", "other") },
);

const parameters = object(
  "configuration.konghq.com/v1alpha1",
  "IngressClassParameters",
  fc.record({ spec: fc.record({ serviceUpstream: fc.boolean(), enableLegacyRegexDetection: fc.boolean() }) }),
  fc.constant({}),
);

/** Any object that Silverback reads: of every kind that has a translator. */
export const anyObject: fc.Arbitrary<KubernetesObject> = fc.oneof(
  { weight: 4, arbitrary: ingress },
  { weight: 3, arbitrary: service },
  { weight: 2, arbitrary: slice },
  { weight: 2, arbitrary: secret },
  { weight: 2, arbitrary: plugin },
  { weight: 1, arbitrary: clusterPlugin },
  { weight: 2, arbitrary: consumer },
  { weight: 1, arbitrary: group },
  { weight: 1, arbitrary: ingressClass },
  { weight: 1, arbitrary: parameters },
  ...gatewayObjects.map((arbitrary) => ({ weight: 1, arbitrary })),
  ...kongObjects.map((arbitrary) => ({ weight: 1, arbitrary })),
);
