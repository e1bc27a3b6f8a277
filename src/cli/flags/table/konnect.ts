import { accepted, toCome } from "../flag.ts";
import { bool, duration, int, text } from "../scalars.ts";

export const konnectFlags = {
  "konnect-sync-enabled": toCome(bool, false, "Push the configuration to a Konnect control plane too."),
  "konnect-address": toCome(text, "https://us.kic.api.konghq.com", "Base URL of Konnect's API."),
  "konnect-control-plane-id": toCome(text, "", "Id of the control plane."),
  "konnect-runtime-group-id": toCome(text, "", "The former name of the control plane's id.", {
    deprecated: "use --konnect-control-plane-id",
    aliasOf: "konnect-control-plane-id",
  }),
  "konnect-tls-client-cert-file": toCome(text, "", "File with the client certificate (PEM) for Konnect."),
  "konnect-tls-client-key-file": toCome(text, "", "File with the key (PEM) of that certificate."),
  "konnect-tls-client-cert": toCome(text, "", "That certificate as PEM text. Only one of text and file may be set."),
  "konnect-tls-client-key": toCome(text, "", "That key as PEM text. Only one of text and file may be set.", {
    secret: true,
  }),
  "konnect-upload-config-period": toCome(duration, 30_000, "How often the configuration is uploaded; 10s at least."),
  "konnect-config-sync-concurrency": toCome(int, 4, "How many requests to send to Konnect at a time."),
  "konnect-refresh-node-period": toCome(duration, 60_000, "How often nodes are reported; less than 30s counts as 30s."),
  "konnect-disable-consumers-sync": toCome(bool, false, "Leave consumers and consumer groups out."),
  "konnect-licensing-enabled": toCome(
    bool,
    false,
    "Take Kong's licence from Konnect instead of KongLicense objects; not ready before there is one.",
  ),
  "konnect-license-storage-enabled": toCome(bool, true, "Keep that licence in a Secret for the next start."),
  "konnect-initial-license-polling-period": toCome(
    duration,
    60_000,
    "How often to ask for a licence until there is one.",
  ),
  "konnect-license-polling-period": toCome(duration, 43_200_000, "How often to ask for a newer licence."),
  "gateway-discovery-dns-strategy": accepted(
    text,
    "",
    "In earlier versions of KIC, how discovered gateways were addressed.",
    "gateways are addressed by their IP address, and the certificate's name follows from the Service",
    { deprecated: "it has no effect" },
  ),
};
