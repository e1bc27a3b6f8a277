import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../src/base/clock.ts";
import { runCommand } from "../src/cli/command-rig.ts";
import { parseFlags } from "../src/cli/flags/parse.ts";
import { compileFiles } from "../src/cli/offline.ts";
import { printableDocument } from "../src/translate/document.ts";
import { type Mode, PushRig, payloadFrom } from "./pushes/rig.ts";
import { Manifests, website } from "./support/manifests.ts";

const CONSUMER = `apiVersion: v1
kind: Secret
metadata: { name: ann-key, namespace: shop, labels: { konghq.com/credential: key-auth } }
stringData: { key: annssecretkey }
---
apiVersion: v1
kind: Secret
metadata: { name: log, namespace: shop }
stringData: { endpoint: '"http://log.test/token-0815"', header: '"a-short-one"' }
---
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: { name: ann, namespace: shop, annotations: { kubernetes.io/ingress.class: kong } }
username: ann
credentials: [ann-key]
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: log, namespace: shop }
plugin: http-log
config: { timeout: TIMEOUT }
configPatches: [{ path: /http_endpoint, valueFrom: { secretKeyRef: { name: log, key: endpoint } } }]
`;

let manifests: Manifests;
let rig: PushRig;
beforeEach(() => {
  manifests = new Manifests();
  write();
});
afterEach(async () => {
  await rig.close();
  manifests.remove();
});

function write({ host = "web", timeout = 1000, path = "/" } = {}): void {
  const site = website("web", path).replace("web.test", `${host}.test`);
  const service = site.replace("namespace: shop }", "namespace: shop, annotations: { konghq.com/plugins: log } }");
  manifests.write("all.yaml", `${service}---\n${CONSUMER.replace("TIMEOUT", String(timeout))}`);
}

const diff = (argv: readonly string[], columns?: number, environment: Record<string, string> = {}) =>
  runCommand(["diff", ...argv], { columns, environment });

/** Brings the gateway to what the manifests say. */
async function apply(): Promise<void> {
  const flags = parseFlags("translate", [], {});
  if ("cause" in flags) throw new Error(flags.cause);
  const context = { flags: flags.value, clock: systemClock } as Parameters<typeof compileFiles>[0];
  const { document } = (await compileFiles(context, [manifests.path])).compiler;
  const sections = new Map(document.names().map((section) => [section, document.entities(section)]));
  expect(await rig.push(payloadFrom(sections, printableDocument(document)))).toMatchObject({ kind: "accepted" });
}

describe.each<Mode>(["db-less", "database"])("%s", (mode) => {
  beforeEach(async () => {
    rig = await PushRig.start(mode);
  });
  const flags = () => ["-f", manifests.path, `--kong-admin-url=${rig.preview.adminUrl}`];

  test("an empty gateway: everything would be made, with the object behind each; exit 1, and nothing is written", async () => {
    const { code, out } = await diff(flags());
    expect(code).toBe(1);
    const without = mode === "database" ? "with" : "without";
    expect(out.split("\n")[0]).toBe(`${rig.preview.adminUrl} (Kong 3.9.1, ${without} a database)`);
    expect(out).toMatch(/^\+ service shop\.web\.80 {2,}Service shop\/web$/m);
    expect(out).toMatch(/^\+ route \S+ {2,}Ingress shop\/web$/m);
    expect(out).toMatch(/^\+ keyauth_credential of consumer ann {2,}Secret shop\/ann-key, KongConsumer shop\/ann$/m);
    expect(out).toMatch(/^\+ plugin http-log on service shop\.web\.80 {2,}KongPlugin shop\/log, Service shop\/web$/m);
    expect(out).toMatch(/^\d+ to create, 0 to change, 0 to delete$/m);
    expect(out).not.toContain("annssecretkey");
    expect(rig.writes()).toEqual([]);
  });

  test("a gateway that holds it: exit 0", async () => {
    await apply();
    expect(await diff(flags())).toMatchObject({ code: 0, out: expect.stringContaining("nothing would change") });
    const json = await diff(["--manifests", manifests.path, flags()[2]!, "-o", "json"]);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toEqual({
      gateways: [{ url: rig.preview.adminUrl, version: "3.9.1", database: mode === "database", changes: [] }],
    });
  });

  test("what changes, field by field; what comes from a Secret is not shown, nor is the rest of such a plugin", async () => {
    await apply();
    write({ timeout: 2000, path: "/x" });
    const { code, out } = await diff(flags());
    expect(code).toBe(1);
    expect(out).toMatch(/^ {6}paths: \["\/"\] → \["\/x\/","~\/x\$"\]$/m);
    expect(out).toMatch(/^ {6}config\.timeout: "\[redacted\]" → "\[redacted\]"$/m);
    expect(out).toMatch(/^0 to create, 2 to change, 0 to delete$/m);
    expect(out).not.toContain("token-0815");
  });

  test("what would go names the object that it came from by its tags", async () => {
    await apply();
    write({ host: "other" });
    const { out } = await diff([...flags(), "-o", "json"]);
    const [{ changes }] = (
      JSON.parse(out) as { gateways: [{ changes: { action: string; type: string; objects: unknown[] }[] }] }
    ).gateways;
    expect(changes.map(({ action, type }) => `${action} ${type}`).sort()).toEqual(["create route", "delete route"]);
    for (const { objects } of changes)
      expect(objects).toEqual([expect.objectContaining({ kind: "Ingress", name: "web" })]);
  });

  test("colours for a terminal, unless nobody wants any", async () => {
    expect((await diff(flags(), 80)).out).toContain("\u001b[32m+ service");
    expect((await diff(flags(), 80, { NO_COLOR: "1" })).out).not.toContain("\u001b");
    expect((await diff(flags())).out).not.toContain("\u001b");
  });
});

describe("what cannot be compared", () => {
  beforeEach(async () => {
    rig = await PushRig.start("database");
  });

  test("no files, or gateways to be looked for: wrong usage", async () => {
    expect(await diff([`--kong-admin-url=${rig.preview.adminUrl}`])).toMatchObject({
      code: 2,
      err: expect.stringContaining("-f"),
    });
    expect(await diff(["-f", manifests.path, "--kong-admin-svc=kong/admin"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--kong-admin-url"),
    });
    expect((await diff(["-f", manifests.path, "-o", "xml"])).code).toBe(2);
  });

  test("a gateway that is not there: its address and the cause, and not the exit code of a difference", async () => {
    const { code, out, err } = await diff(["-f", manifests.path, "--kong-admin-url=http://127.0.0.1:1"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("http://127.0.0.1:1: connect ECONNREFUSED");
  });
});
