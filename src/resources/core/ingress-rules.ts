import type { CelRule } from "../schema.ts";

/** What the API server asks of Ingresses beside types (https://kubernetes.io/docs/concepts/services-networking/ingress/), for manifests that it has not seen. */

export const BACKEND_RULES: readonly CelRule[] = [
  {
    rule: "has(self.service) != has(self.resource)",
    message: "either a service or a resource must be given",
  },
  {
    rule: "!has(self.service) || (has(self.service.port) && ((has(self.service.port.name) && self.service.port.name != '') != (has(self.service.port.number) && self.service.port.number != 0)))",
    message: "the port of a service must be given, by its name or by its number",
  },
];

const typed = (rule: string) => `!has(self.pathType) || self.pathType == 'ImplementationSpecific' || ${rule}`;

export const PATH_RULES: readonly CelRule[] = [
  { rule: "has(self.pathType)", message: "pathType must be given: Exact, Prefix or ImplementationSpecific" },
  {
    rule: "has(self.path) && self.path != '' ? self.path.startsWith('/') : has(self.pathType) && self.pathType == 'ImplementationSpecific'",
    message: "the path must begin with /",
  },
  ...["//", "/./", "/../", "%2f", "%2F"].map((part) => ({
    rule: typed(`!has(self.path) || !self.path.contains('${part}')`),
    message: `the path must not contain ${part}`,
  })),
  ...["/..", "/."].map((end) => ({
    rule: typed(`!has(self.path) || !self.path.endsWith('${end}')`),
    message: `the path must not end with ${end}`,
  })),
];

export const HOST_RULES: readonly CelRule[] = [
  { rule: "!has(self.host) || !isIP(self.host)", message: "the host must be a name, and no IP address" },
];

export const CLASS_RULES: readonly CelRule[] = [
  {
    rule: "has(self.spec) && (has(self.spec.rules) && size(self.spec.rules) > 0 || has(self.spec.defaultBackend))",
    message: "rules or a defaultBackend must be given",
  },
  {
    rule: "!has(self.spec) || !has(self.spec.ingressClassName) || !has(self.metadata.annotations) || !('kubernetes.io/ingress.class' in self.metadata.annotations) || self.metadata.annotations['kubernetes.io/ingress.class'] == self.spec.ingressClassName",
    message: "ingressClassName and the annotation kubernetes.io/ingress.class name different classes",
  },
];
