import { createPrivateKey, X509Certificate } from "node:crypto";
import { own } from "../base/json.ts";
import type { ObjectRef, Problem } from "../base/problem.ts";
import { entityId } from "../kong/ids.ts";
import { Secret, type SecretObject } from "../resources/core/secret.ts";
import { refOf } from "../resources/kind.ts";
import type { Derivation } from "../store/view.ts";
import type { CertificatePair, CertificateSource } from "./fragment.ts";
import type { Input } from "./input.ts";
import { tagsOf } from "./tags.ts";

/** The certificate in a Secret. Key: `namespace/name`. */
export const certificateSource: Derivation<Input, CertificateSource> = {
  name: "certificate",
  compute(view, key) {
    const slash = key.indexOf("/");
    const secret = view.get(Secret, key.slice(0, slash), key.slice(slash + 1));
    if (secret === undefined) return { pair: undefined, missing: key, problems: [] };
    const read = readPair(secret);
    if ("problem" in read) return { pair: undefined, problems: [read.problem] };
    return { pair: read.pair, problems: [] };
  },
};

/** What is wrong for an object that names a Secret that does not exist. */
export function secretMissing(object: ObjectRef, path: string | undefined, missing: string): Problem {
  return {
    code: "secret-missing",
    severity: "error",
    object,
    ...(path === undefined ? {} : { path }),
    message: `the Secret ${missing} does not exist; make it (type kubernetes.io/tls), or take its name away`,
  };
}

/** Reads `tls.crt` and `tls.key`: they must be there, be PEM, and belong together. */
export function readPair(secret: SecretObject): { readonly pair: CertificatePair } | { readonly problem: Problem } {
  const fail = (path: string, message: string) => ({
    problem: { code: "invalid-certificate", severity: "error", object: refOf(secret), path, message } as const,
  });
  const cert = decode(secret, "tls.crt");
  if (cert === "")
    return fail("data", "it has no tls.crt; a TLS Secret holds a certificate under tls.crt and its key under tls.key");
  const key = decode(secret, "tls.key");
  if (key === "")
    return fail("data", "it has no tls.key; a TLS Secret holds a certificate under tls.crt and its key under tls.key");
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(cert);
  } catch {
    // The parser's message would say nothing more, and may quote the text.
    return fail('data["tls.crt"]', "tls.crt is no certificate in PEM form");
  }
  try {
    if (!parsed.checkPrivateKey(createPrivateKey(key)))
      return fail('data["tls.key"]', "tls.key is not the key of the certificate in tls.crt");
  } catch {
    return fail('data["tls.key"]', "tls.key is no private key in PEM form that can be read without a passphrase");
  }
  const { namespace = "", name, uid = "", creationTimestamp = "" } = secret.metadata;
  // A certificate needs an id for its host names to refer to; offline there may be no uid to take.
  const id = uid === "" ? entityId("certificates", `${namespace}/${name}`) : uid;
  const rank = `${creationTimestamp} ${id}`;
  return { pair: { id, cert, key, tags: tagsOf(secret), object: refOf(secret), rank } };
}

function decode(secret: SecretObject, key: string): string {
  return Buffer.from(own(secret.data, key) ?? "", "base64")
    .toString()
    .trim();
}
