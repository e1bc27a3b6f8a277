import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { certificateSource } from "../certificate.ts";
import { type Claim, rankOf } from "../fragment.ts";
import type { View } from "../input.ts";

interface TlsEntry {
  readonly hosts?: readonly string[];
  readonly secretName?: string;
}

/** The host names that `spec.tls` claims for its Secrets (spec: ingress §12). Entries without hosts or without a Secret say nothing. */
export function tlsClaims(
  object: KubernetesObject,
  tls: readonly TlsEntry[] | undefined,
  view: View,
): readonly Claim[] {
  const namespace = object.metadata.namespace ?? "";
  const rank = rankOf(object);
  const claims: Claim[] = [];
  for (const [at, entry] of (tls ?? []).entries()) {
    if (entry.secretName === undefined || entry.secretName === "" || (entry.hosts ?? []).length === 0) continue;
    // Handed on, and no use: a broken certificate takes away the certificate, not the routes.
    const certificate = view.hand(certificateSource, `${namespace}/${entry.secretName}`, false);
    for (const host of new Set(entry.hosts)) {
      claims.push({
        table: "sni",
        key: host,
        rank,
        origin: refOf(object),
        path: `spec.tls[${at}]`,
        value: { certificate },
      });
    }
  }
  return claims;
}
