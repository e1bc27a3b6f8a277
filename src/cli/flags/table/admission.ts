import { flag } from "../flag.ts";
import { listenAddress } from "../names.ts";
import { text } from "../scalars.ts";

export const admissionFlags = {
  "admission-webhook-listen": flag(
    listenAddress("off"),
    undefined,
    "Where the admission webhook listens, such as :8080, or off.",
  ),
  "admission-webhook-cert-file": flag(
    text,
    "",
    "File with the webhook's certificate (PEM), read again when it changes. Without any of the four, /admission-webhook/tls.crt.",
  ),
  "admission-webhook-key-file": flag(
    text,
    "",
    "File with the webhook's key (PEM). Without any of the four, /admission-webhook/tls.key.",
  ),
  "admission-webhook-cert": flag(text, "", "The certificate as PEM text. Give both files, both texts, or nothing."),
  "admission-webhook-key": flag(text, "", "The key as PEM text.", { secret: true }),
};
