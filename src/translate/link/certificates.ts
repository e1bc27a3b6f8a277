import { hash } from "node:crypto";
import { compareStrings, formatRef, type Problem } from "../../base/problem.ts";
import type { Certificate } from "../../kong/entities.ts";
import { secretMissing } from "../certificate.ts";
import type { Claim } from "../fragment.ts";
import { admit } from "./admit.ts";
import { whyFirst } from "./first.ts";
import { type Rule, standing } from "./rule.ts";

/** A host name belongs to the first that claims it; equal certificates may share it. */
export const sniRule: Rule<"sni"> = {
  table: "sni",
  rule(name, claims, view) {
    const [first] = claims;
    if (first === undefined || first.blocked === true) return {};
    const problems: Problem[] = [];
    const source = view.take(first.value.certificate);
    for (const problem of source?.problems ?? []) {
      const related = claims.filter((claim) => claim.value.certificate.cell === first.value.certificate.cell);
      problems.push({ ...problem, related: related.map((claim) => claim.origin) });
    }
    if (source?.missing !== undefined) problems.push(secretMissing(first.origin, first.path, source.missing));
    for (const claim of standing(claims).slice(1)) {
      if (claim.value.certificate.cell === first.value.certificate.cell) continue;
      problems.push({
        code: "sni-taken",
        severity: "warning",
        object: claim.origin,
        ...(claim.path === undefined ? {} : { path: claim.path }),
        message: `the certificate for ${name} is the one of ${formatRef(first.origin)}, ${whyFirst(first.origin, claim.origin)}; this one's is not used for that host`,
      });
    }
    if (source?.pair === undefined) return { problems };
    const { pair } = source;
    const value = { certificate: pair, sni: name, clientOf: undefined };
    const claim: Claim = { table: "certificate", key: keyOfPair(pair), rank: pair.rank, origin: first.origin, value };
    return { problems, claims: [claim] };
  },
};

/** Equal pairs are one certificate: the older one's, with the host names of all. */
export const certificateRule: Rule<"certificate"> = {
  table: "certificate",
  rule(_key, claims, { input }) {
    const present = standing(claims);
    const first = present[0];
    if (first === undefined) return {};
    const { certificate: pair } = first.value;
    const snis = [...new Set(present.flatMap((claim) => claim.value.sni ?? []))].sort(compareStrings);
    const certificate: Certificate = {
      ...(pair.id === "" ? {} : { id: pair.id }),
      cert: pair.cert,
      key: pair.key,
      ...(pair.tags.length === 0 ? {} : { tags: pair.tags }),
      ...(snis.length === 0 ? {} : { snis: snis.map((name) => ({ name, certificate: { id: pair.id } })) }),
    };
    const admitted = admit("certificates", certificate, pair.object, input);
    if (admitted.entity === undefined) return { problems: admitted.problems };
    const clients = [...new Set(present.flatMap((claim) => claim.value.clientOf ?? []))].sort(compareStrings);
    return {
      entities: [{ section: "certificates", sort: pair.cert, value: admitted.entity, origins: [pair.object] }],
      problems: admitted.problems,
      claims: clients.map(
        (service): Claim => ({
          table: "service",
          key: service,
          rank: first.rank,
          origin: pair.object,
          value: { type: "client-certificate", id: pair.id },
        }),
      ),
    };
  },
};

/** The key of the certificate table for a pair. */
export function keyOfPair(pair: { readonly cert: string; readonly key: string }): string {
  return hash("sha256", `${pair.cert}\u0000${pair.key}`, "hex");
}

export const caCertificateRule: Rule<"caCertificate"> = {
  table: "caCertificate",
  rule(id, claims, { input }) {
    const [first, ...rest] = claims;
    if (first === undefined) return {};
    const problems: Problem[] = rest.map((claim) => ({
      code: "duplicate-ca-id",
      severity: "error",
      object: claim.origin,
      path: "data.id",
      message: `the id ${id} is already that of ${formatRef(first.origin)}; give this CA certificate an id of its own`,
    }));
    if (first.blocked === true) return { problems };
    const admitted = admit("ca_certificates", first.value.certificate, first.origin, input);
    problems.push(...admitted.problems);
    if (admitted.entity === undefined) return { problems };
    const { cert } = admitted.entity;
    return {
      entities: [{ section: "ca_certificates", sort: cert, value: admitted.entity, origins: [first.origin] }],
      problems,
    };
  },
};
