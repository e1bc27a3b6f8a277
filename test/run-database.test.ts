import { afterEach, beforeEach, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests, website } from "./support/manifests.ts";

/** A controller and a gateway with a database, seen from outside: the controller is a process, the gateway is in this one. */

let manifests: Manifests;
let gateway: Preview;
const controllers: ControllerProcess[] = [];

beforeEach(async () => {
  manifests = new Manifests();
  manifests.write("web.yaml", website("web"));
  gateway = await startPreview({ database: "memory" });
});
afterEach(async () => {
  for (const one of controllers.splice(0)) await one.remove();
  await gateway.close();
  manifests.remove();
});

function controller(...args: readonly string[]): ControllerProcess {
  const made = new ControllerProcess([
    `--manifests=${manifests.path}`,
    `--kong-admin-url=${gateway.adminUrl}`,
    ...args,
  ]);
  controllers.push(made);
  return made;
}

async function ask(path: string, init?: RequestInit): Promise<{ readonly data?: readonly Record<string, unknown>[] }> {
  const answer = await fetch(`${gateway.adminUrl}${path}`, init);
  return answer.status === 204 ? {} : ((await answer.json()) as { data?: Record<string, unknown>[] });
}

const names = async (path: string) => (await ask(path)).data?.map(({ name }) => String(name)).sort() ?? [];
const hosts = async () => (await ask("/routes")).data?.flatMap(({ hosts: list }) => list as string[]).sort() ?? [];
const writes = () =>
  gateway.recording
    .requests()
    .flatMap(({ method, target }) => (method === "GET" ? [] : [`${method} ${target.split("/")[1] ?? ""}`]));

test("it is configured entity by entity, a change is what changes, and a controller that comes again writes nothing", async () => {
  const one = controller();
  await one.ready();
  expect(await names("/services")).toEqual(["shop.web.80"]);
  expect(writes().filter((line) => line.endsWith(" config"))).toEqual([]);
  const [, metrics] = await one.get("/metrics", "metrics");
  expect(metrics).toMatch(/^ingress_controller_configuration_push_count\{.*protocol="deck".*\} 1$/m);

  gateway.recording.clear();
  manifests.write("web.yaml", website("web", "/other"));
  await eventually(async () => JSON.stringify(await ask("/routes")).includes("/other"));
  expect(writes()).toEqual(["PATCH routes"]);

  expect(await one.stop()).toBe(0);
  gateway.recording.clear();
  const again = controller();
  await again.ready();
  expect(writes()).toEqual([]);
});

test("what somebody else's entity is in the way of is left out and said; the rest is there, and all of it once the way is free", async () => {
  await ask("/services", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "shop.web.80", host: "theirs.test" }),
  });
  manifests.write("api.yaml", website("api"));
  const one = controller("--proxy-sync-seconds=0.2");
  await one.ready();
  await eventually(async () => (await hosts()).join() === "api.test");
  expect(await names("/services")).toEqual(["shop.api.80", "shop.web.80"]);
  await eventually(() => one.lines("rejected-by-gateway").some((line) => line.includes("shop/web")));

  await ask("/services/shop.web.80", { method: "DELETE" });
  // What was refused stays left out until it, or something it uses, changes.
  manifests.write("web.yaml", website("web").replace("web.example", "www.example"));
  await eventually(async () => (await hosts()).join() === "api.test,web.test");
});

test("with --enable-reverse-sync another hand's change is put right without any other reason", async () => {
  const one = controller("--enable-reverse-sync", "--proxy-sync-seconds=1");
  await one.ready();
  const [route] = (await ask("/routes")).data!;
  await ask(`/routes/${String(route!["id"])}`, { method: "DELETE" });
  await eventually(async () => (await hosts()).join() === "web.test");
  expect(one.lines("another configuration than it took")).toHaveLength(1);
});

test("a gateway without a database and --skip-ca-certificates do not go together: degraded, with the flag to take away", async () => {
  const plain = await startPreview();
  const one = new ControllerProcess([
    `--manifests=${manifests.path}`,
    `--kong-admin-url=${plain.adminUrl}`,
    "--skip-ca-certificates",
  ]);
  controllers.push(one);
  await eventually(() => one.lines("leave --skip-ca-certificates out").length > 0);
  expect((await one.get("/readyz"))[0]).toBe(503);
  await plain.close();
});
