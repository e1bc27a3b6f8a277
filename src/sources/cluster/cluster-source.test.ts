import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../kubernetes/until.ts";
import { ClusterRig, OLD_WIDGETS, SERVICES, services, WIDGETS } from "./cluster-rig.ts";
import { CRD_PATH } from "./crd-watch.ts";

let rig: ClusterRig;
beforeEach(async () => {
  rig = await ClusterRig.start();
});
afterEach(() => rig.end());

const phase = (kind: string) => rig.source.states().get(kind)?.phase;
const putService = (name: string, namespace = "shop") => rig.server.put(SERVICES, { namespace, name });
const putWidget = (name: string) => rig.server.put(WIDGETS, { namespace: "shop", name });

test("objects of all kinds arrive, and changes follow", async () => {
  rig.installWidgets(["v1", "v1beta1"]);
  putService("a");
  putWidget("w");
  rig.source.start();
  await rig.complete();
  expect(rig.sink.keys).toEqual(["Service/shop/a", "Widget/shop/w"]);
  expect(rig.source.states().get("Widget")).toEqual({ phase: "watching", version: "v1", objects: 1 });
  rig.server.remove(WIDGETS, "shop", "w");
  putService("b");
  await until(() => rig.sink.keys.join() === "Service/shop/a,Service/shop/b");
  expect([rig.source.missing(), rig.source.problems()]).toEqual([[], []]);
});

describe("nothing is complete before every list is", () => {
  test("a kind whose list fails blocks, and is named with its cause", async () => {
    rig.failing((r) => r.path === SERVICES, { status: 500 });
    rig.source.start();
    await until(() => rig.source.states().get("Widget")?.phase === "absent");
    await until(() => rig.source.missing()[0]?.reason.includes("500") === true);
    expect(rig.source.missing().map(({ kind }) => kind)).toEqual(["Service"]);
    expect(rig.source.complete).toBe(false);
    rig.server.fault = () => undefined;
    await rig.eventually(() => rig.source.complete);
  });

  test("a list that hangs blocks", async () => {
    rig.failing((r) => r.path === SERVICES, "hang");
    rig.source.start();
    await until(() => phase("Widget") === "absent");
    expect(rig.source.missing()).toEqual([{ kind: "Service", reason: "its first list is not complete" }]);
  });

  test("as long as the definitions are not listed no custom kind is taken for absent, whatever its own path answers", async () => {
    rig.failing((r) => r.path === CRD_PATH, { status: 404 });
    rig.source.start();
    await until(() => rig.source.missing().some(({ kind, reason }) => kind === "Widget" && reason.includes("404")));
    expect(rig.source.complete).toBe(false);
    rig.server.fault = () => undefined;
    await rig.eventually(() => rig.source.complete);
    expect(phase("Widget")).toBe("absent");
  });

  test("once complete it stays so, whatever fails later", async () => {
    rig.source.start();
    await rig.complete();
    await rig.server.stop();
    await until(() => rig.source.states().get("Service")?.phase === "watching");
    await rig.clock.advance(120_000);
    expect(rig.source.complete).toBe(true);
    expect(rig.source.states().get("Service")).toMatchObject({
      failure: { message: expect.stringContaining("ECONN") },
    });
    await rig.server.start();
  });
});

