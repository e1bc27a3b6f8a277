/** Objects of Kubernetes' and Gateway API's kinds, good and bad, as the API server should judge them: compared with what we say, so none says here which it is. */
export interface ObjectSample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const of =
  (apiVersion: string, kind: string) =>
  (body: Body, metadata: Body = {}): ObjectSample => ({
    apiVersion,
    kind,
    metadata: { name: "sample", ...metadata },
    ...body,
  });

const backend = { service: { name: "s", port: { number: 80 } } };
const ingress = (spec: Body, metadata?: Body) => of("networking.k8s.io/v1", "Ingress")({ spec }, metadata);
const path = (body: Body) =>
  ingress({ rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend, ...body }] } }] });
const host = (name: string) => ingress({ rules: [{ host: name }] });
const port = (body: Body) => path({ backend: { service: { name: "s", port: body } } });
const named = (metadata: Body) => ingress({ defaultBackend: backend }, metadata);

const INGRESSES: readonly ObjectSample[] = [
  ingress({}),
  ingress({ rules: [] }),
  ingress({ rules: [{}] }),
  ingress({ defaultBackend: backend }),
  ingress({ defaultBackend: {} }),
  path({}),
  path({ pathType: undefined }),
  path({ pathType: "Foo" }),
  path({ path: undefined }),
  path({ path: undefined, pathType: "ImplementationSpecific" }),
  path({ path: "", pathType: "ImplementationSpecific" }),
  path({ path: "a", pathType: "ImplementationSpecific" }),
  path({ path: "/a//b", pathType: "ImplementationSpecific" }),
  ...["/a//b", "/a/./b", "/a/../b", "/a%2fb", "/a%2Fb", "/a/.", "/a/..", "/a/", "/%20"].flatMap((text) => [
    path({ path: text }),
    path({ path: text, pathType: "Exact" }),
  ]),
  path({ backend: {} }),
  path({ backend: { service: { name: "s" } } }),
  path({ backend: { service: { name: "S", port: { number: 1 } } } }),
  path({ backend: { service: { name: "s.t", port: { number: 1 } } } }),
  path({ backend: { ...backend, resource: { kind: "a", name: "b" } } }),
  path({ backend: { resource: { apiGroup: "a.b", kind: "a", name: "b" } } }),
  ...[
    { number: 80, name: "x" },
    { number: 0 },
    { number: 70_000 },
    { name: "http" },
    { name: "Http_" },
    { name: "abcdefghijklmnop" },
  ].map(port),
  ...["1.2.3.4", "*.a.b", "*", "a.*", "A.b", "a_b", "a:80", "a.b", "", "a..b", "-a"].map(host),
  ingress({ rules: [{ http: { paths: [] } }] }),
  ingress({ rules: [{ http: {} }] }),
  ...[{ hosts: ["*.x.y", "A"] }, { hosts: ["*.x.y"], secretName: "S_" }, { hosts: ["a"], secretName: "s" }, {}].map(
    (tls) => ingress({ defaultBackend: backend, tls: [tls] }),
  ),
  ingress({ defaultBackend: backend, ingressClassName: "K_" }),
  ...["kong", "other"].map((name) =>
    ingress(
      { defaultBackend: backend, ingressClassName: "kong" },
      { annotations: { "kubernetes.io/ingress.class": name } },
    ),
  ),
  ...["A", "a.b", "a_b", "x".repeat(254)].map((name) => named({ name })),
  ...[{ "a b": "c" }, { a: "c d" }, { a: "x".repeat(64) }, { a: "" }, { "x.y/a": "b" }, { "X/a": "b" }].map((labels) =>
    named({ labels }),
  ),
  ...[
    { "a b": "c" },
    { "A/B": "c" },
    { "": "c" },
    { "a/b/c": "c" },
    { "konghq.com/headers.x-y": "c" },
    { a: "x".repeat(262_144) },
    { a: "x".repeat(262_143) },
  ].map((annotations) => named({ annotations })),
];

const service = (spec: Body, name = "sample") => of("v1", "Service")({ spec }, { name });
const ports = (...all: readonly Body[]) => service({ ports: all });

