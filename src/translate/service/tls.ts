import { own } from "../../base/json.ts";
import type { Problem } from "../../base/problem.ts";
import type { Service } from "../../kong/entities.ts";
import { ConfigMap } from "../../resources/core/config-map.ts";
import { Secret } from "../../resources/core/secret.ts";
import { refOf } from "../../resources/kind.ts";
import { annotationPath, atoi, csv, kong, PREFIX, parseBool } from "../annotations.ts";
import { certificateSource, secretMissing } from "../certificate.ts";
import type { CertificatePair } from "../fragment.ts";
import type { View } from "../input.ts";
import { type BackingService, speaksTls, VERIFIED } from "./overrides.ts";

/** Makes a Secret or a ConfigMap a CA certificate of Kong's. */
const CA_LABEL = "konghq.com/ca-cert";
const CONFIG_MAP_LABEL = "konghq.com/configmap";

/** What the TLS annotations of the Services ask for (spec: annotations §3). */
export interface UpstreamTls {
  readonly clientCertificate: CertificatePair | undefined;
  readonly caCertificates: readonly string[];
  readonly problems: readonly Problem[];
}

export function upstreamTls(services: readonly BackingService[], view: View): UpstreamTls {
  const problems: Problem[] = [];
  let clientCertificate: CertificatePair | undefined;
  const ids: string[] = [];
  for (const service of services) {
    clientCertificate = clientCertificateOf(service, view, problems) ?? clientCertificate;
    for (const id of caCertificatesOf(service, view, problems)) if (!ids.includes(id)) ids.push(id);
  }
  return { clientCertificate, caCertificates: ids, problems };
}

/** Checks of the backend's certificate under a protocol for which Kong has none, and refuses the settings. */
export function withoutIdleChecks(
  service: Service,
  services: readonly BackingService[],
): { readonly service: Service; readonly problems: readonly Problem[] } {
  const { tls_verify, tls_verify_depth, ...rest } = service;
  const protocol = service.protocol ?? "http";
  if (VERIFIED.has(protocol) || (tls_verify === undefined && tls_verify_depth === undefined))
    return { service, problems: [] };
  const problems = services.flatMap((service) => {
    const { annotations } = service;
    const verify = parseBool(kong(annotations, "tls-verify"));
    const told = [
      ...(verify === undefined ? [] : (["tls-verify"] as const)),
      ...(atoi(kong(annotations, "tls-verify-depth")) === undefined ? [] : (["tls-verify-depth"] as const)),
    ];
    return told.map((name): Problem => {
      // Who asks for no check loses nothing.
      const severity = name === "tls-verify" && verify === true ? "error" : "warning";
      const message = `Kong checks the certificates of backends over https and tls only, and speaks ${protocol} to this one; the annotation has no effect. Set konghq.com/protocol to https or tls as well, or take it away`;
      return { code: "tls-verify-without-tls", severity, ...toldAt(service, name), message };
    });
  });
  return { service: rest, problems };
}

function clientCertificateOf(service: BackingService, view: View, problems: Problem[]): CertificatePair | undefined {
  const { object, annotations } = service;
  const name = kong(annotations, "client-cert");
  if (name === undefined || name === "") return undefined;
  const namespace = object.metadata.namespace ?? "";
  const complain = (code: string, message: string) =>
    void problems.push({
      code,
      severity: "error",
      object: refOf(object),
      path: annotationPath(`${PREFIX}client-cert`),
      message,
    });
  const source = view.derive(certificateSource, `${namespace}/${name}`);
  if (source.pair === undefined) {
    const path = annotationPath(`${PREFIX}client-cert`);
    if (source.missing !== undefined) problems.push(secretMissing(refOf(object), path, source.missing));
    for (const problem of source.problems) problems.push({ ...problem, related: [refOf(object)] });
    return undefined;
  }
  if (!speaksTls(annotations, view.input.settings.preflight)) {
    complain(
      "client-cert-without-tls",
      "Kong shows a client certificate over https and tls only; set konghq.com/protocol to one of them as well",
    );
    return undefined;
  }
  return source.pair;
}

/** Where a BackendTLSPolicy says what annotations say of a Service. */
const POLICY_PATHS = {
  "tls-verify": "spec.validation",
  "tls-verify-depth": 'spec.options["tls-verify-depth"]',
  "ca-certificates-secrets": "spec.validation.caCertificateRefs",
  "ca-certificates-configmaps": "spec.validation.caCertificateRefs",
} as const;

/** What an annotation says is told on the Service, or on the policy that says it in its place. */
function toldAt(
  { object, policy }: BackingService,
  annotation: keyof typeof POLICY_PATHS,
): Pick<Problem, "object" | "path" | "related"> {
  if (policy === undefined || own(policy.says, PREFIX + annotation) === undefined)
    return { object: refOf(object), path: annotationPath(PREFIX + annotation) };
  return { object: policy.object, path: POLICY_PATHS[annotation], related: [refOf(object)] };
}

function caCertificatesOf(service: BackingService, view: View, problems: Problem[]): readonly string[] {
  const { object, annotations } = service;
  const lists = [
    { annotation: "ca-certificates-secrets", kind: Secret },
    { annotation: "ca-certificates-configmaps", kind: ConfigMap },
  ] as const;
  const named = lists.flatMap(({ annotation, kind }) =>
    csv(kong(annotations, annotation)).map((name) => ({ annotation, kind, name })),
  );
  const [first] = named;
  if (first === undefined) return [];
  const complain = (code: string, annotation: keyof typeof POLICY_PATHS, message: string) =>
    void problems.push({ code, severity: "error", ...toldAt(service, annotation), message });
  if (parseBool(kong(annotations, "tls-verify")) !== true) {
    complain(
      "ca-without-verification",
      first.annotation,
      'CA certificates have no effect without konghq.com/tls-verify: "true"; set that as well',
    );
    return [];
  }
  if (!speaksTls(annotations, view.input.settings.preflight)) {
    complain(
      "ca-without-tls",
      first.annotation,
      "Kong checks the certificates of backends over https and tls only; set konghq.com/protocol to one of them as well",
    );
    return [];
  }
  const ids: string[] = [];
  const namespace = object.metadata.namespace ?? "";
  for (const { annotation, kind, name } of named) {
    const found = kind === Secret ? view.get(Secret, namespace, name) : view.get(ConfigMap, namespace, name);
    if (found === undefined) {
      complain(
        "ca-missing",
        annotation,
        `the ${kind.kind} ${namespace}/${name} does not exist; create it, or take its name away`,
      );
      continue;
    }
    const labelled = own(found.metadata.labels, CA_LABEL) === "true";
    if (!labelled) {
      complain(
        "ca-unlabelled",
        annotation,
        `the ${kind.kind} ${namespace}/${name} lacks the label ${CA_LABEL}: "true", without which its certificate is not sent to Kong`,
      );
      // Like KIC, which does not even see such ConfigMaps, unless another label of theirs asks for it.
      if (kind === ConfigMap && own(found.metadata.labels, CONFIG_MAP_LABEL) !== "true") continue;
    }
    const data = own(found.data, "id");
    const id = data === undefined || kind === ConfigMap ? data : Buffer.from(data, "base64").toString();
    if (id === undefined || id === "") {
      complain(
        "ca-without-id",
        annotation,
        `the ${kind.kind} ${namespace}/${name} has no id in its data; give it a UUID under the key id`,
      );
      continue;
    }
    ids.push(id);
  }
  return ids;
}
