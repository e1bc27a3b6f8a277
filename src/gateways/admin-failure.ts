import type { Cause } from "../sync/gateway.ts";

/** How a call failed: what can have happened to the request. */
export type FailureKind =
  /** No connection came about: the request never left. */
  | "unreachable"
  /** The connection broke: the request may have been taken. */
  | "interrupted"
  /** No whole answer in time: the request may have been taken, or be under way. */
  | "timeout"
  /** It answered with a status that is none of success. */
  | "answer"
  /** It answered, but cannot be used: too old, not Kong … */
  | "unfit"
  /** Something on this side, such as a file that cannot be read. */
  | "setup"
  /** The caller aborted it. */
  | "aborted";

/** A call to an Admin API that failed. Its message is one line for people and never holds a token, a key or a header. */
export class AdminFailure extends Error {
  readonly kind: FailureKind;
  /** What to look at, when waiting will hardly mend it. */
  readonly advice: string | undefined;
  /** The HTTP status, of `answer`. */
  readonly status: number | undefined;

  constructor(kind: FailureKind, message: string, advice?: string, status?: number) {
    super(message);
    this.name = "AdminFailure";
    this.kind = kind;
    this.advice = advice;
    this.status = status;
  }
}

/** An error as a connection's state carries it. */
export function causeOf(error: unknown): Cause {
  const failure = failureOf(error);
  return failure.advice === undefined
    ? { message: failure.message }
    : { message: failure.message, advice: failure.advice };
}

/** Whatever a call threw, as a failure. */
export function failureOf(error: unknown): AdminFailure {
  if (error instanceof AdminFailure) return error;
  const codes = codesOf(error);
  const text = describe(error);
  const advice = codes.map((code) => ADVICE.get(code)).find((found) => found !== undefined);
  if (advice !== undefined) return new AdminFailure("unreachable", text, advice);
  if (codes.some((code) => NEVER_LEFT.has(code)) || isConnect(error)) return new AdminFailure("unreachable", text);
  if (codes.includes("UND_ERR_INVALID_ARG"))
    return new AdminFailure("setup", "the request cannot be sent", SETUP_ADVICE);
  return new AdminFailure("interrupted", text);
}

const SETUP_ADVICE =
  "look at --kong-admin-header, --kong-admin-token and --kong-admin-url: a value holds characters that no header may have";

const NEVER_LEFT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_PRX_TLS",
]);

const UNTRUSTED =
  "the gateway's certificate is not trusted: look at --kong-admin-ca-cert-file and --kong-admin-ca-cert (or --kong-admin-tls-skip-verify)";
const WRONG_DATES = "the gateway's certificate is out of its dates: renew it, and look at the clocks of both machines";
const WRONG_NAME =
  "the gateway's certificate is for another name: look at --kong-admin-tls-server-name and --kong-admin-url";
const NO_TLS = "the port does not speak TLS: look at --kong-admin-url (http:// or https://)";
const CLIENT_CERTIFICATE =
  "the gateway does not take the client certificate: look at --kong-admin-tls-client-cert-file and --kong-admin-tls-client-key-file";

/** Codes of Node and OpenSSL that waiting will hardly mend. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ...[
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "CERT_SIGNATURE_FAILURE",
    "CERT_CHAIN_TOO_LONG",
    "CERT_UNTRUSTED",
    "CERT_REJECTED",
    "CERT_REVOKED",
    "INVALID_CA",
    "INVALID_PURPOSE",
  ].map((code) => [code, UNTRUSTED] as const),
  ...["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"].map((code) => [code, WRONG_DATES] as const),
  ...["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"].map((code) => [code, WRONG_NAME] as const),
  ...["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"].map((code) => [code, NO_TLS] as const),
  ...[
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
    "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
    "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
    "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED",
  ].map((code) => [code, CLIENT_CERTIFICATE] as const),
]);

/** The codes of an error and of what caused it. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  const code = (error as NodeJS.ErrnoException).code;
  return [...(typeof code === "string" ? [code] : []), ...inner, ...codesOf(error.cause)];
}

function isConnect(error: unknown): boolean {
  return error instanceof Error && ((error as NodeJS.ErrnoException).syscall === "connect" || isConnect(error.cause));
}

/** One line; of several addresses that failed alike, one. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(describe))].join(", ");
  if (!(error instanceof Error)) return String(error);
  const own = oneLine(error.message) || (error as NodeJS.ErrnoException).code || error.name;
  return error.cause === undefined ? own : `${own}: ${describe(error.cause)}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
