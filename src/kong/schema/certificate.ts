import { array, entity, foreign, mutuallyRequired, string } from "./notation.ts";
import { checkAlternative, checkCaCertificate, checkPair } from "./pem.ts";
import { certificate, id, key, tags, timestamp, wildcardHost } from "./typedefs.ts";

export const certificates = entity(
  "certificates",
  {
    id,
    created_at: timestamp,
    updated_at: timestamp,
    cert: certificate({ required: true, referenceable: true }),
    key: key({ required: true, referenceable: true, encrypted: true }),
    cert_alt: certificate({ required: false, referenceable: true }),
    key_alt: key({ required: false, referenceable: true, encrypted: true }),
    tags,
    // Names only in the Admin API; in a document whole SNIs stand here.
    snis: array(wildcardHost(), { required: false, transient: true }),
  },
  {
    checks: [
      mutuallyRequired("cert_alt", "key_alt"),
      { kind: "custom_entity_check", fields: ["cert", "key"], check: checkPair("cert", "key", "certificate") },
      {
        kind: "custom_entity_check",
        fields: ["cert_alt", "key_alt"],
        check: checkPair("cert_alt", "key_alt", "alternative certificate"),
      },
      { kind: "custom_entity_check", fields: ["cert", "cert_alt"], check: checkAlternative },
    ],
  },
);

export const snis = entity(
  "snis",
  {
    id,
    name: wildcardHost({ required: true, unique: true, uniqueAcrossWs: true }),
    created_at: timestamp,
    updated_at: timestamp,
    tags,
    certificate: foreign("certificates", { required: true }),
  },
  { endpointKey: "name" },
);

export const caCertificates = entity(
  "ca_certificates",
  {
    id,
    created_at: timestamp,
    updated_at: timestamp,
    cert: certificate({ required: true }),
    cert_digest: string({ unique: true }),
    tags,
  },
  { checks: [{ kind: "custom_entity_check", fields: ["cert"], check: checkCaCertificate }] },
);
