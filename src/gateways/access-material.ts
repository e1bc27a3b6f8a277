import { isIP } from "node:net";
import { createSecureContext } from "node:tls";
import { messageOf } from "../base/log.ts";
import type { AdminAccess, TextSource } from "./admin-endpoint.ts";
import { AdminFailure } from "./admin-failure.ts";

/** What is read of the file system. */
export interface FileReader {
  read(path: string): Promise<string>;
  /** Differs when the file does: time of change, size, inode. Throws when there is none. */
  stamp(path: string): Promise<string>;
}

/** Certificates, keys and the token as a connection needs them. */
export interface AccessMaterial {
  /** For Node's `tls.connect`. */
  readonly tls: {
    readonly rejectUnauthorized: boolean;
    readonly servername?: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
  readonly token: string | undefined;
  /** Equal as long as no file has changed. */
  readonly stamp: string;
}

/** The state of the files behind an access; "" when there are none. */
export async function stampOf(access: AdminAccess, files: FileReader): Promise<string> {
  const stamps = filesOf(access).map(async ({ flag, path }) => {
    try {
      return await files.stamp(path);
    } catch (error) {
      throw unreadable(flag, path, error);
    }
  });
  return (await Promise.all(stamps)).join("\n");
}

/** Reads everything that an access names. Throws an AdminFailure that names the flag. */
export async function readMaterial(access: AdminAccess, files: FileReader): Promise<AccessMaterial> {
  // The stamp comes first: a file that changes in between is then read once more, never once too few.
  const stamp = await stampOf(access, files);
  const text = async (source: TextSource | undefined, flag: string): Promise<string | undefined> => {
    if (source === undefined) return undefined;
    if ("text" in source) return source.text;
    try {
      return await files.read(source.file);
    } catch (error) {
      throw unreadable(flag, source.file, error);
    }
  };
  const { tls } = access;
  const ca = await text(tls.ca, FLAGS.ca);
  const cert = await text(tls.client?.certificate, FLAGS.certificate);
  const key = await text(tls.client?.key, FLAGS.key);
  const token = await text(access.token, FLAGS.token);
  check(FLAGS.ca, "does not hold a certificate in PEM form", () => {
    // Node takes an authority without a certificate in it silently, and then trusts nobody.
    if (ca !== undefined && !ca.includes("-----BEGIN ")) throw new Error("no PEM block");
    createSecureContext(ca === undefined ? {} : { ca });
  });
  check(`${FLAGS.certificate} and ${FLAGS.key}`, "are no certificate and its key in PEM form", () =>
    createSecureContext(cert === undefined || key === undefined ? {} : { cert, key }),
  );
  return {
    tls: {
      rejectUnauthorized: tls.verify,
      // An address is no name that TLS could ask for.
      ...(tls.serverName === undefined || isIP(tls.serverName) !== 0 ? {} : { servername: tls.serverName }),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    },
    // No header may hold a line break, and files end with one.
    token: token?.replace(/[\r\n]+$/, ""),
    stamp,
  };
}

const FLAGS = {
  ca: "--kong-admin-ca-cert",
  certificate: "--kong-admin-tls-client-cert",
  key: "--kong-admin-tls-client-key",
  token: "--kong-admin-token",
};

function filesOf(access: AdminAccess): readonly { readonly flag: string; readonly path: string }[] {
  const { ca, client } = access.tls;
  const sources: readonly (readonly [string, TextSource | undefined])[] = [
    [FLAGS.ca, ca],
    [FLAGS.certificate, client?.certificate],
    [FLAGS.key, client?.key],
    [FLAGS.token, access.token],
  ];
  return sources.flatMap(([flag, source]) =>
    source !== undefined && "file" in source ? [{ flag, path: source.file }] : [],
  );
}

function unreadable(flag: string, path: string, error: unknown): AdminFailure {
  return new AdminFailure("setup", `cannot read ${path}: ${messageOf(error)}`, `look at ${flag}-file`);
}

/** OpenSSL's words on a key say nothing that helps, and might quote it: they are left out. */
function check(flags: string, what: string, run: () => void): void {
  try {
    run();
  } catch {
    throw new AdminFailure("setup", `${flags} ${what}`, `look at ${flags}, and at their -file twins`);
  }
}
