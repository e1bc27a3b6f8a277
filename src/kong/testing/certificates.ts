import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const made = new Map<string, Pair>();

/** For tests: a self-signed certificate with its key, made by the openssl of the machine, once for each name. */
export function makePair(name: string, options: { readonly ca?: boolean } = {}): Pair {
  const id = `${name} ${options.ca === true}`;
  const there = made.get(id) ?? generate(name, options.ca === true);
  made.set(id, there);
  return there;
}

function generate(name: string, ca: boolean): Pair {
  const folder = mkdtempSync(join(tmpdir(), "silverback-pair-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const constraint = `basicConstraints=critical,CA:${ca ? "TRUE" : "FALSE"}`;
    const args = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "3650",
    ];
    execFileSync("openssl", [...args, "-subj", `/CN=${name}`, "-addext", constraint, "-keyout", key, "-out", cert], {
      stdio: "pipe",
    });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