const SERVICES: readonly ObjectSample[] = [
  service({}),
  ports({ port: 80 }),
  ports({ port: 80 }, { port: 81 }),
  ports({ name: "a", port: 80 }, { name: "a", port: 81 }),
  ports({ name: "a", port: 80 }, { name: "b", port: 80 }),
  ports({ name: "a", port: 80 }, { name: "b", port: 80, protocol: "UDP" }),
  ports({ name: "A", port: 80 }),
  ports({ name: "a.b", port: 80 }),
  ports({ port: 0 }),
  ports({ port: 65_536 }),
  ...["x_", "1", "abcdefghijklmnop", "http", 70_000, 0, ""].map((targetPort) => ports({ port: 80, targetPort })),
  ports({ port: 80, protocol: "tcp" }),
  service({ type: "ExternalName" }),
  ...["a.b", "A_", "a.b.", "1.2.3.4"].map((externalName) => service({ type: "ExternalName", externalName })),
  service({ clusterIP: "None" }),
  service({ type: "Foo", ports: [{ port: 80 }] }),
  ...["a.b", "1a", "x".repeat(64)].map((name) => service({ ports: [{ port: 80 }] }, name)),
];

const secret = of("v1", "Secret");
const configMap = of("v1", "ConfigMap");
const slice = (body: Body) =>
  of("discovery.k8s.io/v1", "EndpointSlice")({ addressType: "IPv4", endpoints: [], ...body });
const ingressClass = (spec: Body) => of("networking.k8s.io/v1", "IngressClass")({ spec });
const parameters = (body: Body) => ingressClass({ controller: "a.b/c", parameters: { kind: "a", name: "b", ...body } });

const OTHERS: readonly ObjectSample[] = [
  secret({}),
  secret({ type: "kubernetes.io/tls" }),
  secret({ type: "kubernetes.io/tls", data: { "tls.crt": "", "tls.key": "" } }),
  secret({ type: "kubernetes.io/basic-auth", data: {} }),
  secret({ type: "kubernetes.io/basic-auth", data: { username: "" } }),
  ...["a b", "..", ".", "..a", "a/b", "A_b.c-1", ".a"].flatMap((key) => [
    secret({ data: { [key]: "" } }),
    configMap({ data: { [key]: "" } }),
  ]),
  ...["!", "YQ", "YQ==", "YQ=\n="].map((a) => secret({ data: { a } })),
  secret({ stringData: { a: "b" } }),
  configMap({ data: { a: "" }, binaryData: { a: "" } }),
  configMap({ binaryData: { a: "?" } }),
  slice({ endpoints: null }),
  slice({ endpoints: [{ addresses: [] }] }),
  slice({ endpoints: [{}] }),
  ...["10.0.0.1", "a", "127.0.0.1", "169.254.0.1", "224.0.0.1", "0.0.0.0", "::1"].map((a) =>
    slice({ endpoints: [{ addresses: [a] }] }),
  ),
  ...["::1", "2001:db8::1", "::", "fe80::1", "10.0.0.1"].map((a) =>
    slice({ addressType: "IPv6", endpoints: [{ addresses: [a] }] }),
  ),
  slice({ addressType: "X" }),
  slice({ ports: [{ port: 0 }] }),
  slice({ ports: [{ name: "A" }] }),
  slice({ ports: [{ name: "a" }, { name: "a" }] }),
  slice({ ports: [{ protocol: "tcp" }] }),
  ...[{}, { controller: "a" }, { controller: "a.b/c" }].map(ingressClass),
  ...[{}, { scope: "Namespace" }, { scope: "Namespace", namespace: "c" }, { namespace: "c" }, { scope: "X" }].map(
    parameters,
  ),
  ...["a.b", "A", "ab"].map((name) => of("v1", "Namespace")({}, { name })),
];

const GATEWAY_API = "gateway.networking.k8s.io";
const gateway = (listeners: unknown, spec: Body = {}) =>
  of(`${GATEWAY_API}/v1`, "Gateway")({ spec: { gatewayClassName: "kong", listeners, ...spec } });
const listener = (body: Body) => ({ name: "a", port: 80, protocol: "HTTP", ...body });
const certificate = { certificateRefs: [{ name: "c" }] };

