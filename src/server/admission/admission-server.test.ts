import { X509Certificate } from "node:crypto";
import { createServer } from "node:net";
import { connect } from "node:tls";
import { Hono } from "hono";
import { afterEach, expect, test, vi } from "vitest";
import { createLog } from "../../base/log.ts";
import { ManualClock } from "../../base/manual-clock.ts";
import { makePair, type Pair } from "../../kong/testing/certificates.ts";
import { AdmissionServer, type AdmissionServerOptions } from "./admission-server.ts";

const HOST = "127.0.0.1";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function rig(options: Partial<AdmissionServerOptions> = {}) {
  const clock = new ManualClock();
  const files = new Map<string, string>();
  const lines: string[] = [];
  const server = new AdmissionServer({
    app: new Hono().get("/", (c) => c.text("hello")),
    address: { host: HOST, port: 0 },
    certificate: { file: "/tls.crt" },
    key: { file: "/tls.key" },
    readText: async (path) => {
      const text = files.get(path);
      if (text === undefined) throw new Error("ENOENT");
      return text;
    },
    clock,
    log: createLog({ level: "info", format: "text", sink: { write: (line) => void lines.push(line) }, now: () => 0 }),
    ...options,
  });
  closers.push(() => server.close());
  const write = ({ cert, key }: Pair) => void files.set("/tls.crt", cert).set("/tls.key", key);
  return { server, files, write, lines, advance: (ms: number) => clock.advance(ms) };
}

/** The name in the certificate that a server shows, and the version of TLS that was agreed on. */
function shown(port: number, options: { readonly maxVersion?: "TLSv1.1" | "TLSv1.2" } = {}) {
  return new Promise<{ readonly name: string; readonly version: string | null }>((resolve, reject) => {
    const least = options.maxVersion === undefined ? {} : ({ minVersion: "TLSv1", ...options } as const);
    const socket = connect({ host: HOST, port, rejectUnauthorized: false, ...least, ciphers: "DEFAULT@SECLEVEL=0" });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const { subject } = new X509Certificate(socket.getPeerCertificate().raw);
      resolve({ name: subject, version: socket.getProtocol() });
      socket.destroy();
    });
  });
}

test("it serves over TLS 1.2 and 1.3, and nothing older", async () => {
  const { server, write } = rig();
  write(makePair("one"));
  const port = (await server.start())!;
  expect(await shown(port)).toEqual({ name: "CN=one", version: "TLSv1.3" });
  expect(await shown(port, { maxVersion: "TLSv1.2" })).toMatchObject({ version: "TLSv1.2" });
  await expect(shown(port, { maxVersion: "TLSv1.1" })).rejects.toThrow();
});

test("a certificate that is renewed is shown to whoever connects next", async () => {
  const { server, write, advance, lines } = rig();
  write(makePair("one"));
  const port = (await server.start())!;
  write(makePair("two"));
  await advance(5000);
  expect(await shown(port)).toMatchObject({ name: "CN=two" });
  expect(lines.filter((line) => line.includes("new certificate"))).toHaveLength(1);
});

test("a certificate whose key comes a moment later is not used before, and nothing is said of it", async () => {
  const { server, files, write, advance, lines } = rig();
  write(makePair("one"));
  const port = (await server.start())!;
  files.set("/tls.crt", makePair("two").cert);
  await advance(5000);
  expect(await shown(port)).toMatchObject({ name: "CN=one" });
  files.set("/tls.key", makePair("two").key);
  await advance(5000);
  expect(await shown(port)).toMatchObject({ name: "CN=two" });
  expect(lines.filter((line) => line.includes("error"))).toEqual([]);
});

test("files that stay broken, or are gone, are said once; the certificate stays", async () => {
  const { server, files, write, advance, lines } = rig();
  write(makePair("one"));
  const port = (await server.start())!;
  files.set("/tls.key", "canary");
  for (let round = 0; round < 4; round++) await advance(5000);
  const errors = lines.filter((line) => line.includes("error"));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("keeps the certificate it has");
  expect(errors.join()).not.toContain("canary");
  files.delete("/tls.key");
  for (let round = 0; round < 4; round++) await advance(5000);
  expect(lines.at(-1)).toContain("cannot read /tls.key (--admission-webhook-key-file): ENOENT");
  expect(await shown(port)).toMatchObject({ name: "CN=one" });
});

test("without a certificate it waits for one, and then listens", async () => {
  const { server, write, advance, lines } = rig();
  expect(await server.start()).toBeUndefined();
  expect(lines).toEqual([
    expect.stringContaining("listens as soon as there is a certificate that works: cannot read /tls.crt"),
  ]);
  write(makePair("one"));
  await advance(1000);
  const line = await vi.waitUntil(() => /Listening admission=(\d+)/.exec(lines.at(-1)!));
  const port = Number(line[1]);
  expect(await shown(port)).toMatchObject({ name: "CN=one" });
});

test("texts that are no certificate will never be one: it does not start", async () => {
  const { cert, key } = makePair("one");
  const other = makePair("two");
  for (const [certificate, secret] of [
    ["nonsense", key],
    [cert, "canary"],
    [cert, other.key],
    ["", ""],
  ] as const) {
    const { server } = rig({ certificate: { text: certificate }, key: { text: secret } });
    await expect(server.start()).rejects.toThrow("--admission-webhook-cert and --admission-webhook-key");
    await expect(server.start()).rejects.not.toThrow("canary");
  }
  const { server } = rig({ certificate: { text: cert }, key: { text: key } });
  expect(await shown((await server.start())!)).toMatchObject({ name: "CN=one" });
});

test("a port that is taken ends the start", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, HOST, resolve));
  const { port } = other.address() as { readonly port: number };
  const { server, write } = rig({ address: { host: HOST, port } });
  write(makePair("one"));
  await expect(server.start()).rejects.toThrow("choose another address with --admission-webhook-listen");
  await new Promise((resolve) => other.close(resolve));
});
