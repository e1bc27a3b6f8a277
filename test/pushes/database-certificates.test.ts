import { afterEach, beforeEach, expect, test } from "vitest";
import { selfSigned } from "../../src/preview/tls/self-signed.ts";
import { PushRig, payloadOf, TAG } from "./rig.ts";

/** Certificates and their names in TLS, which a wrong request takes away (facts: db-mode/README.md §2, §4, §5). */

let rig: PushRig;
beforeEach(async () => {
  rig = await PushRig.start("database", {}, { concurrency: 1 });
});
afterEach(() => rig.close());

const [A, B] = ["aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-1111-4111-8111-111111111111"];
const pair = () => selfSigned({ names: ["x.test"], notBefore: Date.now() - 1000, notAfter: Date.now() + 3_600_000 });
const one = pair();
const two = pair();

const certificate = (id: string, { cert, key }: typeof one, ...names: readonly string[]) => ({
  id,
  cert,
  key,
  snis: names.map((name) => ({ name, certificate: { id } })),
});
const holders = async () => {
  const snis = await rig.list("/snis");
  return Object.fromEntries(snis.map(({ name, certificate: of }) => [name, (of as { readonly id: string }).id]));
};
const shorten = (lines: readonly string[]) => lines.map((line) => line.replace(A, "A").replace(B, "B"));

test("a certificate comes with its names, in one request", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "b.test", "a.test")] }));
  expect(shorten(rig.writes())).toEqual(["POST /certificates 201"]);
  expect(await holders()).toEqual({ "a.test": A, "b.test": A });
  expect(await rig.get(`/certificates/${A}`)).toMatchObject({ tags: [TAG] });
  rig.database.doubt();
  expect(await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test", "b.test")] }))).toMatchObject({
    kind: "unchanged",
  });
});

test("a renewed one keeps them", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test")] }));
  rig.writes();
  await rig.push(payloadOf({ certificates: [certificate(A, two, "a.test")] }));
  expect(shorten(rig.writes())).toEqual(["PATCH /certificates/A 200"]);
  expect(await holders()).toEqual({ "a.test": A });
  expect(await rig.get(`/certificates/${A}`)).toMatchObject({ cert: two.cert, key: two.key });
});

test("names come and go", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test", "b.test")] }));
  rig.writes();
  await rig.push(payloadOf({ certificates: [certificate(A, one, "b.test", "c.test")] }));
  expect(shorten(rig.writes())).toEqual(["PATCH /certificates/A 200"]);
  expect(await holders()).toEqual({ "b.test": A, "c.test": A });
  await rig.push(payloadOf({ certificates: [certificate(A, one)] }));
  expect(await holders()).toEqual({});
});

test("a name that goes over to a new certificate is never without one", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test", "b.test")] }));
  rig.writes();
  await rig.push(payloadOf({ certificates: [certificate(A, one, "b.test"), certificate(B, two, "a.test", "c.test")] }));
  expect(shorten(rig.writes())).toEqual(["POST /certificates 201", "PATCH /snis/a.test 200"]);
  expect(await holders()).toEqual({ "a.test": B, "b.test": A, "c.test": B });
});

test("so is one whose certificate goes", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test")] }));
  rig.writes();
  await rig.push(payloadOf({ certificates: [certificate(B, two, "a.test")] }));
  expect(shorten(rig.writes())).toEqual([
    "POST /certificates 201",
    "PATCH /snis/a.test 200",
    "DELETE /certificates/A 204",
  ]);
  expect(await holders()).toEqual({ "a.test": B });
});

test("two certificates that exchange their names", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test"), certificate(B, two, "b.test")] }));
  rig.writes();
  await rig.push(payloadOf({ certificates: [certificate(A, one, "b.test"), certificate(B, two, "a.test")] }));
  expect(shorten(rig.writes()).sort()).toEqual(["PATCH /snis/a.test 200", "PATCH /snis/b.test 200"]);
  expect(await holders()).toEqual({ "a.test": B, "b.test": A });
});

test("the same certificate under another id is the one that is there", async () => {
  await rig.push(payloadOf({ certificates: [certificate(A, one, "a.test")] }));
  rig.writes();
  const service = { name: "web", host: "h", protocol: "https", client_certificate: B };
  expect(
    await rig.push(payloadOf({ certificates: [certificate(B, one, "a.test")], services: [service] })),
  ).toMatchObject({
    kind: "accepted",
  });
  expect(rig.writes()).toEqual(["POST /services 201"]);
  expect(await rig.get("/services/web")).toMatchObject({ client_certificate: { id: A } });
});

test("a client certificate goes after the service that showed it got another one", async () => {
  const service = (id: string) => ({ name: "web", host: "h", protocol: "https", client_certificate: id });
  await rig.push(payloadOf({ certificates: [certificate(A, one)], services: [service(A)] }));
  rig.writes();
  await rig.push(payloadOf({ certificates: [certificate(B, two)], services: [service(B)] }));
  expect(shorten(rig.writes()).map((line) => line.replace(/services\/\S+/, "services/web"))).toEqual([
    "POST /certificates 201",
    "PATCH /services/web 200",
    "DELETE /certificates/A 204",
  ]);
});

test("a name that somebody else's certificate has is refused, and stays there", async () => {
  await rig.write("PUT", `/certificates/${A}`, { ...one, snis: ["a.test"] });
  const outcome = await rig.push(
    payloadOf({ certificates: [certificate(B, two, "a.test")], services: [{ name: "web", host: "h" }] }),
  );
  expect(outcome).toMatchObject({ kind: "rejected", rejections: [{ entityType: "certificate", field: "snis" }] });
  expect(await holders()).toEqual({ "a.test": A });
  expect((await rig.list("/services")).length).toBe(1);
});
