import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../kubernetes/until.ts";
import { ClusterRig, SERVICES, services, WIDGETS, widgets } from "./cluster-rig.ts";
import { CRD_PATH } from "./crd-watch.ts";

let rig: ClusterRig;
beforeEach(async () => {
  rig = await ClusterRig.start();
});
afterEach(() => rig.end());

const phase = (kind: string) => rig.source.states().get(kind)?.phase;
const putService = (name: string, namespace = "shop") => rig.server.put(SERVICES, { namespace, name });
const putWidget = (name: string) => rig.server.put(WIDGETS, { namespace: "shop", name });

describe("403", () => {
  test("a required kind blocks, and the missing rule is named", async () => {
    rig.failing((r) => r.path === SERVICES, { status: 403 });
    rig.source.start();
    await rig.eventually(() => rig.source.problems().length === 1);
    const [problem] = rig.source.problems();
    expect(problem).toMatchObject({ code: "kind-forbidden", severity: "error", object: { kind: "Service" } });
    expect(problem!.message).toContain('apiGroups: [""], resources: ["services"], verbs: ["list", "watch"]');
    expect(rig.source.complete).toBe(false);
  });

  test("another is done without, and read once it is allowed", async () => {
    rig.make({ kinds: [services, { ...widgets, required: false }] });
    rig.installWidgets(["v1"]);
    putWidget("w");
    rig.failing((r) => r.path === WIDGETS, { status: 403 });
    rig.source.start();
    await rig.eventually(() => rig.source.complete);
    expect(phase("Widget")).toBe("forbidden");
    expect(rig.source.problems()).toMatchObject([{ severity: "warning", object: { name: "widgets.example.com" } }]);
    rig.server.fault = () => undefined;
    await rig.eventually(() => rig.sink.objects.has("Widget/shop/w"));
    expect(rig.source.problems()).toEqual([]);
  });

  test("a server that just started refuses everything for a moment: nothing is done without for that", async () => {
    rig.make({ kinds: [{ ...widgets, required: false }] });
    rig.installWidgets(["v1"]);
    putWidget("w");
    rig.failing((r) => r.path === WIDGETS, { status: 403 }, 2);
    rig.source.start();
    await rig.eventually(() => rig.source.complete);
    expect(rig.sink.keys).toEqual(["Widget/shop/w"]);
  });

  test("nor when it was away before: other failures do not count", async () => {
    rig.make({ kinds: [{ ...widgets, required: false }] });
    rig.installWidgets(["v1"]);
    putWidget("w");
    rig.failing((r) => r.path === WIDGETS, { status: 503 });
    rig.source.start();
    await rig.eventually(() => rig.lists(WIDGETS).length >= 2);
    rig.failing((r) => r.path === WIDGETS, { status: 403 }, 2);
    await rig.eventually(() => rig.source.complete);
    expect(rig.sink.keys).toEqual(["Widget/shop/w"]);
  });

  test("a refusal that passes is no problem, and what was read stays", async () => {
    putService("a");
    rig.source.start();
    await rig.complete();
    rig.failing((r) => r.path === SERVICES, { status: 403 }, 2);
    rig.server.endWatches("reset");
    await until(() => rig.source.states().get("Service")?.phase === "watching");
    await rig.eventually(() => JSON.stringify(rig.source.states().get("Service")).includes("403"));
    putService("b");
    await rig.eventually(() => {
      expect(rig.source.problems()).toEqual([]);
      expect(rig.sink.keys).toContain("Service/shop/a");
      return rig.sink.objects.has("Service/shop/b");
    });
  });

  test("another kind's other failures block", async () => {
    rig.make({ kinds: [{ ...widgets, required: false }] });
    rig.installWidgets(["v1"]);
    rig.failing((r) => r.path === WIDGETS, { status: 500 });
    rig.source.start();
    await until(() => rig.source.missing()[0]?.reason.includes("500") === true);
    expect(rig.source.complete).toBe(false);
  });

  describe("definitions that may not be listed", () => {
    const gadgets = { ...widgets, kind: { ...widgets.kind, kind: "Gadget", plural: "gadgets" } };
    beforeEach(() => {
      rig.make({ kinds: [services, widgets, gadgets] });
      rig.failing((r) => r.path === CRD_PATH, { status: 403 });
    });

    test("at first it may be that the server just started: everything waits, and it is no problem yet; then it is one, not one a kind", async () => {
      rig.source.start();
      await until(() => rig.lists(CRD_PATH).length > 0);
      await rig.clock.advance(0);
      expect(rig.source.problems()).toEqual([]);
      expect(rig.source.missing().map(({ kind }) => kind)).toEqual(expect.arrayContaining(["Widget", "Gadget"]));
      await rig.eventually(() => rig.source.problems().length > 0);
      expect(rig.source.problems()).toMatchObject([{ code: "kind-forbidden", severity: "warning" }]);
      expect(rig.source.problems()[0]!.message).toContain('resources: ["customresourcedefinitions"]');
      expect(rig.source.missing().map(({ kind }) => kind)).toEqual(expect.arrayContaining(["Widget", "Gadget"]));
    });

    test("then each kind is looked for by itself, and one that comes later is noticed", async () => {
      rig.installWidgets(["v1"]);
      rig.server.serve("/readyz", "ok");
      putWidget("w");
      rig.source.start();
      await rig.eventually(() => rig.source.complete);
      expect([phase("Widget"), phase("Gadget"), rig.sink.keys]).toEqual(["watching", "absent", ["Widget/shop/w"]]);
      expect(rig.source.problems()).toMatchObject([{ code: "kind-forbidden", severity: "warning" }]);
      const resources = ["widgets", "gadgets"].map((name) => ({ name }));
      rig.server.serve("/apis/example.com/v1", { kind: "APIResourceList", resources });
      await rig.eventually(() => phase("Gadget") !== "absent");
      expect(rig.lists("/apis/example.com/v1/gadgets").length).toBeGreaterThan(0);
    });

    test("a server that is not ready lacks nothing yet", async () => {
      rig.failing((r) => [CRD_PATH, "/readyz"].includes(r.path), { status: 403 });
      rig.source.start();
      await rig.eventually(() => rig.lists("/readyz").length > 3);
      expect(phase("Widget")).toBe("listing");
      expect(rig.source.complete).toBe(false);
    });

    test("what is watched stays so whatever the server says it serves, and once they may be listed, that counts", async () => {
      rig.installWidgets(["v1"]);
      rig.server.serve("/readyz", "ok");
      putWidget("w");
      rig.source.start();
      await rig.eventually(() => rig.source.complete);
      rig.server.serve("/apis/example.com/v1", undefined);
      await rig.clock.advance(60_000);
      expect(rig.sink.keys).toEqual(["Widget/shop/w"]);
      rig.uninstallWidgets();
      rig.server.fault = () => undefined;
      await rig.eventually(() => phase("Widget") === "absent");
      expect([rig.sink.keys, rig.source.problems()]).toEqual([[], []]);
    });
  });

  test("in watched namespaces a Role in each is asked for", async () => {
    rig.make({ kinds: [services], namespaces: ["shop", "kong"] });
    rig.failing(() => true, { status: 403 });
    rig.source.start();
    await rig.eventually(() => rig.source.problems().length === 1);
    expect(rig.source.problems()[0]!.message).toContain("a Role in each of the namespaces shop, kong");
  });
});
