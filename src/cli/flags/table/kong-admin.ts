import { flag } from "../flag.ts";
import { csv, urls } from "../lists.ts";
import { namespacedName } from "../names.ts";
import { bool, duration, int, notNegative, text, uint } from "../scalars.ts";
import { optional } from "../value-type.ts";

export const kongAdminFlags = {
  "kong-admin-url": flag(
    urls,
    ["http://localhost:8001"],
    "Base URL of the Admin API of each gateway. Ignored when --kong-admin-svc is set.",
  ),
  "kong-admin-svc": flag(
    optional(namespacedName),
    undefined,
    "Headless Service in front of the gateways' Admin APIs: every Pod behind it is a gateway. It takes the place of --kong-admin-url.",
  ),
  "kong-admin-svc-port-names": flag(
    csv,
    ["admin-tls", "kong-admin-tls"],
    "Names of the endpoint ports that count as an Admin API in discovery; one at least.",
  ),
  "gateway-discovery-readiness-check-interval": flag(
    duration,
    10_000,
    "How often every gateway is asked whether it is there and what it holds; 3s at least.",
  ),
  "gateway-discovery-readiness-check-timeout": flag(
    duration,
    5_000,
    "How long one such question may take; must be less than the interval.",
  ),
  "kong-client-max-retries": flag(
    notNegative(int),
    0,
    "How many attempts to make to reach a gateway for the first time before the process ends with code 1. 0 never gives up.",
  ),
  "kong-client-initial-delay": flag(
    notNegative(duration),
    1_000,
    "How long to wait after the first failed attempt. Each further wait is twice as long.",
  ),
  "kong-client-max-delay": flag(
    notNegative(duration),
    30_000,
    "The longest wait between two attempts; at least the initial delay.",
  ),
  "kong-admin-init-retries": flag(
    uint,
    60,
    "How many attempts to make to reach a gateway for the first time, --kong-admin-init-retry-delay apart.",
    {
      deprecated: "use --kong-client-max-retries",
      note: "only obeyed when set, and when --kong-client-max-retries is not",
    },
  ),
  "kong-admin-init-retry-delay": flag(
    notNegative(duration),
    1_000,
    "A fixed wait between two attempts: it stands for both the initial and the maximum delay.",
    {
      deprecated: "use --kong-client-initial-delay and --kong-client-max-delay",
      note: "only obeyed when set, and when neither of the new ones is",
    },
  ),
  "kong-admin-tls-skip-verify": flag(
    bool,
    false,
    "Take any certificate from an Admin API. Not for production: whoever answers gets the configuration.",
  ),
  "kong-admin-tls-server-name": flag(
    text,
    "",
    "The host name that the Admin API's certificate must be for, and that is asked for by SNI.",
  ),
  "kong-admin-ca-cert-file": flag(
    text,
    "",
    "File with the CA certificates (PEM) that Admin API certificates are verified against.",
  ),
  "kong-admin-ca-cert": flag(text, "", "The same certificates as PEM text. Only one of the two may be set."),
  "kong-admin-tls-client-cert-file": flag(text, "", "File with the client certificate (PEM) shown to the Admin API."),
  "kong-admin-tls-client-key-file": flag(text, "", "File with the key (PEM) of the client certificate."),
  "kong-admin-tls-client-cert": flag(
    text,
    "",
    "The client certificate as PEM text. Only one of text and file may be set.",
  ),
  "kong-admin-tls-client-key": flag(
    text,
    "",
    "The key of the client certificate as PEM text. Only one of text and file may be set.",
    { secret: true },
  ),
  "kong-admin-header": flag(
    csv,
    [],
    "Header for every Admin API request, as name:value, where the value is all that follows the first colon. Items without a colon are ignored.",
    { secret: true },
  ),
  "kong-admin-token": flag(
    text,
    "",
    "RBAC token, sent as the header Kong-Admin-Token unless --kong-admin-header gives that one.",
    { secret: true },
  ),
  "kong-admin-token-file": flag(
    text,
    "",
    "File with the RBAC token; a line break at its end does not count. Read again when it changes. Only one of the two may be set.",
  ),
  "kong-workspace": flag(
    text,
    "",
    "Workspace of Kong Enterprise that holds the configuration; made if it does not exist.",
  ),
};