const GATEWAYS: readonly ObjectSample[] = [
  gateway(undefined),
  gateway([]),
  gateway([listener({})], { gatewayClassName: undefined }),
  gateway([listener({})]),
  gateway([listener({}), listener({})]),
  gateway([listener({}), listener({ name: "b" })]),
  gateway([listener({}), listener({ name: "b", hostname: "a.b" })]),
  gateway([listener({ hostname: "A" })]),
  gateway([listener({ hostname: "*.a.b" })]),
  gateway([listener({ port: 0 })]),
  gateway([listener({ name: "A" })]),
  gateway([listener({ tls: certificate })]),
  gateway([listener({ protocol: "TCP", hostname: "a" })]),
  gateway([listener({ protocol: "TLS" })]),
  gateway([listener({ protocol: "TLS", tls: { mode: "Passthrough" } })]),
  gateway([listener({ protocol: "TLS", tls: certificate })]),
  gateway([listener({ protocol: "HTTPS", tls: {} })]),
  gateway([listener({ protocol: "HTTPS", tls: { options: { a: "b" } } })]),
  gateway([listener({ protocol: "HTTPS", tls: { mode: "Passthrough" } })]),
  gateway([listener({ protocol: "HTTPS", tls: certificate })]),
  gateway([listener({ protocol: "HTTPS" })]),
  gateway([listener({ allowedRoutes: { namespaces: { from: "None" } } })]),
  gateway([
    listener({
      allowedRoutes: {
        namespaces: { from: "Selector", selector: { matchExpressions: [{ key: "a", operator: "In" }] } },
      },
    }),
  ]),
  gateway([listener({ allowedRoutes: { kinds: [{ kind: "TCPRoute" }, {}] } })]),
  gateway([listener({})], { addresses: [{ value: "10.0.0.1" }, { value: "10.0.0.1" }] }),
  of(`${GATEWAY_API}/v1`, "GatewayClass")({ spec: { controllerName: "a" } }),
  of(`${GATEWAY_API}/v1`, "GatewayClass")({ spec: { controllerName: "a.b/c" } }),
  of(`${GATEWAY_API}/v1`, "ListenerSet")({ spec: { parentRef: { name: "g" }, listeners: [listener({})] } }),
  of(`${GATEWAY_API}/v1`, "ListenerSet")({ spec: { listeners: [listener({})] } }),
];

const route = (spec: Body) => of(`${GATEWAY_API}/v1`, "HTTPRoute")({ spec });
const rule = (body: Body) => route({ rules: [body] });
const match = (body: Body) => rule({ matches: [body] });
const filters = (...all: readonly Body[]) => rule({ filters: all });
const redirect = (body: Body = {}) => ({ type: "RequestRedirect", requestRedirect: body });
const rewrite = (body: Body) => ({ type: "URLRewrite", urlRewrite: { path: body } });
const toPrefix = { type: "ReplacePrefixMatch", replacePrefixMatch: "/x" };
const prefix = { path: { type: "PathPrefix", value: "/a" } };
const header = (body: Body) => match({ headers: [{ name: "x", value: "y", ...body }] });

