/** The annotation of objects of our class. */
export const OURS = "{kubernetes.io/ingress.class: kong}";
/** A value of a Secret that may be said nowhere. */
export const CANARY = "canary-canary-canary";

/** What is stored beforehand. */
export const STORED = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong}
spec: {controller: ingress-controllers.konghq.com/kong}
---
${credential("taken", "key-auth", `{key: ${CANARY}}`)}
---
${consumer("ann", "username: ann\ncredentials: [taken]")}
---
${plugin("limit", "rate-limiting", "configFrom: {secretKeyRef: {name: settings, key: config}}")}
---
${secret("settings", "minute: 5")}
---
${vault("first", "mine")}`;

/** What is stored beforehand where there is the Gateway API. */
export const GATEWAYS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong}
spec: {controllerName: konghq.com/kic-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, protocol: HTTP}]}`;

export function ingress(path: string, more = "", className = "kong"): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop${more}}
spec:
  ingressClassName: ${className}
  rules: [{http: {paths: [{path: "${path}", pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}}}]}}]`;
}

function route(rule: string, version = "v1", parent = "edge", annotations = "{}"): string {
  return `
apiVersion: gateway.networking.k8s.io/${version}
kind: HTTPRoute
metadata: {name: web, namespace: shop, annotations: ${annotations}}
spec: {parentRefs: [{name: ${parent}}], rules: [{${rule}, backendRefs: [{name: a, port: 80}]}]}`;
}

/** A KongConsumerGroup. */
export function group(annotations = OURS): string {
  return `
apiVersion: configuration.konghq.com/v1beta1
kind: KongConsumerGroup
metadata: {name: gold, namespace: shop, annotations: ${annotations}}`;
}

function consumer(name: string, more: string, annotations = OURS): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
${more}`;
}

function credential(name: string, type: string, data: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop, labels: {konghq.com/credential: ${type}}}
stringData: ${data}`;
}

function secret(name: string, config: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop, labels: {konghq.com/validate: plugin}}
stringData: {config: "${config}"}`;
}

export function plugin(name: string, type: string, more: string): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: ${name}, namespace: shop}
plugin: ${type}
${more}`;
}

function clusterPlugin(config: string, annotations = OURS): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongClusterPlugin
metadata: {name: everywhere, annotations: ${annotations}}
plugin: rate-limiting
config: ${config}`;
}

function vault(name: string, prefix: string, config = "{prefix: A_}"): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: ${name}, annotations: ${OURS}}
spec: {backend: env, prefix: ${prefix}, config: ${config}}`;
}

export function entity(type: string, fields: string): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongCustomEntity
metadata: {name: e, namespace: shop}
spec: {type: ${type}, controllerName: kong, fields: ${fields}}`;
}

const SERVICE = (annotations: string) => `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop, annotations: ${annotations}}
spec: {ports: [{port: 80}]}`;

/** A write of an object, and what is to become of it. */
export interface Case {
  readonly what: string;
  readonly object: string;
  /** What is said of it; absent: it is let through. */
  readonly refused?: RegExp;
  /** Some warning says this. */
  readonly warned?: RegExp;
}

