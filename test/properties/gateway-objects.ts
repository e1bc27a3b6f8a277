import fc from "fast-check";
import type { KubernetesObject } from "../../src/resources/kind.ts";
import { flag, maybe, name, namespace, notes, object, plugins } from "./object-parts.ts";

const V1 = "gateway.networking.k8s.io/v1";
const none = fc.constant({});
const hostname = fc.constantFrom("a.example.com", "*.example.com", "*.b.example.com", "x.b.example.com");
const from = fc.constantFrom("All", "Same", "Selector", "None");
const listenerName = fc.constantFrom("one", "two");
const some = <T>(value: fc.Arbitrary<T>, maxLength = 2) => fc.array(value, { maxLength });

const gatewayClass = object(
  V1,
  "GatewayClass",
  fc.record({
    spec: fc.record({
      controllerName: fc.constantFrom(
        "konghq.com/kic-gateway-controller",
        "konghq.com/kic-gateway-controller",
        "other.io/x",
      ),
    }),
  }),
  none,
  { cluster: true, names: fc.constantFrom("kong", "other") },
);

const allowed = fc.record(
  {
    namespaces: fc.record({ from, selector: fc.constant({ matchLabels: { team: "x" } }) }),
    kinds: some(fc.record({ kind: fc.constantFrom("HTTPRoute", "GRPCRoute", "TCPRoute", "FooRoute") })),
  },
  { requiredKeys: ["namespaces"] },
);

const listener = fc.record(
  {
    name: listenerName,
    port: fc.constantFrom(80, 443, 9000),
    protocol: fc.constantFrom("HTTP", "HTTP", "HTTPS", "TLS", "TCP", "UDP", "FOO"),
    hostname,
    tls: fc.record({
      mode: fc.constantFrom("Terminate", "Passthrough"),
      certificateRefs: some(fc.record({ name, namespace }, { requiredKeys: ["name"] })),
    }),
    allowedRoutes: allowed,
  },
  { requiredKeys: ["name", "port", "protocol"] },
);
const listeners = fc.uniqueArray(listener, { selector: (one) => one.name, maxLength: 2 });

const gateway = object(
  V1,
  "Gateway",
  fc.record({
    spec: fc.record({
      gatewayClassName: fc.constantFrom("kong", "kong", "other", "gone"),
      listeners,
      allowedListeners: maybe(fc.record({ namespaces: fc.record({ from }) })),
    }),
  }),
  notes({ note: flag }),
);

const listenerSet = object(
  V1,
  "ListenerSet",
  fc.record({
    spec: fc.record({ parentRef: fc.record({ name, namespace }, { requiredKeys: ["name"] }), listeners }),
  }),
  none,
);

const grant = object(
  V1,
  "ReferenceGrant",
  fc.record({
    spec: fc.record({
      from: some(
        fc.record({
          group: fc.constant("gateway.networking.k8s.io"),
          kind: fc.constantFrom("HTTPRoute", "GRPCRoute", "Gateway"),
          namespace,
        }),
      ),
      to: some(
        fc.record(
          { group: fc.constant(""), kind: fc.constantFrom("Service", "Secret"), name },
          { requiredKeys: ["group", "kind"] },
        ),
      ),
    }),
  }),
  none,
);

const space = object("v1", "Namespace", none, none, {
  cluster: true,
  names: namespace,
  labels: fc.constantFrom({}, { team: "x" }),
});

const parentRef = fc.record(
  {
    kind: fc.constantFrom("Gateway", "Gateway", "Gateway", "ListenerSet", "Service"),
    name,
    namespace,
    sectionName: listenerName,
    port: fc.constantFrom(80, 443),
  },
  { requiredKeys: ["name"] },
);

const headerFilter = fc.record(
  {
    set: fc.constant([{ name: "x-a", value: "1" }]),
    add: fc.constant([{ name: "x-b", value: "2" }]),
    remove: fc.constant(["x-c"]),
  },
  { requiredKeys: [] },
);
const path = fc.constantFrom<unknown>(
  { type: "ReplaceFullPath", replaceFullPath: "/full/" },
  { type: "ReplacePrefixMatch", replacePrefixMatch: "/new" },
  { type: "ReplacePrefixMatch", replacePrefixMatch: "/" },
);
const grpcFilter = fc.oneof(
  headerFilter.map((requestHeaderModifier) => ({ type: "RequestHeaderModifier", requestHeaderModifier })),
  headerFilter.map((responseHeaderModifier) => ({ type: "ResponseHeaderModifier", responseHeaderModifier })),
  name.map((of) => ({
    type: "ExtensionRef",
    extensionRef: { group: "configuration.konghq.com", kind: "KongPlugin", name: of },
  })),
  fc.constant({ type: "RequestMirror", requestMirror: { backendRef: { name: "a", port: 80 } } }),
);
const httpFilter = fc.oneof(
  grpcFilter,
  fc
    .record({ hostname: fc.constant("r.example.com"), path }, { requiredKeys: [] })
    .map((urlRewrite) => ({ type: "URLRewrite", urlRewrite })),
  fc
    .record(
      {
        scheme: fc.constantFrom("http", "https"),
        hostname: fc.constant("r.example.com"),
        port: fc.constant(8443),
        path,
      },
      { requiredKeys: [] },
    )
    .map((requestRedirect) => ({ type: "RequestRedirect", requestRedirect })),
  fc.constant({ type: "CORS", cors: { allowOrigins: ["https://*.example.com"], allowMethods: ["*"] } }),
);

