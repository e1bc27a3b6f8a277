import { describe, expect, test } from "vitest";
import { serviceId } from "../ids.ts";
import { makePair } from "../testing/certificates.ts";
import { fieldsOf, load, one, options } from "../testing/documents.ts";
import { checkDocument } from "./check-document.ts";

describe("certificates", () => {
  const [a, b, ca] = [makePair("a.test"), makePair("b.test"), makePair("ca.test", { ca: true })];
  const id = serviceId("certificate");

  test("a certificate with its key and its names", () => {
    const entities = load({ certificates: [{ ...a, id, snis: [{ name: "a.test", certificate: { id } }] }] });
    expect(one(entities, "snis")).toMatchObject({ name: "a.test", certificate: { id } });
    expect(one(entities, "certificates")).not.toHaveProperty("snis");
  });

  test("names without their certificate pass only as long as nothing needs a second look", () => {
    const certificates = [{ ...a, id, snis: [{ name: "a.test" }] }];
    expect(one(load({ certificates }), "snis")).toMatchObject({ certificate: { id } });
    const consumers = [{ username: "c", basicauth_credentials: [{ username: "u", password: "p" }] }];
    expect(load({ consumers }).size).toBe(2);
    expect(fieldsOf({ certificates, consumers })).toEqual({
      certificates: [{ snis: [{ certificate: "required field missing" }] }],
    });
    expect(
      load({ certificates: [{ ...a, id }], snis: [{ name: "a.test", certificate: { id } }], consumers }).get("snis")
        ?.size,
    ).toBe(1);
  });

  test("a reference that had to be unset is told only beside other errors", () => {
    const certificates = [{ ...a, id, snis: [{ name: "a.test", certificate: { id } }] }];
    expect(fieldsOf({ certificates, services: [{ host: "h", port: -1 }] })).toEqual({
      certificates: [{ snis: [{ certificate: "value must be null" }] }],
      services: [{ port: "value should be between 0 and 65535" }],
    });
  });

  test("a key of another certificate, and what is none", () => {
    expect(fieldsOf({ certificates: [{ cert: a.cert, key: b.key }] })).toEqual({
      certificates: [{ "@entity": ["certificate does not match key"] }],
    });
    expect(fieldsOf({ certificates: [{ cert: "x", key: "y" }] })).toEqual({
      certificates: [
        {
          cert: expect.stringContaining("invalid certificate: ") as string,
          key: expect.stringContaining("invalid key: ") as string,
        },
      ],
    });
  });

  test("certificates of authorities", () => {
    expect(load({ ca_certificates: [{ id, cert: ca.cert }] }).get("ca_certificates")?.size).toBe(1);
    const errors = (cert: string, now = options.now) => {
      const result = checkDocument({ _format_version: "3.0", ca_certificates: [{ id, cert }] }, { ...options, now });
      return result.ok ? "accepted" : JSON.stringify(result.errors.plain()["fields"]);
    };
    expect(errors(a.cert)).toContain('missing the \\"CA\\" basic constraint');
    expect(errors(ca.cert + a.cert)).toContain("please submit only one certificate at a time");
    expect(errors(ca.cert, Date.UTC(2200, 0, 1))).toContain("certificate expired");
  });
});
