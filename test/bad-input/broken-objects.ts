import { ingress } from "./manifests.ts";

/** An object that an API server takes, and that is no good. */
export interface BrokenObject {
  /** The kind that it is about. */
  readonly kind: string;
  /** YAML. */
  readonly object: string;
  /** What is said of it: the object, the field or what else tells where, in one line. */
  readonly said: RegExp;
  /** Beside a cluster a gateway of Kong's own make may still turn out to take it, and nothing is said. */
  readonly onlyFromFiles?: true;
}

const CLASS = "annotations: {kubernetes.io/ingress.class: kong}";
const kong = (version: string, kind: string, name: string, rest: string, metadata = CLASS) =>
  `apiVersion: configuration.konghq.com/${version}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop, ${metadata}}\n${rest}\n`;
const whole = (version: string, kind: string, name: string, rest: string, metadata = CLASS) =>
  kong(version, kind, name, rest, metadata).replace("namespace: shop, ", "");
const core = (kind: string, name: string, rest: string, metadata = "labels: {}") =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop, ${metadata}}\n${rest}\n`;
const gatewayApi = (kind: string, name: string, spec: string, version = "v1") =>
  `apiVersion: gateway.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;
const tls = (name: string, secret: string) =>
  ingress(name, `${name}.test`).replace("spec:\n", `spec:\n  tls: [{hosts: [${name}.test], secretName: ${secret}}]\n`);
const annotated = (name: string, annotations: object) => ingress(name, `${name}.test`, { annotations });
const consumer = (name: string, credential: string) =>
  kong("v1", "KongConsumer", name, `username: ${name}\ncredentials: [${credential}]`);
const parent = "parentRefs: [{name: edge}]";
const backend = "backendRefs: [{name: echo, port: 80}]";

const INGRESSES: readonly BrokenObject[] = [
  {
    kind: "Ingress",
    object: ingress("regex", "regex.test", { path: "/~/(open", pathType: "ImplementationSpecific" }),
    said: /Ingress shop\/regex spec\.rules\[0]\.http\.paths\[0].*regex/,
  },
  { kind: "Ingress", object: tls("absent", "absent"), said: /Ingress shop\/absent spec\.tls\[0].*shop\/absent/ },
  {
    kind: "Ingress",
    object: annotated("words", { "konghq.com/strip-path": "perhaps", "konghq.com/read-timeout": "1s" }),
    said: /Ingress shop\/words .*strip-path/,
  },
  {
    kind: "Ingress",
    object: annotated("methods", { "konghq.com/methods": "GET,fetch it" }),
    said: /Ingress shop\/methods .*konghq\.com\/methods/,
  },
  {
    kind: "Ingress",
    object: annotated("plugins", { "konghq.com/plugins": "absent,b/c/d,:," }),
    said: /Ingress shop\/plugins .*konghq\.com\/plugins.*absent/,
  },
  {
    kind: "Ingress",
    object: ingress("nowhere", "nowhere.test").replace("name: echo", "name: gone"),
    said: /Ingress shop\/nowhere spec\.rules\[0]\.http\.paths\[0].*shop\/gone/,
  },
];

const CORE: readonly BrokenObject[] = [
  {
    kind: "Secret",
    object: `${core("Secret", "no-keys", "data: {}")}---\n${tls("no-keys", "no-keys")}`,
    said: /Secret shop\/no-keys data: .*tls\.crt/,
  },
  {
    kind: "Secret",
    object: `${core("Secret", "broken", "type: kubernetes.io/tls\ndata: {tls.crt: bm90IGE=, tls.key: Y2VydA==}")}---\n${tls("broken", "broken")}`,
    said: /Secret shop\/broken data\["tls\.crt"]/,
  },
  {
    kind: "ConfigMap",
    object: core(
      "ConfigMap",
      "authority",
      "data: {id: not-a-uuid, ca.crt: broken}",
      "labels: {konghq.com/ca-cert: 'true'}, annotations: {kubernetes.io/ingress.class: kong}",
    ),
    said: /ConfigMap shop\/authority data/,
  },
  {
    kind: "Service",
    object: `${core("Service", "odd", "spec: {type: ExternalName, externalName: localhost, ports: [{port: 80}]}", "annotations: {konghq.com/protocol: gopher, konghq.com/retries: many, konghq.com/upstream-policy: absent}")}---\n${ingress("odd", "odd.test").replace("name: echo", "name: odd")}`,
    said: /Service shop\/odd .*konghq\.com\/protocol/,
  },
];