const ROUTES: readonly ObjectSample[] = [
  route({}),
  route({ rules: [] }),
  rule({}),
  ...["A", "*.a", "*", "1.2.3.4"].map((name) => route({ hostnames: [name] })),
  route({ parentRefs: [{ name: "a" }, { name: "a" }] }),
  route({ parentRefs: [{ name: "a" }, { name: "a", namespace: "b" }] }),
  route({ parentRefs: [{ name: "a" }, { name: "a", sectionName: "b" }] }),
  route({
    parentRefs: [
      { name: "a", port: 1 },
      { name: "a", sectionName: "b" },
    ],
  }),
  route({
    parentRefs: [
      { name: "a", sectionName: "c" },
      { name: "a", sectionName: "b" },
    ],
  }),
  route({ parentRefs: [{ name: "" }] }),
  route({ rules: [{ name: "a" }, { name: "a" }] }),
  route({ rules: [{ name: "a" }, { name: "b" }, {}] }),
  ...[
    "/a//b",
    "/a/./b",
    "/a/../b",
    "/a%2fb",
    "/a%2Fb",
    "/a#b",
    "/a/.",
    "/a/..",
    "a",
    "/a b",
    "/%zz",
    "/%20",
    "/ä",
    "/a*(b)",
  ].flatMap((value) => [
    match({ path: { value } }),
    match({ path: { type: "Exact", value } }),
    match({ path: { type: "RegularExpression", value } }),
  ]),
  match({ path: { type: "Glob" } }),
  match({ method: "get" }),
  header({}),
  header({ type: "Regex" }),
  header({ name: "a b" }),
  match({
    headers: [
      { name: "x", value: "y" },
      { name: "x", value: "z" },
    ],
  }),
  match({
    queryParams: [
      { name: "x", value: "y" },
      { name: "X", value: "z" },
    ],
  }),
  rule({ backendRefs: [{ name: "s" }] }),
  rule({ backendRefs: [{ name: "s", port: 80 }] }),
  rule({ backendRefs: [{ name: "s", kind: "Other" }] }),
  rule({ backendRefs: [{ name: "s", port: 80, weight: -1 }] }),
  rule({ backendRefs: [{ name: "s", port: 80 }], filters: [redirect()] }),
  filters(redirect()),
  filters(redirect(), redirect()),
  filters(redirect(), rewrite({ type: "ReplaceFullPath", replaceFullPath: "/" })),
  filters(redirect({ statusCode: 303 })),
  filters(redirect({ statusCode: 304 })),
  filters(redirect({ path: { type: "ReplaceFullPath" } })),
  filters(redirect({ path: { type: "ReplaceFullPath", replaceFullPath: "/" } })),
  filters(redirect({ path: { type: "ReplaceFullPath", replacePrefixMatch: "/" } })),
  filters({ type: "RequestRedirect" }),
  filters({ type: "CORS", requestRedirect: {} }),
  filters({ type: "Other" }),
  rule({ filters: [redirect({ path: toPrefix })] }),
  rule({ matches: [prefix], filters: [redirect({ path: toPrefix })] }),
  rule({ matches: [{ path: { type: "Exact", value: "/a" } }], filters: [redirect({ path: toPrefix })] }),
  rule({ matches: [prefix, { path: { value: "/b" } }], filters: [rewrite(toPrefix)] }),
  rule({ matches: [prefix], backendRefs: [{ name: "s", port: 1, filters: [rewrite(toPrefix)] }] }),
  rule({ matches: [prefix, prefix], backendRefs: [{ name: "s", port: 1, filters: [rewrite(toPrefix)] }] }),
  filters({ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "a", value: "b" }] } }),
  filters({ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "a", value: "" }] } }),
  filters({ type: "RequestHeaderModifier", requestHeaderModifier: { remove: ["a", "a"] } }),
  filters({ type: "RequestMirror", requestMirror: { backendRef: { name: "s", port: 1 }, percent: 101 } }),
  filters({
    type: "RequestMirror",
    requestMirror: { backendRef: { name: "s", port: 1 }, percent: 1, fraction: { numerator: 1 } },
  }),
  filters({
    type: "RequestMirror",
    requestMirror: { backendRef: { name: "s", port: 1 }, fraction: { numerator: 200 } },
  }),
  ...[["*"], ["*", "http://a"], ["http://a", "https://*.b.c:8080"], ["ftp://a"], ["a"]].map((allowOrigins) =>
    filters({ type: "CORS", cors: { allowOrigins } }),
  ),
  filters({ type: "CORS", cors: { allowMethods: ["GET", "*"] } }),
  filters({ type: "CORS", cors: { maxAge: 0 } }),
  filters({ type: "ExtensionRef", extensionRef: { group: "", kind: "A", name: "b" } }),
  ...[
    { request: "1s", backendRequest: "2s" },
    { request: "0s", backendRequest: "2s" },
    { request: "1h", backendRequest: "59m" },
    { request: "1d" },
    { request: "1.5s" },
  ].map((timeouts) => rule({ timeouts })),
  rule({ retry: { codes: [399] } }),
  rule({ retry: { codes: [500], attempts: 1, backoff: "1s" } }),
  rule({ sessionPersistence: { cookieConfig: { lifetimeType: "Permanent" } } }),
  rule({ sessionPersistence: { cookieConfig: { lifetimeType: "Permanent" }, absoluteTimeout: "1h" } }),
  rule({ sessionPersistence: { type: "Header", cookieConfig: {} } }),
];

