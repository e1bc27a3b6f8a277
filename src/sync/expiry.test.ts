import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { ObjectStore } from "../store/object-store.ts";
import { indexes } from "../translate/indexes.ts";
import { PROFILE, SETTINGS } from "../translate/testing/compile.ts";
import { compilationsOf } from "./compilation.ts";

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "expiry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** When the certificates are made, to the second. */
const START = Math.floor(Date.now() / 1000) * 1000;

function ca(name: string, days: number) {
  const file = join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${file}.key`];
  const out = ["-subj", `/CN=${name}`, "-days", String(days), "-out", file];
  execFileSync("openssl", ["req", "-x509", ...key, ...out], { stdio: "ignore" });
  const cert = readFileSync(file, "utf8");
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop", labels: { "konghq.com/ca-cert": "true" } },
    data: { id: `8214a145-a328-4c56-ab72-2973a56d4ea${days}`, cert },
  };
}

test("a CA certificate leaves the document when it expires, and nothing else is compiled again", async () => {
  const clock = new ManualClock(START);
  const store = new ObjectStore(indexes);
  store.set(ca("soon", 1));
  store.set(ca("late", 3));
  const touched: string[] = [];
  store.listen({ touched: (source) => touched.push(source) });
  const compilation = compilationsOf(store, SETTINGS, clock, () => (_, value) => value)(PROFILE);
  const ids = async () => {
    await compilation.run();
    const document = JSON.parse((await compilation.encode()).bytes.toString()) as {
      ca_certificates?: { id: string }[];
    };
    return (document.ca_certificates ?? []).map(({ id }) => id.at(-1)).sort();
  };
  expect(await ids()).toEqual(["1", "3"]);
  await clock.advance(DAY - 1000);
  expect(touched).toEqual([]);
  expect(compilation.settled).toBe(true);

  await clock.advance(60_000);
  expect(touched).toEqual(["ConfigMap/shop/soon"]);
  expect(compilation.settled).toBe(false);
  expect(await ids()).toEqual(["3"]);
  expect(compilation.problems()).toMatchObject([{ code: "ca-invalid", object: { name: "soon" } }]);
  await clock.advance(DAY);
  expect(touched).toHaveLength(1);

  await clock.advance(2 * DAY);
  expect(await ids()).toEqual([]);
  compilation.close();
  expect(clock.pending).toBe(0);
});

test("a clock that is set anew is noticed within the hour", async () => {
  const clock = new ManualClock(START);
  const store = new ObjectStore(indexes);
  store.set(ca("soon", 1));
  const compilation = compilationsOf(store, SETTINGS, clock, () => (_, value) => value)(PROFILE);
  await compilation.run();
  clock.jump(2 * DAY);
  await clock.advance(60 * 60 * 1000);
  expect(compilation.settled).toBe(false);
  compilation.close();
});
