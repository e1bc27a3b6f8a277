import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import type { CheckContext } from "./field.ts";

/** Kong repeats what OpenSSL says, with places in its source: the words here are ours, behind Kong's beginning. */
export function checkCertificate(text: string): string | undefined {
  return certificateOf(text) === undefined
    ? "invalid certificate: x509.new: it is no certificate in PEM form"
    : undefined;
}

export function checkKey(text: string): string | undefined {
  return publicKeyOf(text) === undefined ? "invalid key: pkey.new:load_key: it is no key in PEM form" : undefined;
}

/** Whether two fields of an entity are a certificate and its key; `what` begins the answer if they are not. */
export function checkPair(
  certField: string,
  keyField: string,
  what: string,
): (entity: JsonObject) => string | undefined {
  return (entity) => {
    const cert = textOf(entity, certField);
    const key = textOf(entity, keyField);
    if (cert === undefined || key === undefined) return undefined;
    const certKey = certificateOf(cert)?.publicKey;
    const own = publicKeyOf(key);
    return certKey !== undefined && own?.equals(certKey) ? undefined : `${what} does not match key`;
  };
}

export function checkAlternative(entity: JsonObject): string | undefined {
  const types = ["cert", "cert_alt"].map(
    (field) => certificateOf(textOf(entity, field) ?? "")?.publicKey.asymmetricKeyType,
  );
  if (types[0] === undefined || types[1] === undefined || types[0] !== types[1]) return undefined;
  return "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type";
}

export function checkCaCertificate(entity: JsonObject, context: CheckContext): string | undefined {
  const text = textOf(entity, "cert") ?? "";
  if (text.split("-----BEGIN CERTIFICATE-----").length > 2) return "please submit only one certificate at a time";
  const cert = certificateOf(text);
  if (cert === undefined) return undefined;
  if (cert.validToDate.getTime() < context.now) return 'certificate expired, "Not After" time is in the past';
  if (!cert.ca) return 'certificate does not appear to be a CA because it is missing the "CA" basic constraint';
  return undefined;
}

function textOf(entity: JsonObject, field: string): string | undefined {
  const value = entity[field];
  return typeof value === "string" ? value : undefined;
}

/** Undefined for what OpenSSL does not read; of several certificates in one text, the first. */
function certificateOf(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function publicKeyOf(text: string): KeyObject | undefined {
  try {
    return createPublicKey(text.includes("PUBLIC KEY-----") ? text : createPrivateKey(text));
  } catch {
    return undefined;
  }
}
