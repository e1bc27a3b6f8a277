import type { CelRule } from "../schema.ts";

/** The rules of Gateway API's own CRDs (v1.6, https://gateway-api.sigs.k8s.io), for manifests that no API server has seen. */

const sameOrNone = (field: string) =>
  `(has(a.${field}) ? has(b.${field}) && a.${field} == b.${field} : !has(b.${field}))`;
const SAME_PARENT = `a.group == b.group && a.kind == b.kind && a.name == b.name && ${sameOrNone("__namespace__")}`;

export const PARENT_RULES: readonly CelRule[] = [
  {
    rule: `self.all(a, self.exists_one(b, ${SAME_PARENT} && ${sameOrNone("sectionName")} && ${sameOrNone("port")}))`,
    message: "the same parent, section and port stand in the list twice",
  },
  {
    rule: `self.all(a, self.all(b, !(${SAME_PARENT}) || (has(a.sectionName) == has(b.sectionName) && has(a.port) == has(b.port))))`,
    message: "of several references to one parent each needs a sectionName, or each a port",
  },
];

export const BACKEND_PORT: CelRule = {
  rule: "self.group != '' || self.kind != 'Service' || has(self.port)",
  message: "a reference to a Service needs a port",
};

export const UNIQUE_RULE_NAMES: CelRule = {
  rule: "self.all(a, !has(a.name) || self.exists_one(b, has(b.name) && a.name == b.name))",
  message: "two rules have one name",
};

/** `field` is given exactly when `type` is this one. */
export function filterUnion(fields: Readonly<Record<string, string>>): readonly CelRule[] {
  return Object.entries(fields).map(([field, type]) => ({
    rule: `has(self.${field}) == (self.type == '${type}')`,
    message: `${field} must be given with the type ${type}, and with no other`,
  }));
}

/** Filters that may stand once in a list. */
export function onlyOnce(types: readonly string[]): readonly CelRule[] {
  return types.map((type) => ({
    rule: `self.filter(f, f.type == '${type}').size() < 2`,
    message: `a ${type} filter can stand only once`,
  }));
}

export const REDIRECT_OR_REWRITE: CelRule = {
  rule: "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
  message: "RequestRedirect and URLRewrite do not go together",
};

export const PATH_MODIFIER_RULES = [
  ["replaceFullPath", "ReplaceFullPath"],
  ["replacePrefixMatch", "ReplacePrefixMatch"],
].map(([field, type]) => ({
  rule: `has(self.${field}) == (self.type == '${type}')`,
  message: `${field} must be given with the type ${type}, and with no other`,
}));

export const MIRROR_SHARE: CelRule = {
  rule: "!has(self.percent) || !has(self.fraction)",
  message: "percent and fraction do not go together",
};

export const FRACTION: CelRule = {
  rule: "self.numerator <= self.denominator",
  message: "the numerator must not be larger than the denominator",
};

/** In a list of names `*` means all, and then no other may stand there. */
export const STAR_ALONE: CelRule = {
  rule: "!('*' in self) || size(self) == 1",
  message: "beside * nothing else can stand",
};

export const REDIRECT_WITHOUT_BACKENDS: CelRule = {
  rule: "!has(self.backendRefs) || size(self.backendRefs) == 0 || !has(self.filters) || !self.filters.exists(f, has(f.requestRedirect))",
  message: "a rule that redirects cannot have backendRefs",
};

const replacesPrefix = (filter: string) =>
  `f, has(f.${filter}) && has(f.${filter}.path) && f.${filter}.path.type == 'ReplacePrefixMatch'`;
const ONE_PREFIX =
  "(size(self.matches) == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix')";

/** What a prefix is replaced in must be a prefix, and one. */
export const PREFIX_RULES: readonly CelRule[] = ["requestRedirect", "urlRewrite"].flatMap((filter) => [
  {
    rule: `!has(self.filters) || !self.filters.exists(${replacesPrefix(filter)}) || ${ONE_PREFIX}`,
    message: "ReplacePrefixMatch needs a rule with exactly one match, whose path has the type PathPrefix",
  },
  {
    rule: `!has(self.backendRefs) || !self.backendRefs.exists(b, has(b.filters) && b.filters.exists(${replacesPrefix(filter)})) || ${ONE_PREFIX}`,
    message: "ReplacePrefixMatch at a backend needs a rule with exactly one match, whose path has the type PathPrefix",
  },
]);

export const TIMEOUTS: CelRule = {
  rule: "!has(self.request) || !has(self.backendRequest) || duration(self.request) == duration('0s') || duration(self.backendRequest) <= duration(self.request)",
  message: "backendRequest must not be longer than request",
};

const plainPath = (rule: string) => `self.type == 'RegularExpression' || ${rule}`;

