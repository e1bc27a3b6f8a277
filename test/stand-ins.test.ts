import { afterEach, beforeEach, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import type { PreviewOptions } from "../src/preview/options.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests, website } from "./support/manifests.ts";

/** `--use-last-valid-config-for-fallback` from outside: what is refused stands as it was accepted last. The controller is a process, the gateway is in this one. */

let manifests: Manifests;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  manifests = new Manifests();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  manifests.remove();
});

function controller({ adminUrl }: Preview, ...args: readonly string[]): ControllerProcess {
  const made = new ControllerProcess([
    `--manifests=${manifests.path}`,
    `--kong-admin-url=${adminUrl}`,
    "--use-last-valid-config-for-fallback",
    "--proxy-sync-seconds=0.2",
    "--dump-config",
    "--diagnostic-server-port=0",
    ...args,
  ]);
  closers.push(() => made.remove());
  return made;
}

async function preview(options: PreviewOptions = {}): Promise<Preview> {
  const made = await startPreview(options);
  closers.push(() => made.close());
  return made;
}

const pushes = (gateway: Preview) =>
  gateway.recording.requests().filter(({ method, target }) => method === "POST" && target.startsWith("/config")).length;

/** An Ingress of which a gateway with the fault `BAD` takes nothing when it is `bad`. */
function site(name: string, path: string, more: { readonly bad?: boolean; readonly plugins?: string } = {}): string {
  const annotations = `konghq.com/tags: "${more.bad === true ? "bad" : "fine"}", konghq.com/plugins: "${more.plugins ?? ""}"`;
  return website(name, path).replace(
    `kind: Ingress\nmetadata: { name: ${name}, namespace: shop }`,
    `kind: Ingress\nmetadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }`,
  );
}

const BAD = { kind: "reject", tags: ["bad"], message: "not like this" } as const;

/** Host and path of each route that the gateway has. */
async function routes({ adminUrl }: Preview): Promise<readonly string[]> {
  const answer = await fetch(`${adminUrl}/routes`);
  const { data } = (await answer.json()) as { readonly data: readonly { hosts: string[]; paths: string[] }[] };
  return data.map(({ hosts, paths }) => `${hosts[0] ?? ""}${paths.find((path) => !path.startsWith("~")) ?? ""}`).sort();
}

const serves = (gateway: Preview, ...wanted: readonly string[]) =>
  eventually(async () => (await routes(gateway)).join() === wanted.join());

async function fallback(one: ControllerProcess) {
  const [, text] = await one.get("/debug/config/fallback", "diagnostics");
  const { status, brokenObjects, excludedObjects, backfilledObjects } = JSON.parse(text) as Readonly<
    Record<string, { readonly kind: string; readonly name: string }[]>
  >;
  const names = (list: typeof brokenObjects) => list?.map(({ kind, name }) => `${kind} ${name}`).sort();
  return {
    status,
    broken: names(brokenObjects),
    excluded: names(excludedObjects),
    backfilled: names(backfilledObjects),
  };
}

test("what is refused after a change stands as it was, everybody else goes on with one extra push, and it comes back mended", async () => {
  const gateway = await preview({ faults: [BAD] });
  manifests.write("all.yaml", `${site("a", "/a")}---\n${site("b", "/b")}`);
  const one = controller(gateway);
  await one.ready();
  await serves(gateway, "a.test/a/", "b.test/b/");
  const before = pushes(gateway);

  manifests.write("all.yaml", `${site("a", "/broken", { bad: true })}---\n${site("b", "/b2")}`);
  await serves(gateway, "a.test/a/", "b.test/b2/");
  expect(pushes(gateway) - before).toBe(2);
  await eventually(() => one.lines("rejected-by-gateway").length > 0);
  expect(one.lines("rejected-by-gateway")[0]).toMatch(/Ingress shop\/a: .*stand as they were accepted last/);
  const items = ["Ingress a"];
  expect(await fallback(one)).toEqual({ status: "triggered", broken: items, excluded: items, backfilled: items });
  const [, metrics] = await one.get("/metrics", "metrics");
  expect(metrics).toMatch(/^ingress_controller_fallback_configuration_push_count\{.*success="true".*\} 1$/m);
  expect(metrics).toMatch(/^ingress_controller_fallback_cache_generation_duration_milliseconds_count\{.*\} 1$/m);

  // Others come, change and go, one push each, and it still stands.
  manifests.write("all.yaml", `${site("a", "/broken", { bad: true })}---\n${site("c", "/c")}`);
  await serves(gateway, "a.test/a/", "c.test/c/");
  expect(pushes(gateway) - before).toBe(3);

  manifests.write("all.yaml", `${site("a", "/mended")}---\n${site("c", "/c")}`);
  await serves(gateway, "a.test/mended/", "c.test/c/");
  expect(pushes(gateway) - before).toBe(4);
  expect((await fallback(one)).status).toBe("not-triggered");

  // What is deleted while it stands in is gone.
  manifests.write("all.yaml", `${site("a", "/again", { bad: true })}---\n${site("c", "/c2")}`);
  await serves(gateway, "a.test/mended/", "c.test/c2/");
  manifests.write("all.yaml", site("c", "/c2"));
  await serves(gateway, "c.test/c2/");
});