const KONG: readonly BrokenObject[] = [
  {
    kind: "KongPlugin",
    object: kong(
      "v1",
      "KongPlugin",
      "limits",
      "plugin: rate-limiting\nconfig: {minute: many, policy: [], unknown: 1}",
      "labels: {}",
    ),
    said: /KongPlugin shop\/limits config\.minute/,
  },
  {
    kind: "KongPlugin",
    object: kong(
      "v1",
      "KongPlugin",
      "from",
      "plugin: key-auth\nconfigFrom: {secretKeyRef: {name: absent, key: a}}",
      "labels: {}",
    ),
    said: /KongPlugin shop\/from configFrom.*absent/,
  },
  {
    kind: "KongClusterPlugin",
    object: whole("v1", "KongClusterPlugin", "global", "plugin: no-such-plugin", `${CLASS}, labels: {global: 'true'}`),
    said: /KongClusterPlugin global.*no-such-plugin/,
  },
  {
    kind: "KongConsumer",
    object: consumer("nobody", "absent"),
    said: /KongConsumer shop\/nobody credentials\[0].*absent/,
  },
  {
    kind: "KongConsumer",
    object: `${core("Secret", "type", "data: {key: YQ==}", "labels: {konghq.com/credential: telepathy}")}---\n${consumer("type", "type")}`,
    said: /Secret shop\/type .*telepathy/,
  },
  {
    kind: "KongConsumer",
    object: `${core("Secret", "fields", "data: {username: YQ==}", "labels: {konghq.com/credential: basic-auth}")}---\n${consumer("fields", "fields")}`,
    said: /Secret shop\/fields .*password/,
  },
  {
    kind: "KongConsumerGroup",
    object: kong("v1beta1", "KongConsumerGroup", "gold", ""),
    said: /KongConsumerGroup shop\/gold/,
  },
  {
    kind: "KongUpstreamPolicy",
    object: `${kong("v1beta1", "KongUpstreamPolicy", "policy", "spec: {algorithm: consistent-hashing, hashOn: {cookie: a, cookiePath: no-slash}}", "labels: {}")}---\n${core("Service", "hashed", "spec: {type: ExternalName, externalName: localhost, ports: [{port: 80}]}", "annotations: {konghq.com/upstream-policy: policy}")}---\n${ingress("hashed", "hashed.test").replace("name: echo", "name: hashed")}`,
    said: /Service shop\/hashed.*hash_on_cookie_path/,
  },
  {
    kind: "KongIngress",
    object: `${kong("v1", "KongIngress", "override", "upstream: {algorithm: least-connections, host_header: 'no host'}", "labels: {}")}---\n${annotated("override", { "konghq.com/override": "override" }).replace("name: echo", "name: overridden")}---\n${core("Service", "overridden", "spec: {type: ExternalName, externalName: localhost, ports: [{port: 80}]}", "annotations: {konghq.com/override: override}")}`,
    said: /Service shop\/overridden.*host_header/,
  },
  {
    kind: "TCPIngress",
    object: kong(
      "v1beta1",
      "TCPIngress",
      "stream",
      "spec: {rules: [{port: 9000, backend: {serviceName: absent, servicePort: 80}}]}",
    ),
    said: /TCPIngress shop\/stream spec\.rules\[0].*absent/,
  },
  {
    kind: "UDPIngress",
    object: kong(
      "v1beta1",
      "UDPIngress",
      "datagrams",
      "spec: {rules: [{port: 9001, backend: {serviceName: absent, servicePort: 53}}]}",
    ),
    said: /UDPIngress shop\/datagrams spec\.rules\[0].*absent/,
  },
  {
    kind: "KongVault",
    object: whole("v1alpha1", "KongVault", "vault", "spec: {backend: env, prefix: odd, config: {prefix: [1]}}"),
    said: /KongVault vault .*config/,
  },
  {
    kind: "KongLicense",
    object: whole("v1alpha1", "KongLicense", "licence", "rawLicenseString: not json\nenabled: true", "labels: {}"),
    said: /KongLicense licence/,
    onlyFromFiles: true,
  },
  {
    kind: "KongCustomEntity",
    object: kong(
      "v1alpha1",
      "KongCustomEntity",
      "entity",
      "spec: {type: nonsense, controllerName: kong, fields: {name: a}}",
    ),
    said: /KongCustomEntity shop\/entity.*nonsense/,
  },
  {
    kind: "KongServiceFacade",
    object: `apiVersion: incubator.ingress-controller.konghq.com/v1alpha1\nkind: KongServiceFacade\nmetadata: {name: front, namespace: shop, ${CLASS}}\nspec: {backendRef: {name: absent, port: 80}}\n---\n${ingress("front", "front.test").replace(/service: .*?}}/, "resource: {apiGroup: incubator.ingress-controller.konghq.com, kind: KongServiceFacade, name: front}")}`,
    said: /KongServiceFacade shop\/front .*absent/,
  },
];

