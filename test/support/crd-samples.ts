/** An object as somebody may write it, and what an API server with the CRDs makes of it. */
export interface CrdSample {
  readonly kind: string;
  /** All but apiVersion, kind and metadata. */
  readonly body: object;
  /** The version that is stored when `body` comes as a change. */
  readonly former?: object;
  /** The status that is written before the change. */
  readonly status?: object;
  /** Words of the refusal: a rule's message, or the field. None: the object is accepted. */
  readonly refused?: string;
}

const PROGRAMMED = {
  conditions: [
    {
      type: "Programmed",
      status: "True",
      reason: "Programmed",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
};

const secretKey = { secretKeyRef: { name: "s", key: "k" } };
const remoteKey = { secretKeyRef: { name: "s", key: "k", namespace: "n" } };
const patch = { path: "/a", valueFrom: secretKey };
const uuid = "12345678-1234-1234-1234-123456789abc";

function pluginSamples(kind: string, source: object, patches: object): readonly CrdSample[] {
  return [
    { kind, body: { plugin: "cors", config: { any: { thing: [1, null, "x"] } }, configPatches: [patches] } },
    {
      kind,
      body: {
        plugin: "cors",
        configFrom: source,
        run_on: "all",
        protocols: ["http", "grpcs"],
        ordering: { before: { access: ["a"] } },
      },
    },
    { kind, body: {}, refused: "plugin" },
    { kind, body: { plugin: 7 }, refused: "plugin" },
    { kind, body: { plugin: "cors", config: [] }, refused: "config" },
    { kind, body: { plugin: "cors", protocols: ["ws"] }, refused: "protocols" },
    { kind, body: { plugin: "cors", run_on: "third" }, refused: "run_on" },
    { kind, body: { plugin: "cors", configFrom: {} }, refused: "secretKeyRef" },
    { kind, body: { plugin: "cors", configFrom: { secretKeyRef: { name: "s" } } }, refused: "key" },
    { kind, body: { plugin: "cors", ordering: { before: { access: "a" } } }, refused: "ordering" },
    {
      kind,
      body: { plugin: "cors", config: {}, configFrom: source },
      refused: "Using both config and configFrom fields is not allowed.",
    },
    {
      kind,
      body: { plugin: "cors", configFrom: source, configPatches: [patches] },
      refused: "Using both configFrom and configPatches fields is not allowed.",
    },
    { kind, former: { plugin: "cors" }, body: { plugin: "cors", disabled: true } },
    { kind, former: { plugin: "cors" }, body: { plugin: "acl" }, refused: "The plugin field is immutable" },
  ];
}

/** What the published rules say of a control plane, for a kind whose objects need `rest` in their spec. */
function planeSamples(kind: string, top: object, rest: object): readonly CrdSample[] {
  const spec = (ref?: object) => ({ ...top, spec: ref === undefined ? rest : { ...rest, controlPlaneRef: ref } });
  const named = { type: "konnectNamespacedRef", konnectNamespacedRef: { name: "a" } };
  return [
    { kind, body: spec({ type: "kic" }) },
    { kind, body: spec({}) },
    { kind, body: spec(named) },
    { kind, body: spec({ type: "other" }), refused: "type" },
    { kind, body: spec({ type: "konnectID", konnectID: uuid }), refused: "'konnectID' type is not supported" },
    { kind, body: spec({ type: "konnectID" }), refused: "when type is konnectID, konnectID must be set" },
    {
      kind,
      body: spec({ type: "konnectID", konnectID: uuid, konnectNamespacedRef: { name: "a" } }),
      refused: "when type is konnectID, konnectNamespacedRef must not be set",
    },
    { kind, body: spec({ type: "kic", konnectID: uuid }), refused: "when type is kic, konnectID must not be set" },
    { kind, body: spec({ type: "kic", konnectID: "none" }), refused: "konnectID" },
    {
      kind,
      body: spec({ konnectNamespacedRef: { name: "a" } }),
      refused: "when type is kic, konnectNamespacedRef must not be set",
    },
    {
      kind,
      body: spec({ type: "konnectNamespacedRef" }),
      refused: "when type is konnectNamespacedRef, konnectNamespacedRef must be set",
    },
    {
      kind,
      body: spec({ ...named, konnectID: uuid }),
      refused: "when type is konnectNamespacedRef, konnectID must not be set",
    },
    { kind, former: spec(named), body: spec(), refused: "controlPlaneRef is required once set" },
    { kind, former: spec(named), body: spec({ type: "kic" }) },
    {
      kind,
      former: spec(named),
      status: PROGRAMMED,
      body: spec({ type: "kic" }),
      refused: "spec.controlPlaneRef is immutable when an entity is already Programmed",
    },
    { kind, former: spec(named), status: PROGRAMMED, body: spec(named) },
    { kind, body: { ...spec(), spec: { ...rest, tags: ["a", "b"] } } },
    {
      kind,
      body: { ...spec(), spec: { ...rest, tags: [""] } },
      refused: "tags entries must not be longer than 128 characters",
    },
    {
      kind,
      body: { ...spec(), spec: { ...rest, tags: ["x".repeat(129)] } },
      refused: "tags entries must not be longer than 128 characters",
    },
    {
      kind,
      body: { ...spec(), spec: { ...rest, tags: Array.from({ length: 21 }, (_, i) => `t${i}`) } },
      refused: "tags",
    },
  ];
}

const REMOTE_PLANE = { type: "konnectNamespacedRef", konnectNamespacedRef: { name: "a", namespace: "b" } };
const NO_REMOTE = "spec.controlPlaneRef cannot specify namespace for namespaced resource";

const policy = (spec: object, refused?: string): CrdSample => ({
  kind: "KongUpstreamPolicy",
  body: { spec },
  ...(refused === undefined ? {} : { refused }),
});

const POLICIES: readonly CrdSample[] = [
  { kind: "KongUpstreamPolicy", body: {}, refused: "no such key: spec" },
  policy({ algorithm: "latency", slots: 10 }),
  policy({ algorithm: "fastest" }, "algorithm"),
  policy({ slots: 9 }, "slots"),
  policy({ slots: 65537 }, "slots"),
  policy({ algorithm: "consistent-hashing", hashOn: { header: "x" }, hashOnFallback: { input: "ip" } }),
  policy({ algorithm: "consistent-hashing", hashOn: { cookie: "c", cookiePath: "/" } }),
  policy({ algorithm: "consistent-hashing", hashOn: { input: "weather" } }, "input"),
  policy(
    { algorithm: "consistent-hashing", hashOn: { header: "x", queryArg: "y" } },
    "Only one of spec.hashOn.(input|cookie|header|uriCapture|queryArg) can be set.",
  ),
  policy(
    { algorithm: "consistent-hashing", hashOn: { cookie: "c" } },
    "When spec.hashOn.cookie is set, spec.hashOn.cookiePath is required.",
  ),
  policy(
    { algorithm: "consistent-hashing", hashOn: { cookiePath: "/" } },
    "When spec.hashOn.cookiePath is set, spec.hashOn.cookie is required.",
  ),
  policy(
    { algorithm: "round-robin", hashOn: { input: "ip" } },
    "spec.algorithm must be set to either 'consistent-hashing' or 'sticky-sessions' when spec.hashOn is set.",
  ),
  policy(
    { hashOn: { input: "ip" } },
    "spec.algorithm must be set to either 'consistent-hashing' or 'sticky-sessions' when spec.hashOn is set.",
  ),
  policy(
    { algorithm: "consistent-hashing", hashOn: { input: "ip" }, hashOnFallback: { header: "x", uriCapture: "y" } },
    "Only one of spec.hashOnFallback.(input|header|uriCapture|queryArg) can be set.",
  ),
  policy({ algorithm: "consistent-hashing", hashOn: { input: "ip" }, hashOnFallback: { header: "x", cookie: "y" } }),
  policy(
    { algorithm: "least-connections", hashOnFallback: { input: "ip" } },
    'spec.algorithm must be set to "consistent-hashing" when spec.hashOnFallback is set.',
  ),
  policy(
    { algorithm: "consistent-hashing", hashOn: { cookie: "c", cookiePath: "/" }, hashOnFallback: { input: "ip" } },
    "spec.hashOnFallback must not be set when spec.hashOn.cookie is set.",
  ),
  policy({
    healthchecks: {
      threshold: 50,
      active: {
        type: "https",
        concurrency: 1,
        httpPath: "/up",
        headers: { a: ["b"] },
        healthy: { httpStatuses: [200], interval: 5, successes: 1 },
        unhealthy: { httpFailures: 1, tcpFailures: 1, timeouts: 1, interval: 5 },
      },
      passive: { type: "tcp", healthy: { successes: 1 }, unhealthy: { httpFailures: 2 } },
    },
  }),
  policy({ healthchecks: { active: { type: "udp" } } }, "type"),
  policy({ healthchecks: { active: { concurrency: 0 } } }, "concurrency"),
  policy({ healthchecks: { active: { httpPath: "up" } } }, "httpPath"),
  policy({ healthchecks: { active: { healthy: { httpStatuses: [99] } } } }, "httpStatuses"),
  policy({ healthchecks: { passive: { unhealthy: { timeouts: -1 } } } }, "timeouts"),
  policy(
    { healthchecks: { passive: { healthy: { interval: 1 } } } },
    "spec.healthchecks.passive.healthy.interval must not be set.",
  ),
  policy(
    { healthchecks: { passive: { unhealthy: { interval: 1 } } } },
    "spec.healthchecks.passive.unhealthy.interval must not be set.",
  ),
  policy({ algorithm: "sticky-sessions", hashOn: { input: "none" }, stickySessions: { cookie: "c" } }),
  policy({ algorithm: "sticky-sessions", hashOn: { input: "none" }, stickySessions: { cookie: "" } }, "cookie"),
  policy(
    { algorithm: "sticky-sessions", hashOn: { input: "ip" }, stickySessions: { cookie: "c" } },
    "When spec.stickySessions is set, spec.hashOn.input must be set to 'none' (no other hash_on fields allowed).",
  ),
  policy(
    { algorithm: "sticky-sessions", stickySessions: { cookie: "c" } },
    "When spec.stickySessions is set, spec.hashOn.input must be set to 'none' (no other hash_on fields allowed).",
  ),
  policy({ algorithm: "sticky-sessions", hashOn: { input: "none" }, stickySessions: {} }, "cookie"),
  policy(
    { algorithm: "consistent-hashing", hashOn: { input: "none" }, stickySessions: { cookie: "c" } },
    "spec.algorithm must be set to 'sticky-sessions' when spec.stickySessions is set.",
  ),
];

const backend = { serviceName: "s", servicePort: 80 };

function l4Samples(kind: string): readonly CrdSample[] {
  return [
    { kind, body: { spec: { rules: [{ port: 9000, backend }] } } },
    { kind, body: {} },
    { kind, body: { spec: { rules: [{ backend }] } }, refused: "port" },
    { kind, body: { spec: { rules: [{ port: 0, backend }] } }, refused: "port" },
    { kind, body: { spec: { rules: [{ port: 65536, backend }] } }, refused: "port" },
    { kind, body: { spec: { rules: [{ port: 9000 }] } }, refused: "backend" },
    {
      kind,
      body: { spec: { rules: [{ port: 9000, backend: { serviceName: "", servicePort: 80 } }] } },
      refused: "serviceName",
    },
    {
      kind,
      body: { spec: { rules: [{ port: 9000, backend: { serviceName: "s", servicePort: "http" } }] } },
      refused: "servicePort",
    },
  ];
}

/** Accepted and refused objects of every kind; every rule refuses one of them. */
export const CRD_SAMPLES: readonly CrdSample[] = [
  ...pluginSamples("KongPlugin", secretKey, patch),
  ...pluginSamples("KongClusterPlugin", remoteKey, { path: "/a", valueFrom: remoteKey }),
  { kind: "KongClusterPlugin", body: { plugin: "cors", configFrom: secretKey }, refused: "namespace" },
  ...planeSamples("KongConsumer", { username: "u" }, {}),
  { kind: "KongConsumer", body: { custom_id: "c", credentials: ["a", "b"], consumerGroups: ["g"] } },
  { kind: "KongConsumer", body: { credentials: ["a"] }, refused: "Need to provide either username or custom_id" },
  { kind: "KongConsumer", body: { username: "u", credentials: ["a", "a"] }, refused: "credentials" },
  { kind: "KongConsumer", body: { username: "u", consumerGroups: ["a", "a"] }, refused: "consumerGroups" },
  { kind: "KongConsumer", body: { username: "u", spec: { controlPlaneRef: REMOTE_PLANE } }, refused: NO_REMOTE },
  ...planeSamples("KongConsumerGroup", {}, { name: "g" }),
  { kind: "KongConsumerGroup", body: {} },
  { kind: "KongConsumerGroup", body: { spec: { controlPlaneRef: REMOTE_PLANE } }, refused: NO_REMOTE },
  ...planeSamples("KongVault", {}, { backend: "env", prefix: "p" }),
  { kind: "KongVault", body: { spec: { backend: "hcv", prefix: "p", description: "d", config: { a: [1] } } } },
  { kind: "KongVault", body: { spec: { backend: "env", prefix: "p", controlPlaneRef: REMOTE_PLANE } } },
  { kind: "KongVault", body: {}, refused: "spec" },
  { kind: "KongVault", body: { spec: { backend: "env" } }, refused: "prefix" },
  { kind: "KongVault", body: { spec: { backend: "", prefix: "p" } }, refused: "backend" },
  {
    kind: "KongVault",
    former: { spec: { backend: "env", prefix: "p" } },
    body: { spec: { backend: "env", prefix: "q" } },
    refused: "The spec.prefix field is immutable",
  },
  {
    kind: "KongVault",
    former: { spec: { backend: "env", prefix: "p" } },
    body: { spec: { backend: "aws", prefix: "p" } },
  },
  ...POLICIES,
  {
    kind: "KongIngress",
    body: { upstream: { algorithm: "latency", slots: 10, hash_on: "none", healthchecks: { threshold: 0.5 } } },
  },
  { kind: "KongIngress", body: { upstream: { slots: 70000 } } },
  { kind: "KongIngress", body: { upstream: { slots: 9 } }, refused: "slots" },
  { kind: "KongIngress", body: { upstream: { algorithm: "sticky-sessions" } }, refused: "algorithm" },
  { kind: "KongIngress", body: { upstream: { healthchecks: { active: { http_path: "x" } } } }, refused: "http_path" },
  {
    kind: "KongIngress",
    body: { proxy: { protocol: "http" } },
    refused: "'proxy' field is no longer supported, use Service's annotations instead",
  },
  {
    kind: "KongIngress",
    body: { route: { methods: ["GET"] } },
    refused: "'route' field is no longer supported, use Ingress' annotations instead",
  },
  ...l4Samples("TCPIngress"),
  {
    kind: "TCPIngress",
    body: {
      spec: { rules: [{ host: "a.example", port: 1, backend }], tls: [{ hosts: ["a.example"], secretName: "s" }] },
    },
  },
  { kind: "TCPIngress", body: { spec: { tls: [{ hosts: "a.example" }] } }, refused: "hosts" },
  ...l4Samples("UDPIngress"),
  { kind: "KongLicense", body: { rawLicenseString: "{}" } },
  { kind: "KongLicense", body: { rawLicenseString: "{}", enabled: false } },
  { kind: "KongLicense", body: { enabled: true }, refused: "rawLicenseString" },
  { kind: "KongLicense", body: { rawLicenseString: {} }, refused: "rawLicenseString" },
  { kind: "KongCustomEntity", body: { spec: { type: "degraphql_routes", controllerName: "kong", fields: { a: 1 } } } },
  {
    kind: "KongCustomEntity",
    body: {
      spec: {
        type: "x",
        controllerName: "kong",
        fields: {},
        parentRef: { kind: "KongPlugin", name: "p", namespace: "n" },
      },
    },
  },
  { kind: "KongCustomEntity", body: { spec: { type: "x", controllerName: "kong" } }, refused: "fields" },
  {
    kind: "KongCustomEntity",
    body: { spec: { type: "x", controllerName: "kong", fields: {}, parentRef: { kind: "Ingress", name: "p" } } },
    refused: "kind",
  },
  {
    kind: "KongCustomEntity",
    body: { spec: { type: "routes", controllerName: "kong", fields: {} } },
    refused: "The type field cannot be one of the known Kong entity types",
  },
  {
    kind: "KongCustomEntity",
    former: { spec: { type: "x", controllerName: "kong", fields: {} } },
    body: { spec: { type: "y", controllerName: "kong", fields: {} } },
    refused: "The spec.type field is immutable",
  },
  { kind: "KongServiceFacade", body: { spec: { backendRef: { name: "s", port: 80 } } } },
  { kind: "KongServiceFacade", body: { spec: { backendRef: { name: "s" } } }, refused: "port" },
  { kind: "KongServiceFacade", body: {}, refused: "spec" },
  { kind: "IngressClassParameters", body: { spec: { serviceUpstream: true } } },
  { kind: "IngressClassParameters", body: {} },
  { kind: "IngressClassParameters", body: { spec: { serviceUpstream: "yes" } }, refused: "serviceUpstream" },
];
