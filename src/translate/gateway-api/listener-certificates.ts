import { X509Certificate } from "node:crypto";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { CertificateRefObject, ListenerObject } from "../../resources/gateway-api/listener.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import type { Derivation } from "../../store/view.ts";
import { certificateSource } from "../certificate.ts";
import { isGranted } from "../grant.ts";
import type { Input, View } from "../input.ts";
import { intersection } from "./hostnames.ts";
import { tlsModeOf } from "./listener.ts";

/** A certificate that a listener shows. */
export interface ListenerCertificate {
  /** `namespace/name` of its Secret. */
  readonly secret: string;
  /** The host names under which it is shown. */
  readonly snis: readonly string[];
}

export interface ListenerCertificates {
  readonly certificates: readonly ListenerCertificate[];
  /** The first thing that is wrong. */
  readonly reason: "RefNotPermitted" | "InvalidCertificateRef" | undefined;
  readonly problems: readonly Problem[];
}

const NONE: ListenerCertificates = { certificates: [], reason: undefined, problems: [] };

/**
 * The certificates of a listener. Kong shows one certificate for a host name: the first one is shown for the listener's own (or for all), each further one for those names of its own that
 * are among the listener's.
 */
export function listenerCertificates(
  listener: ListenerObject,
  owner: ObjectRef,
  path: string,
  view: View,
): ListenerCertificates {
  if (tlsModeOf(listener) !== "Terminate") return NONE;
  const certificates: ListenerCertificate[] = [];
  const problems: Problem[] = [];
  const taken = new Set<string>();
  let reason: ListenerCertificates["reason"];
  for (const [at, ref] of (listener.tls?.certificateRefs ?? []).entries()) {
    const where = `${path}.tls.certificateRefs[${at}]`;
    const found = readRef(ref, owner, where, view);
    if ("reason" in found) {
      reason ??= found.reason;
      problems.push(found.problem);
      continue;
    }
    const snis =
      certificates.length === 0 ? [listener.hostname || "*"] : ownNames(found.secret, listener.hostname ?? "", view);
    const free = snis.filter((name) => !taken.has(name));
    for (const name of free) taken.add(name);
    certificates.push({ secret: found.secret, snis: free });
    if (free.length > 0) continue;
    problems.push({
      code: "certificate-not-shown",
      severity: "warning",
      object: owner,
      path: where,
      message: `Kong shows one certificate for a host name, and those before it in the list have all that this one (Secret ${found.secret}) has among the listener's; it is never shown. Take it out, or give it names of its own`,
    });
  }
  return { certificates, reason, problems };
}

function readRef(
  ref: CertificateRefObject,
  owner: ObjectRef,
  path: string,
  view: View,
):
  | { readonly secret: string }
  | { readonly reason: "RefNotPermitted" | "InvalidCertificateRef"; readonly problem: Problem } {
  const { group = "", kind = "Secret", namespace = owner.namespace, name } = ref;
  const fail = (reason: "RefNotPermitted" | "InvalidCertificateRef", code: string, message: string) => ({
    reason,
    problem: { code, severity: "error", object: owner, path, message } as const,
  });
  if ((group !== "" && group !== "core") || kind !== "Secret") {
    return fail(
      "InvalidCertificateRef",
      "certificate-kind",
      `certificates are read from Secrets, and not from ${group}/${kind}; name a Secret of type kubernetes.io/tls`,
    );
  }
  const from = { group: GATEWAY_GROUP, kind: owner.kind, namespace: owner.namespace };
  if (namespace !== owner.namespace && !isGranted(from, { group: "", kind: "Secret", namespace, name }, view)) {
    return fail(
      "RefNotPermitted",
      "certificate-not-granted",
      `no ReferenceGrant in namespace ${namespace} lets objects of kind ${owner.kind} in namespace ${owner.namespace} use the Secret ${name}; add one there`,
    );
  }
  const secret = `${namespace}/${name}`;
  // A look: what a broken certificate takes away is the listener's, not everything behind it that a gateway was content with.
  const source = view.glance(certificateSource, secret);
  if (source.pair !== undefined) return { secret };
  const why =
    source.missing === undefined ? (source.problems[0]?.message ?? "it is not loaded yet") : "it does not exist";
  return fail(
    "InvalidCertificateRef",
    source.missing ? "secret-missing" : "invalid-certificate",
    `Secret ${secret}: ${why}`,
  );
}

function ownNames(secret: string, hostname: string, view: View): readonly string[] {
  return view.glance(certificateNames, secret).flatMap((name) => intersection(name, hostname) ?? []);
}

/** The DNS names in the certificate of a Secret. Key: `namespace/name`. */
const certificateNames: Derivation<Input, readonly string[]> = {
  name: "certificate-names",
  compute(view, key) {
    const { pair } = view.derive(certificateSource, key);
    if (pair === undefined) return [];
    const names = new X509Certificate(pair.cert).subjectAltName ?? "";
    return names.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4).toLowerCase()] : []));
  },
};
