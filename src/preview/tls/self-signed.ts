import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { isIP } from "node:net";

/** A certificate that vouches for itself, and its key, both in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface SelfSignedOptions {
  /** The first is the common name too; addresses become address names. */
  readonly names: readonly string[];
  /** ms since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** False: it says nothing about being an authority. */
  readonly authority?: false;
}

/** Makes a key (P-256) and a certificate for it (X.509 v3, RFC 5280), good for servers and clients and, unless told otherwise, as its own authority. */
export function selfSigned(options: SelfSignedOptions): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const serial = createHash("sha256").update(publicKey).digest().subarray(0, 16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const name = sequence(set(sequence(oid("2.5.4.3"), utf8(options.names[0] ?? "localhost"))));
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    name,
    sequence(time(options.notBefore), time(options.notAfter)),
    name,
    publicKey,
    tagged(
      0xa3,
      sequence(alternativeNames(options.names), ...(options.authority === false ? [] : [basicConstraints()])),
    ),
  );
  const signature = sign("sha256", body, createPrivateKey(privateKey));
  const der = sequence(body, algorithm, bitString(signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`, key: privateKey };
}

function alternativeNames(names: readonly string[]): Buffer {
  const list = names.map((name) => {
    const version = isIP(name);
    if (version === 4) return tagged(0x87, Buffer.from(name.split(".").map(Number)));
    return tagged(0x82, Buffer.from(name, "latin1"));
  });
  return sequence(oid("2.5.29.17"), tagged(0x04, sequence(...list)));
}

/** It is its own authority: clients that are given it trust it. */
function basicConstraints(): Buffer {
  return sequence(
    oid("2.5.29.19"),
    tagged(0x01, Buffer.from([0xff])),
    tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))),
  );
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? Buffer.from([content.length])
      : content.length < 0x100
        ? Buffer.from([0x81, content.length])
        : Buffer.from([0x82, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function utf8(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text, "utf8"));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.from([0]), bytes);
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  // UTCTime ends with 2049; what comes after has four digits for the year.
  return Number(text.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(text.slice(2), "latin1"))
    : tagged(0x18, Buffer.from(text, "latin1"));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}