/** The same with and without a gateway. */
export const CASES: readonly Case[] = [
  { what: "an Ingress", object: ingress("/") },
  { what: "an Ingress with a bad path", object: ingress("/~/(a"), refused: /^Ingress shop\/web .*Kong would refuse/ },
  {
    what: "an Ingress with a bad protocol",
    object: ingress("/", ", annotations: {konghq.com/protocols: gopher}"),
    refused: /"gopher" is no protocol/,
  },
  { what: "an Ingress of another class", object: ingress("/~/(a", "", "other") },
  {
    what: "an Ingress without a class",
    object: ingress("/~/(a").replace("  ingressClassName: kong\n", ""),
  },
  { what: "a Service", object: SERVICE("{konghq.com/protocol: gopher}") },
  {
    what: "a Service that names a KongIngress",
    object: SERVICE("{konghq.com/override: old}"),
    warned: /konghq\.com\/upstream-policy/,
  },
  {
    what: "a KongIngress",
    object: `
apiVersion: configuration.konghq.com/v1
kind: KongIngress
metadata: {name: old, namespace: shop}
upstream: {hash_on: header, hash_on_header: x}`,
    warned: /KongUpstreamPolicy/,
  },
  { what: "a KongPlugin", object: plugin("p", "rate-limiting", "config: {minute: 5}") },
  {
    what: "a KongPlugin that Kong would not take",
    object: plugin("p", "rate-limiting", "config: {minute: five}"),
    refused: /config\.minute: expected a number/,
  },
  {
    what: "a KongPlugin whose Secret is missing",
    object: plugin("p", "rate-limiting", "configFrom: {secretKeyRef: {name: nowhere, key: config}}"),
    refused: /shop\/nowhere does not exist/,
  },
  { what: "a KongClusterPlugin", object: clusterPlugin("{minute: 5}") },
  {
    what: "a KongClusterPlugin that Kong would not take",
    object: clusterPlugin("{hour: five}"),
    refused: /config\.hour/,
  },
  {
    what: "a KongClusterPlugin of another class",
    object: clusterPlugin("{hour: five}", "{kubernetes.io/ingress.class: other}"),
  },
  { what: "a KongConsumer", object: consumer("bob", "username: bob") },
  {
    what: "a KongConsumer whose name is taken",
    object: consumer("bob", "username: ann"),
    refused: /username: KongConsumer shop\/ann has the same one/,
  },
  {
    what: "a KongConsumer whose credential is somebody else's",
    object: consumer("bob", "username: bob\ncredentials: [taken]"),
    refused: /KongConsumer shop\/ann has this Secret/,
  },
  {
    what: "a KongConsumer of another class",
    object: consumer("bob", "username: ann", "{kubernetes.io/ingress.class: other}"),
  },
  {
    what: "a KongConsumer whose Secret is missing",
    object: consumer("bob", "username: bob\ncredentials: [nowhere]"),
    refused: /Secret shop\/nowhere: it does not exist/,
  },
  {
    what: "a KongConsumer whose Secret is no credential",
    object: consumer("bob", "username: bob\ncredentials: [settings]"),
    refused: /Secret shop\/settings: it does not say what it holds/,
  },
  { what: "a KongConsumer that stays as it is", object: consumer("ann", "username: ann\ncredentials: [taken]") },
  { what: "a KongConsumerGroup of another class", object: group("{kubernetes.io/ingress.class: other}") },
  { what: "a KongVault", object: vault("second", "other") },
  {
    what: "a KongVault whose prefix is taken",
    object: vault("second", "mine"),
    refused: /already that of KongVault first/,
  },
  {
    what: "a KongVault that Kong would not take",
    object: vault("second", "other", "{prefix: 1}"),
    refused: /config\.prefix/,
  },
  {
    what: "a KongVault of another class",
    object: vault("second", "mine").replace("ingress.class: kong", "ingress.class: other"),
  },
  { what: "a KongCustomEntity", object: entity("keyauth_credentials", "{key: k}") },
  {
    what: "a KongCustomEntity that Kong would not take",
    object: entity("keyauth_credentials", "{key: 1}"),
    refused: /key: expected a string/,
  },
  {
    what: "a KongCustomEntity of another controller",
    object: entity("keyauth_credentials", "{key: 1}").replace("controllerName: kong", "controllerName: other"),
  },
  { what: "the Secret of a credential", object: credential("taken", "key-auth", "{key: another}") },
  {
    what: "the Secret of a credential that would be none",
    object: credential("taken", "key-auth", '{key: ""}'),
    refused: /credential of KongConsumer shop\/ann: key of a credential/,
  },
  { what: "the Secret of a credential that nobody uses", object: credential("free", "nothing", "{}") },
  { what: "the Secret of a plugin", object: secret("settings", "minute: 6") },
  {
    what: "the Secret of a plugin that it would break",
    object: secret("settings", `{policy: ${CANARY}}`),
    refused: /with it KongPlugin shop\/limit could not be used: .*config\.policy/,
  },
  { what: "the Secret of no plugin", object: secret("unused", `{policy: ${CANARY}}`) },
];

/** The same, of the Gateway API. */
export const GATEWAY_API_CASES: readonly Case[] = [
  { what: "an HTTPRoute", object: route("matches: [{path: {value: /}}]") },
  {
    what: "an HTTPRoute that asks for more than the router can do",
    object: route("matches: [{queryParams: [{name: a, value: b}]}]"),
    refused: /queryParams/,
  },
  {
    what: "such an HTTPRoute of the older version",
    object: route("matches: [{queryParams: [{name: a, value: b}]}]", "v1beta1"),
    refused: /queryParams/,
  },
  {
    what: "an HTTPRoute with a filter that Kong has nothing for",
    object: route("filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 80}}}]"),
    refused: /filters\[0\]\.type: .*RequestMirror/,
  },
  {
    what: "an HTTPRoute with a bad protocol",
    object: route("matches: [{path: {value: /}}]", "v1", "edge", "{konghq.com/protocols: gopher}"),
    refused: /"gopher" is no protocol/,
  },
  {
    what: "an HTTPRoute of another controller's Gateway",
    object: route("matches: [{queryParams: [{name: a, value: b}]}]", "v1", "elsewhere"),
  },
  { what: "a Gateway", object: GATEWAYS.split("---")[1]!.replace("name: edge", "name: more") },
];