export const PATH_RULES: readonly CelRule[] = [
  { rule: plainPath("self.value.startsWith('/')"), message: "the path must begin with /" },
  ...["//", "/./", "/../", "%2f", "%2F", "#"].map((part) => ({
    rule: plainPath(`!self.value.contains('${part}')`),
    message: `the path must not contain ${part}`,
  })),
  ...["/..", "/."].map((end) => ({
    rule: plainPath(`!self.value.endsWith('${end}')`),
    message: `the path must not end with ${end}`,
  })),
  {
    rule: plainPath('self.value.matches(r"""^(?:[-A-Za-z0-9/._~!$&\'()*+,;=:@]|%[0-9a-fA-F]{2})+$""")'),
    message: "the path has a character that has to be written with %",
  },
];

export const GRPC_METHOD_RULES: readonly CelRule[] = [
  { rule: "has(self.service) || has(self.method)", message: "a service or a method must be given" },
  {
    rule: 'self.type != \'Exact\' || !has(self.service) || self.service.matches(r"""^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$""")',
    message: "the service is no name that gRPC knows",
  },
  {
    rule: "self.type != 'Exact' || !has(self.method) || self.method.matches('^[A-Za-z_][A-Za-z_0-9]*$')",
    message: "the method is no name that gRPC knows",
  },
];

export const SESSION_RULES: readonly CelRule[] = [
  {
    rule: "!has(self.cookieConfig) || !has(self.cookieConfig.lifetimeType) || self.cookieConfig.lifetimeType == 'Session' || has(self.absoluteTimeout)",
    message: "a permanent cookie needs an absoluteTimeout",
  },
  { rule: "!has(self.cookieConfig) || self.type == 'Cookie'", message: "cookieConfig goes only with the type Cookie" },
];

export const LISTENER_TLS: CelRule = {
  rule: "self.mode != 'Terminate' || (has(self.certificateRefs) && size(self.certificateRefs) > 0) || (has(self.options) && size(self.options) > 0)",
  message: "a listener that terminates TLS needs certificateRefs",
};

export const LISTENER_RULES: readonly CelRule[] = [
  {
    rule: "self.all(l, !(l.protocol in ['HTTP', 'TCP', 'UDP']) || !has(l.tls))",
    message: "tls does not go with the protocols HTTP, TCP and UDP",
  },
  {
    rule: "self.all(l, l.protocol != 'HTTPS' || !has(l.tls) || l.tls.mode == 'Terminate')",
    message: "with the protocol HTTPS the TLS mode must be Terminate",
  },
  {
    rule: "self.all(l, l.protocol != 'TLS' || (has(l.tls) && has(l.tls.mode)))",
    message: "with the protocol TLS a TLS mode must be given",
  },
  {
    rule: "self.all(l, !(l.protocol in ['TCP', 'UDP']) || !has(l.hostname))",
    message: "hostname does not go with the protocols TCP and UDP",
  },
  {
    rule: "self.all(a, self.exists_one(b, a.port == b.port && a.protocol == b.protocol && (has(a.hostname) ? has(b.hostname) && a.hostname == b.hostname : !has(b.hostname))))",
    message: "two listeners have the same port, protocol and hostname",
  },
];

export const ADDRESS_RULES: readonly CelRule[] = ["IPAddress", "Hostname"].map((type) => ({
  rule: `self.all(a, a.type != '${type}' || !has(a.value) || self.exists_one(b, b.type == a.type && has(b.value) && b.value == a.value))`,
  message: `the same ${type} stands in the list twice`,
}));

export const NO_IP_HOSTNAMES: CelRule = { rule: "self.all(h, !isIP(h))", message: "an IP address is no host name" };

const sameTarget = "a.group == b.group && a.kind == b.kind && a.name == b.name";

export const TARGET_RULES: readonly CelRule[] = [
  {
    rule: `self.all(a, self.exists_one(b, ${sameTarget} && ${sameOrNone("sectionName")}))`,
    message: "the same target stands in the list twice",
  },
  {
    rule: `self.all(a, self.all(b, !(${sameTarget}) || has(a.sectionName) == has(b.sectionName)))`,
    message: "of several references to one target each needs a sectionName",
  },
];

export const CA_RULES: readonly CelRule[] = [
  {
    rule: "(has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0) != has(self.wellKnownCACertificates)",
    message: "either caCertificateRefs or wellKnownCACertificates must be given",
  },
];

export const SAN_RULES: readonly CelRule[] = [
  ["hostname", "Hostname"],
  ["uri", "URI"],
].map(([field, type]) => ({
  rule: `has(self.${field}) == (self.type == '${type}')`,
  message: `${field} must be given with the type ${type}, and with no other`,
}));

export const NEEDS_RULES: CelRule = { rule: "has(self.rules)", message: "rules must be given" };
export const NEEDS_BACKENDS: CelRule = { rule: "has(self.backendRefs)", message: "backendRefs must be given" };
