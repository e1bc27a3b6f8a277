import { existsSync, readFileSync } from "node:fs";

/** One request to an API server, as its audit log has it. */
export interface AuditedRequest {
  readonly verb: string;
  /** `ingresses.networking.k8s.io/status`, or the path of what is no resource. */
  readonly resource: string;
  /** Empty where it was about the whole cluster. */
  readonly namespace: string;
  readonly code: number;
}

/** A policy that has every request of a user written down, without bodies. */
export function auditPolicy(user: string): object {
  return {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [{ level: "Metadata", users: [user] }, { level: "None" }],
  };
}

/** Reads an audit log; none is an empty one. */
export function auditedRequests(file: string): readonly AuditedRequest[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => asRequest(JSON.parse(line) as AuditEvent));
}

/** What was asked for, answered 403, and never let through: each once, for people. An API server that starts refuses everything until it has read its rules. */
export function refusedForGood(requests: readonly AuditedRequest[]): readonly string[] {
  const label = ({ verb, resource, namespace }: AuditedRequest) =>
    `${verb} ${resource} in ${namespace || "the cluster"}`;
  // What is no resource (`/readyz`, discovery) everybody may get.
  const resources = requests.filter(({ resource }) => !resource.startsWith("/"));
  // What is not there, or in conflict, was let through.
  const granted = new Set(resources.filter(({ code }) => code < 400 || [404, 409, 410, 422].includes(code)).map(label));
  const refused = new Set(resources.filter(({ code }) => code === 403).map(label));
  return [...refused].filter((request) => !granted.has(request)).sort();
}

interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

function asRequest({ verb, requestURI, objectRef, responseStatus }: AuditEvent): AuditedRequest {
  const { resource = "", subresource, apiGroup, namespace = "" } = objectRef ?? {};
  const name = [resource, apiGroup ?? ""].filter((part) => part !== "").join(".");
  return {
    verb,
    resource: objectRef === undefined ? requestURI.split("?")[0]! : name + (subresource ? `/${subresource}` : ""),
    namespace,
    code: responseStatus?.code ?? 0,
  };
}