describe("kinds that come and go", () => {
  test("a definition that appears later is picked up", async () => {
    rig.source.start();
    await rig.complete();
    expect(phase("Widget")).toBe("absent");
    putWidget("w");
    rig.installWidgets(["v1"]);
    await until(() => rig.sink.objects.has("Widget/shop/w"));
  });

  test("the version that is served is read", async () => {
    rig.installWidgets(["v1beta1"]);
    rig.server.put(OLD_WIDGETS, { namespace: "shop", name: "w" });
    rig.source.start();
    await rig.complete();
    expect(rig.sink.objects.get("Widget/shop/w")!.apiVersion).toBe("example.com/v1beta1");
  });

  test("a better version that appears is moved to; what kept its resourceVersion comes in the new form", async () => {
    rig.installWidgets(["v1beta1"]);
    const { metadata } = rig.server.put(OLD_WIDGETS, { namespace: "shop", name: "w" });
    rig.server.put(OLD_WIDGETS, { namespace: "shop", name: "gone" });
    rig.source.start();
    await rig.complete();
    rig.failing((r) => r.path === WIDGETS && !r.watch, {
      status: 200,
      body: { metadata: { resourceVersion: "999" }, items: [{ metadata }] },
    });
    rig.installWidgets(["v1", "v1beta1"]);
    await until(() => rig.sink.objects.get("Widget/shop/w")?.apiVersion === "example.com/v1");
    await until(() => !rig.sink.objects.has("Widget/shop/gone"));
    expect(rig.sink.calls.filter((call) => call.startsWith("delete"))).toEqual(["delete Widget/shop/gone"]);
  });

  test("a definition that changes in other ways disturbs nothing", async () => {
    rig.installWidgets(["v1"]);
    rig.source.start();
    await rig.complete();
    const discovered = () => rig.lists("/apis/example.com/v1").length;
    expect(discovered()).toBe(1);
    rig.installWidgets(["v1"]);
    await until(() => discovered() === 2);
    await until(() => rig.lists(WIDGETS).length > 1, 50).catch(() => undefined);
    expect(rig.lists(WIDGETS)).toHaveLength(1);
  });

  test("one that appears later and cannot be listed does not take back what was complete", async () => {
    rig.source.start();
    await rig.complete();
    rig.failing((r) => r.path === WIDGETS, { status: 500 });
    rig.installWidgets(["v1"]);
    await until(() => rig.source.missing().length === 1);
    expect(rig.source.complete).toBe(true);
  });

  test("a definition that is promised but not served yet blocks, until it is", async () => {
    rig.installWidgets([], ["v1"]);
    rig.source.start();
    await until(() => rig.source.missing()[0]?.reason.includes("does not serve the kind yet") === true);
    rig.installWidgets(["v1"]);
    await rig.eventually(() => rig.source.complete);
    expect(phase("Widget")).toBe("watching");
  });

  test("a definition in other versions only is no obstacle, and is said", async () => {
    rig.installWidgets([], ["v1alpha1"]);
    rig.source.start();
    await rig.complete();
    expect(phase("Widget")).toBe("unserved");
    expect(rig.source.problems()).toMatchObject([
      {
        code: "kind-version-not-served",
        object: { name: "widgets.example.com" },
        message: expect.stringContaining("v1alpha1"),
      },
    ]);
  });

  test("a bare 404 is a failed list: the objects stay", async () => {
    rig.installWidgets(["v1"]);
    putWidget("w");
    rig.source.start();
    await rig.complete();
    await until(() => rig.server.watchers === 3);
    rig.failing((r) => r.path === WIDGETS, { status: 404 });
    rig.server.endWatches("reset");
    await rig.eventually(() => rig.source.states().get("Widget")?.phase === "watching" && failing("Widget") === 404);
    await rig.clock.advance(60_000);
    expect(rig.sink.objects.has("Widget/shop/w")).toBe(true);
  });

  test("a definition that is deleted takes its objects along; one that comes back brings its own", async () => {
    rig.installWidgets(["v1"]);
    putWidget("w");
    putService("a");
    rig.source.start();
    await rig.complete();
    rig.uninstallWidgets();
    await until(() => phase("Widget") === "absent");
    expect(rig.sink.keys).toEqual(["Service/shop/a"]);
    rig.server.remove(WIDGETS, "shop", "w");
    putWidget("x");
    rig.installWidgets(["v1"]);
    await until(() => rig.sink.keys.includes("Widget/shop/x"));
    expect(rig.sink.keys).toEqual(["Service/shop/a", "Widget/shop/x"]);
  });

  test("a definition that vanished while the server was away is noticed", async () => {
    rig.installWidgets(["v1"]);
    putWidget("w");
    rig.source.start();
    await rig.complete();
    await rig.server.stop();
    rig.uninstallWidgets();
    rig.server.compact();
    await rig.server.start();
    await rig.eventually(() => phase("Widget") === "absent");
    expect(rig.sink.keys).toEqual([]);
  });
});

test("with watched namespaces only their objects are seen, each by its own list", async () => {
  rig.make({ kinds: [services], namespaces: ["shop", "kong"] });
  putService("a");
  putService("b", "kong");
  putService("c", "other");
  rig.source.start();
  await rig.complete();
  await until(() => rig.server.watchers === 2);
  putService("d", "other");
  putService("e", "kong");
  await until(() => rig.sink.objects.has("Service/kong/e"));
  expect(rig.sink.keys).toEqual(["Service/kong/b", "Service/kong/e", "Service/shop/a"]);
  expect(rig.lists(SERVICES)).toEqual([]);
});

test("a new list passes on only what changed", async () => {
  putService("a");
  putService("b");
  putService("same");
  rig.source.start();
  await rig.complete();
  rig.sink.calls.length = 0;
  rig.server.silenceWatches();
  putService("b");
  rig.server.remove(SERVICES, "shop", "a");
  rig.server.compact();
  await rig.clock.advance(150_000);
  await rig.eventually(() => !rig.sink.objects.has("Service/shop/a"));
  expect(rig.sink.calls).toEqual(["set Service/shop/b", "delete Service/shop/a"]);
});

test("an outage is told in few lines", async () => {
  rig.make({ kinds: [services], log: rig.log() });
  rig.source.start();
  await rig.complete();
  await until(() => rig.server.watchers === 1);
  rig.server.endWatches("reset");
  await rig.eventually(() => rig.server.watchers === 1);
  expect(rig.logged).toEqual([]);
  await rig.server.stop();
  await until(() => failing("Service") !== "none");
  await rig.clock.advance(181_000);
  await rig.server.start();
  await rig.eventually(() => failing("Service") === "none");
  const still = "The cluster still cannot be read: Service";
  expect(rig.logged).toEqual([
    "The cluster cannot be read; what is known stays in use, and reading is tried again for ever: Service",
    ...Array(rig.logged.length - 2).fill(still),
    "The cluster can be read again",
  ]);
  expect(rig.logged.length).toBeLessThan(7);
});

test("changes are told", async () => {
  let changes = 0;
  rig.make({ kinds: [services], onChange: () => changes++ });
  rig.source.start();
  await rig.complete();
  expect(changes).toBeGreaterThan(0);
});

/** The status of what fails, or "none". */
function failing(kind: string): number | "none" | undefined {
  const state = rig.source.states().get(kind)!;
  return "failure" in state && state.failure !== undefined ? state.failure.status : "none";
}