const GATEWAY_API: readonly BrokenObject[] = [
  {
    kind: "Gateway",
    object: gatewayApi(
      "Gateway",
      "odd",
      "{gatewayClassName: kong, listeners: [{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: absent}]}}, {name: b, port: 99, protocol: acme.org/gopher}]}",
    ),
    said: /Gateway shop\/odd spec\.listeners\[0]\.tls\.certificateRefs\[0].*absent/,
  },
  {
    kind: "HTTPRoute",
    object: gatewayApi(
      "HTTPRoute",
      "regex",
      `{${parent}, rules: [{matches: [{path: {type: RegularExpression, value: "/(open"}}], ${backend}}]}`,
    ),
    said: /HTTPRoute shop\/regex spec\.rules\[0]/,
  },
  {
    kind: "HTTPRoute",
    object: gatewayApi(
      "HTTPRoute",
      "extension",
      `{${parent}, rules: [{filters: [{type: ExtensionRef, extensionRef: {group: configuration.konghq.com, kind: KongPlugin, name: absent}}], ${backend}}]}`,
    ),
    said: /HTTPRoute shop\/extension spec\.rules\[0]\.filters\[0].*absent/,
  },
  {
    kind: "HTTPRoute",
    object: gatewayApi(
      "HTTPRoute",
      "elsewhere",
      `{${parent}, rules: [{backendRefs: [{name: echo, namespace: bank, port: 80}]}]}`,
    ),
    said: /HTTPRoute shop\/elsewhere spec\.rules\[0]\.backendRefs\[0].*bank/,
  },
  {
    kind: "GRPCRoute",
    object: gatewayApi("GRPCRoute", "calls", `{${parent}, rules: [{backendRefs: [{name: absent, port: 80}]}]}`),
    said: /GRPCRoute shop\/calls spec\.rules\[0]\.backendRefs\[0].*absent/,
  },
  {
    kind: "TLSRoute",
    object: gatewayApi(
      "TLSRoute",
      "sealed",
      `{${parent}, hostnames: [sealed.test], rules: [{${backend}}]}`,
      "v1alpha2",
    ),
    said: /TLSRoute shop\/sealed spec\.parentRefs\[0]/,
  },
  {
    kind: "TCPRoute",
    object: gatewayApi(
      "TCPRoute",
      "bytes",
      "{parentRefs: [{name: edge, sectionName: absent}], rules: [{backendRefs: [{name: echo, port: 80}]}]}",
      "v1alpha2",
    ),
    said: /TCPRoute shop\/bytes spec\.parentRefs\[0].*absent/,
  },
  {
    kind: "UDPRoute",
    object: gatewayApi("UDPRoute", "packets", `{${parent}, rules: [{${backend}}]}`, "v1alpha2"),
    said: /UDPRoute shop\/packets spec\.parentRefs\[0]/,
  },
  {
    kind: "BackendTLSPolicy",
    object: gatewayApi(
      "BackendTLSPolicy",
      "trust",
      "{targetRefs: [{group: '', kind: Service, name: echo}], validation: {hostname: a.test, caCertificateRefs: [{group: '', kind: ConfigMap, name: absent}]}}",
    ),
    said: /BackendTLSPolicy shop\/trust .*absent/,
  },
];

/** What is there for them. */
export const SURROUNDINGS = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong}
spec: {controller: ingress-controllers.konghq.com/kong}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong, annotations: {konghq.com/gatewayclass-unmanaged: "true"}}
spec: {controllerName: konghq.com/kic-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, protocol: HTTP}]}
`;

export const BROKEN_OBJECTS: readonly BrokenObject[] = [...INGRESSES, ...CORE, ...KONG, ...GATEWAY_API];
