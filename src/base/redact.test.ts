import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SecretValues } from "./redact.ts";

function knowing(...values: readonly string[]): SecretValues {
  const secrets = new SecretValues();
  for (const value of values) secrets.add(value);
  return secrets;
}

test("a value is replaced wherever it stands", () => {
  expect(knowing("correct-horse").redact("key=correct-horse, again: correct-horse")).toBe(
    "key=[redacted], again: [redacted]",
  );
});

test("other text stays, also where it begins alike", () => {
  expect(knowing("correct-horse").redact("correct-house correct-")).toBe("correct-house correct-");
});

test("of two values that begin alike the longer one is replaced whole", () => {
  expect(knowing("password-1", "password-1-and-more").redact("<password-1-and-more> <password-1>")).toBe(
    "<[redacted]> <[redacted]>",
  );
});

test("a value is found as JSON, base64 and URLs write it", () => {
  const value = 'quote " and/slash';
  const secrets = knowing(value);
  for (const form of [JSON.stringify(value), Buffer.from(value).toString("base64"), encodeURIComponent(value)])
    expect(secrets.redact(`<${form}>`)).toContain("[redacted]");
});

test("each line of a value is a secret", () => {
  expect(knowing("first line of it\n  second line of it\n").redact("got: second line of it")).toBe("got: [redacted]");
});

test("short values are words, not secrets", () => expect(knowing("default", "").redact("default")).toBe("default"));

test("a private key goes without having been seen before; a certificate may be shown", () => {
  const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const secrets = new SecretValues();
  expect(secrets.redact(`bad key ${key}!`)).toMatch(/^bad key \[redacted\]\s*!$/);
  expect(secrets.redact(`bad key ${JSON.stringify(key)}!`)).toBe('bad key "[redacted]\\n"!');
  expect(secrets.redact(key.slice(0, 60))).toBe("[redacted]");
  const certificate = "-----BEGIN CERTIFICATE-----\nAAAABBBBCCCC\n-----END CERTIFICATE-----\n";
  expect(knowing(`${certificate}and a password`).redact(`${certificate}and a password`)).toBe(
    `${certificate}[redacted]`,
  );
});

test("beyond its bound it forgets what was not read for longest", () => {
  const secrets = new SecretValues(4);
  // Each takes two places: as it is, and in base64.
  for (const value of ["aaaaaaaa", "bbbbbbbb", "aaaaaaaa", "cccccccc"]) secrets.add(value);
  expect(secrets.redact("aaaaaaaa bbbbbbbb cccccccc")).toBe("[redacted] bbbbbbbb [redacted]");
});

test("months of rotation leave nothing behind but what is remembered", () => {
  const secrets = new SecretValues(4);
  for (let i = 0; i < 100; i++) secrets.add(`${i}`.padStart(8, "0"));
  expect(secrets.redact("00000001 00000098 00000099")).toBe("00000001 [redacted] [redacted]");
});

test("thousands of values that begin alike cost no more than others", () => {
  const secrets = new SecretValues();
  for (let i = 0; i < 20_000; i++) secrets.add(`password-${i}`);
  const text = "password-19999 password-x password-0 ".repeat(1_000);
  expect(secrets.redact(text)).toBe("[redacted] password-x [redacted] ".repeat(1_000));
}, 2_000);

test("no remembered value is left in any text", () => {
  const value = fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom("a", "b", "é", "\\", '"') });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), fc.array(fc.string()), (values, between) => {
      const text = values.flatMap((one, i) => [between[i] ?? "", one]).join("|");
      const left = knowing(...values).redact(text);
      for (const one of values) expect(left).not.toContain(one);
    }),
  );
});