const grpc = (body: Body) => of(`${GATEWAY_API}/v1`, "GRPCRoute")({ spec: { rules: [{ matches: [body] }] } });
const l4 = (kind: string, spec: Body) => of(`${GATEWAY_API}/v1`, kind)({ spec });
const policy = (spec: Body) =>
  of(
    `${GATEWAY_API}/v1`,
    "BackendTLSPolicy",
  )({
    spec: {
      targetRefs: [{ group: "", kind: "Service", name: "s" }],
      validation: { hostname: "a.b", wellKnownCACertificates: "System" },
      ...spec,
    },
  });
const ca = { group: "", kind: "ConfigMap", name: "c" };
const target = { group: "", kind: "Service", name: "s" };
const rules = [{ backendRefs: [{ name: "s", port: 1 }] }];

const REST: readonly ObjectSample[] = [
  ...[
    {},
    { service: "a.B", method: "c" },
    { service: "a-b" },
    { method: "1" },
    { type: "RegularExpression", service: "a-b" },
    { type: "Exact" },
  ].map((method) => grpc({ method })),
  grpc({ headers: [{ name: "a", value: "b", type: "Exact" }] }),
  of(`${GATEWAY_API}/v1`, "GRPCRoute")({ spec: { rules: [{ filters: [{ type: "URLRewrite" }] }] } }),
  ...["TCPRoute", "UDPRoute", "TLSRoute"].flatMap((kind) => {
    const hostnames = kind === "TLSRoute" ? { hostnames: ["a.b"] } : {};
    return [
      l4(kind, { ...hostnames }),
      l4(kind, { ...hostnames, rules }),
      l4(kind, { ...hostnames, rules: [] }),
      l4(kind, { ...hostnames, rules: [{}] }),
      l4(kind, { ...hostnames, rules: [{ backendRefs: [] }] }),
      l4(kind, { ...hostnames, rules: [{ backendRefs: [{ name: "s" }] }] }),
    ];
  }),
  l4("TLSRoute", { hostnames: ["1.2.3.4"], rules }),
  l4("TLSRoute", { hostnames: ["*.a"], rules }),
  policy({}),
  policy({ targetRefs: [] }),
  policy({ targetRefs: [target, target] }),
  policy({ targetRefs: [target, { ...target, sectionName: "a" }] }),
  policy({
    targetRefs: [
      { ...target, sectionName: "b" },
      { ...target, sectionName: "a" },
    ],
  }),
  policy({ validation: { hostname: "a.b" } }),
  policy({ validation: { hostname: "*.b", wellKnownCACertificates: "System" } }),
  policy({ validation: { hostname: "a.b", caCertificateRefs: [ca] } }),
  policy({ validation: { hostname: "a.b", caCertificateRefs: [ca], wellKnownCACertificates: "System" } }),
  policy({ validation: { hostname: "a.b", caCertificateRefs: [] } }),
  policy({
    validation: { hostname: "a.b", caCertificateRefs: [ca], subjectAltNames: [{ type: "URI", hostname: "a" }] },
  }),
  policy({
    validation: { hostname: "a.b", caCertificateRefs: [ca], subjectAltNames: [{ type: "Hostname", hostname: "a" }] },
  }),
  of(`${GATEWAY_API}/v1`, "ReferenceGrant")({ spec: { from: [], to: [{ group: "", kind: "Service" }] } }),
  of(
    `${GATEWAY_API}/v1`,
    "ReferenceGrant",
  )({ spec: { from: [{ group: "", kind: "a", namespace: "B" }], to: [{ group: "", kind: "Service" }] } }),
  of(
    `${GATEWAY_API}/v1`,
    "ReferenceGrant",
  )({ spec: { from: [{ group: "", kind: "a", namespace: "b" }], to: [{ group: "", kind: "Service" }] } }),
];

export const OBJECT_SAMPLES: readonly ObjectSample[] = [
  ...INGRESSES,
  ...SERVICES,
  ...OTHERS,
  ...GATEWAYS,
  ...ROUTES,
  ...REST,
];