test("nothing is remembered across a restart: then it is left out", async () => {
  const gateway = await preview({ faults: [BAD] });
  manifests.write("all.yaml", `${site("a", "/a")}---\n${site("b", "/b")}`);
  const before = controller(gateway);
  await before.ready();
  manifests.write("all.yaml", `${site("a", "/broken", { bad: true })}---\n${site("b", "/b2")}`);
  await serves(gateway, "a.test/a/", "b.test/b2/");
  await before.stop();
  const after = controller(gateway);
  await after.ready();
  await serves(gateway, "b.test/b2/");
  expect((await fallback(after)).backfilled).toEqual([]);
});

const LIMIT = (config: string) =>
  `apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: { name: limit, namespace: shop }\nplugin: rate-limiting\n${config}\n`;
const CANARY = "canary-5a1c-canary";
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: limits, namespace: shop }
stringData: { config: '{ "minute": 5, "error_message": "${CANARY}" }' }
`;

test("a plugin that pre-flight refuses stands as it was with what uses it, so that no route is lost or left open, and shows no Secret", async () => {
  const gateway = await preview();
  manifests.write(
    "all.yaml",
    `${SECRET}---\n${LIMIT("configFrom: { secretKeyRef: { name: limits, key: config } }")}---\n${site("a", "/a", { plugins: "limit" })}---\n${site("b", "/b")}`,
  );
  const one = controller(gateway);
  await one.ready();
  const before = pushes(gateway);
  manifests.write(
    "all.yaml",
    `${SECRET}---\n${LIMIT("config: { minute: many }")}---\n${site("a", "/a2", { plugins: "limit" })}---\n${site("b", "/b2")}`,
  );
  await serves(gateway, "a.test/a/", "b.test/b2/");
  expect(pushes(gateway) - before).toBe(1);
  const plugins = (await (await fetch(`${gateway.adminUrl}/plugins`)).json()) as {
    readonly data: readonly { readonly config: { readonly minute: number } }[];
  };
  expect(plugins.data.map(({ config }) => config.minute)).toEqual([5]);
  expect(await fallback(one)).toEqual({
    status: "triggered",
    broken: ["KongPlugin limit"],
    excluded: ["Ingress a", "KongPlugin limit"],
    backfilled: ["Ingress a", "KongPlugin limit"],
  });
  await eventually(() => one.lines("kong-refuses").some((line) => line.includes("stands as it was accepted last")));
  // It takes from a Secret, though what it is now does not.
  const [, dump] = await one.get("/debug/config/successful", "diagnostics");
  expect(dump).toContain("rate-limiting");
  expect(dump + one.log).not.toContain(CANARY);
  manifests.write(
    "all.yaml",
    `${LIMIT("config: { minute: 6 }")}---\n${site("a", "/a2", { plugins: "limit" })}---\n${site("b", "/b2")}`,
  );
  await serves(gateway, "a.test/a2/", "b.test/b2/");
});

test("with a database the former version stays, what others change is written, and it goes on once nobody is in the way", async () => {
  const gateway = await preview({ database: "memory" });
  const service = (name: string) => website(name).split("---\n")[0]!;
  const ingress = (path: string, backend: string) =>
    website("a", path).split("---\n")[1]!.replace("service: { name: a,", `service: { name: ${backend},`);
  const write = (...documents: readonly string[]) =>
    manifests.write("all.yaml", [service("a"), ...documents].join("---\n"));
  write(service("other"), ingress("/a", "a"), website("b", "/b"));
  const one = controller(gateway);
  await one.ready();
  await serves(gateway, "a.test/a/", "b.test/b/");
  // Somebody else has what it asks for next.
  await fetch(`${gateway.adminUrl}/services`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "shop.other.80", host: "theirs.test" }),
  });
  write(service("other"), ingress("/other", "other"), website("b", "/b2"));
  await serves(gateway, "a.test/a/", "b.test/b2/");
  await eventually(async () => (await fallback(one)).backfilled?.includes("Ingress a") === true);

  await fetch(`${gateway.adminUrl}/services/shop.other.80`, { method: "DELETE" });
  // What was refused is the Service: it gets another chance when it changes.
  write(service("other").replace("other.example", "moved.example"), ingress("/other", "other"), website("b", "/b2"));
  await serves(gateway, "a.test/other/", "b.test/b2/");
  expect((await fallback(one)).status).toBe("not-triggered");
});