const backendRef = <T>(filter: fc.Arbitrary<T>) =>
  fc.record(
    {
      kind: fc.constantFrom("Service", "Service", "Service", "Bucket"),
      name,
      namespace,
      port: fc.constantFrom(80, 443),
      weight: fc.constantFrom(0, 1, 50),
      filters: some(filter, 1),
    },
    { requiredKeys: ["name", "port"] },
  );

const routeNotes = notes({
  "konghq.com/plugins": plugins,
  "konghq.com/protocols": fc.constantFrom("https", "grpc,http", "bad"),
  "konghq.com/snis": fc.constantFrom("s.example.com", "*"),
  "konghq.com/strip-path": flag,
});

const values = some(
  fc.record({
    name: fc.constantFrom("x-a", "X-A", "y"),
    value: fc.constantFrom("1", "2"),
    type: fc.constantFrom("Exact", "RegularExpression"),
  }),
);
const httpMatch = fc.record(
  {
    path: fc.record({
      type: fc.constantFrom("Exact", "PathPrefix", "PathPrefix", "RegularExpression"),
      value: fc.constantFrom("/", "/a", "/a/", "/b"),
    }),
    headers: values,
    queryParams: values,
    method: fc.constantFrom("GET", "POST"),
  },
  { requiredKeys: [] },
);
const httpRule = fc.record(
  {
    name: fc.constantFrom("n1", "n2"),
    matches: some(httpMatch, 3),
    filters: some(httpFilter),
    backendRefs: some(backendRef(httpFilter)),
    timeouts: fc.constantFrom({ request: "10s" }, { backendRequest: "0s" }),
    retry: fc.constantFrom({ attempts: 2 }, { codes: [500] }),
    sessionPersistence: fc.constantFrom({ sessionName: "s" }, { type: "Header" }),
  },
  { requiredKeys: [] },
);

const route = (kind: string, rule: fc.Arbitrary<object>, hostnames: boolean) =>
  object(
    V1,
    kind,
    fc.record({
      spec: fc.record(
        { parentRefs: some(parentRef), hostnames: hostnames ? some(hostname) : fc.constant([]), rules: some(rule, 3) },
        { requiredKeys: ["parentRefs", "rules"] },
      ),
    }),
    routeNotes,
  );

const httpRoute = route("HTTPRoute", httpRule, true);
const grpcRoute = route(
  "GRPCRoute",
  fc.record(
    {
      name: fc.constantFrom("n1", "n2"),
      matches: some(
        fc.record(
          {
            method: fc.record(
              {
                type: fc.constantFrom("Exact", "RegularExpression"),
                service: fc.constant("s.S"),
                method: fc.constant("M"),
              },
              { requiredKeys: [] },
            ),
            headers: values,
          },
          { requiredKeys: [] },
        ),
      ),
      filters: some(grpcFilter),
      backendRefs: some(backendRef(grpcFilter)),
    },
    { requiredKeys: [] },
  ),
  true,
);
const l4Rule = fc.record({ backendRefs: some(backendRef(fc.constant({}))) }, { requiredKeys: [] });

const tlsPolicy = object(
  V1,
  "BackendTLSPolicy",
  fc.record({
    spec: fc.record({
      targetRefs: some(fc.record({ group: fc.constant(""), kind: fc.constant("Service"), name })),
      validation: fc.record(
        {
          hostname: fc.constant("up.example.com"),
          caCertificateRefs: some(
            fc.record({ group: fc.constant(""), kind: fc.constantFrom("Secret", "ConfigMap"), name }),
          ),
          wellKnownCACertificates: fc.constant("System"),
        },
        { requiredKeys: ["hostname"] },
      ),
    }),
  }),
  none,
);

/** Objects of the Gateway API that often mean each other. */
export const gatewayObjects: readonly fc.Arbitrary<KubernetesObject>[] = [
  gatewayClass,
  gateway,
  gateway,
  listenerSet,
  grant,
  space,
  httpRoute,
  httpRoute,
  httpRoute,
  grpcRoute,
  route("TCPRoute", l4Rule, false),
  route("UDPRoute", l4Rule, false),
  route("TLSRoute", l4Rule, true),
  tlsPolicy,
];
