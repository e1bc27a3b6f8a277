import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate and its key, as files and as PEM text. */
export interface IssuedCertificate {
  readonly certPath: string;
  readonly keyPath: string;
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** Kubernetes reads them as groups. */
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  /** Default 2; negative makes one that has run out. */
  readonly days?: number;
}

/** Makes a certificate authority in `directory` with openssl; its files are named `<name>.crt` and `<name>.key`. */
export function makeAuthority(directory: string, name = "ca"): IssuedCertificate {
  const keyPath = newKey(directory, name);
  const certPath = join(directory, `${name}.crt`);
  openssl(["req", "-x509", "-new", "-key", keyPath, "-subj", `/CN=${name}`, "-days", "2", "-out", certPath]);
  return issued(certPath, keyPath);
}

/** Issues a certificate for servers and clients. */
export function issueCertificate(
  directory: string,
  name: string,
  authority: IssuedCertificate,
  request: CertificateRequest,
): IssuedCertificate {
  const keyPath = newKey(directory, name);
  const certPath = join(directory, `${name}.crt`);
  const extensionsPath = join(directory, `${name}.ext`);
  const subject = [`/CN=${request.commonName}`, ...(request.organizations ?? []).map((o) => `/O=${o}`)].join("");
  const names = [
    ...(request.dnsNames ?? []).map((dns) => `DNS:${dns}`),
    ...(request.addresses ?? []).map((ip) => `IP:${ip}`),
  ];
  writeFileSync(
    extensionsPath,
    ["extendedKeyUsage=serverAuth,clientAuth", ...(names.length > 0 ? [`subjectAltName=${names.join(",")}`] : [])].join(
      "\n",
    ),
  );
  const csr = openssl(["req", "-new", "-key", keyPath, "-subj", subject]);
  const days = String(request.days ?? 2);
  openssl(
    [
      "x509",
      "-req",
      "-CA",
      authority.certPath,
      "-CAkey",
      authority.keyPath,
      "-days",
      days,
      "-extfile",
      extensionsPath,
      "-out",
      certPath,
    ],
    csr,
  );
  return issued(certPath, keyPath);
}

function newKey(directory: string, name: string): string {
  const path = join(directory, `${name}.key`);
  openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path]);
  return path;
}

function issued(certPath: string, keyPath: string): IssuedCertificate {
  return { certPath, keyPath, cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") };
}

function openssl(args: readonly string[], input = ""): string {
  return execFileSync("openssl", args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}
