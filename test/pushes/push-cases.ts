import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultSpec } from "../../src/preview/faults/fault.ts";
import { type Mode, PushRig, payloadOf, ref, type Sections } from "./rig.ts";

/** A shop: two services with a route each, one with a plugin, a consumer, an upstream. */
export function shop(changes: { readonly retries?: number; readonly port?: number } = {}): Sections {
  return {
    services: [
      {
        id: "11111111-1111-4111-8111-111111111111",
        name: "web",
        host: "web.shop.80.svc",
        port: changes.port ?? 80,
        retries: changes.retries ?? 5,
        tags: ["k8s-name:web"],
        routes: [{ name: "web-route", paths: ["/web"], tags: ["k8s-name:web"] }],
      },
      {
        name: "api",
        host: "api.shop.80.svc",
        routes: [{ name: "api-route", paths: ["/api"], plugins: [{ name: "key-auth", config: { key_names: ["k"] } }] }],
      },
    ],
    upstreams: [
      { name: "web.shop.80.svc", targets: [{ target: "10.0.0.1:8080" }, { target: "[2001:db8::1]:8080", weight: 50 }] },
      { name: "api.shop.80.svc", targets: [{ target: "10.0.0.2" }] },
    ],
    consumers: [
      {
        username: "ann",
        keyauth_credentials: [{ key: "annskey1", tags: ["k8s-name:ann"] }],
        basicauth_credentials: [{ username: "ann", password: "pw" }],
        acls: [{ group: "staff" }],
      },
    ],
    plugins: [{ name: "cors", consumer: undefined, service: "web", config: { max_age: 1 } }].map(
      ({ consumer: _, ...plugin }) => plugin,
    ),
  };
}

const WITHOUT_API: Sections = {
  ...shop(),
  services: [shop()["services"]![0]!],
  upstreams: [shop()["upstreams"]![0]!],
};

/** What one way to push does in its own manner. */
export interface WayToPush {
  readonly mode: Mode;
  /** The request with which one field of the service `web` is changed. */
  readonly oneChange: string;
  /** What cuts a push in the middle, for good. */
  readonly cut: FaultSpec;
  /** A target as the gateway shows it. */
  shownTarget(target: string): string;
}

/** What has to hold whichever way a configuration is pushed. */
export function pushCases({ mode, oneChange, cut, shownTarget }: WayToPush): void {
  let rig: PushRig;
  beforeEach(async () => {
    rig = await PushRig.start(mode);
  });
  afterEach(() => rig.close());

  const names = async (path: string, field = "name") => (await rig.list(path)).map((one) => one[field]).sort();

  test("the first push: everything is there", async () => {
    const payload = payloadOf(shop());
    expect(await rig.push(payload)).toEqual({ kind: "accepted", hash: payload.md5 });
    expect(await names("/services")).toEqual(["api", "web"]);
    expect(await names("/routes")).toEqual(["api-route", "web-route"]);
    expect(await names("/plugins")).toEqual(["cors", "key-auth"]);
    expect(await names("/upstreams/web.shop.80.svc/targets", "target")).toEqual([
      shownTarget("10.0.0.1:8080"),
      shownTarget("[2001:db8::1]:8080"),
    ]);
    expect(await names("/consumers/ann/key-auth", "key")).toEqual(["annskey1"]);
    const [plugin] = await rig.list("/routes/api-route/plugins");
    expect(plugin).toMatchObject({ name: "key-auth", config: { key_names: ["k"] } });
  });

  test("no change: nothing is written", async () => {
    await rig.push(payloadOf(shop()));
    rig.writes();
    expect(await rig.push(payloadOf(shop()))).toMatchObject({ kind: "unchanged" });
    expect(rig.writes().filter((line) => !line.startsWith("POST /config 304"))).toEqual([]);
  });

  test("one field: one request", async () => {
    await rig.push(payloadOf(shop()));
    rig.writes();
    expect(await rig.push(payloadOf(shop({ retries: 7 })))).toMatchObject({ kind: "accepted" });
    expect(rig.writes()).toEqual([oneChange]);
    expect(await rig.get("/services/web")).toMatchObject({ retries: 7, host: "web.shop.80.svc" });
  });

  test("what is not wanted any more goes, and everything in the end", async () => {
    await rig.push(payloadOf(shop()));
    expect(await rig.push(payloadOf(WITHOUT_API))).toMatchObject({ kind: "accepted" });
    expect(await names("/services")).toEqual(["web"]);
    expect(await names("/routes")).toEqual(["web-route"]);
    expect(await names("/plugins")).toEqual(["cors"]);
    await rig.push(payloadOf({}));
    for (const kind of ["/services", "/routes", "/plugins", "/consumers", "/key-auths"])
      expect(await rig.list(kind)).toEqual([]);
    expect(await names("/upstreams")).toEqual(mode === "database" ? [] : ["kong"]);
  });

  test("a refused entity comes with the object behind it and its field", async () => {
    await rig.push(payloadOf(shop()));
    const outcome = await rig.push(payloadOf(shop({ port: 99_999, retries: 7 })));
    expect(outcome).toMatchObject({
      kind: "rejected",
      rejections: [
        {
          origins: [ref("web")],
          entityType: "service",
          entityName: "web",
          field: "port",
          message: "value should be between 0 and 65535",
        },
      ],
    });
    expect(await rig.get("/services/web")).toMatchObject({ port: 80, retries: 5 });
    expect(await rig.push(payloadOf(shop({ retries: 7 })))).toMatchObject({ kind: "accepted" });
    expect(await rig.get("/services/web")).toMatchObject({ retries: 7 });
  });

  describe("a connection that breaks", () => {
    test("before the answer: what arrived is found to be there, and nothing is made twice", async () => {
      const path = mode === "database" ? "/services" : "/config";
      rig.preview.faults.add({ kind: "drop", times: 1, method: "POST", path });
      const payload = payloadOf(shop());
      expect(await rig.push(payload)).toEqual({ kind: "accepted", hash: payload.md5 });
      expect(await names("/services")).toEqual(["api", "web"]);
    });

    test("and does not come back: the push is given up, and the next one goes on from there", async () => {
      const ids = async () => (await rig.list("/services")).map(({ id }) => id);
      await rig.push(payloadOf(WITHOUT_API));
      const before = await ids();
      const found = await rig.reach();
      rig.preview.faults.add(cut);
      const push = rig.admin.push(payloadOf(shop()), found, new AbortController().signal);
      const broken: unknown = await push.catch((error: unknown) => error);
      expect(broken).toMatchObject({ kind: "interrupted" });
      rig.preview.faults.clear();
      rig.writes();
      // The whole document may have arrived although its answer did not.
      expect(["accepted", "unchanged"]).toContain((await rig.push(payloadOf(shop()))).kind);
      expect(rig.writes().filter((line) => line.startsWith("DELETE"))).toEqual([]);
      expect(await ids()).toEqual(expect.arrayContaining(before));
      expect(await names("/routes")).toEqual(["api-route", "web-route"]);
    });
  });

  test("a push can be ended by whoever asked for it", async () => {
    const found = await rig.reach();
    const abort = new AbortController();
    const push = rig.admin.push(payloadOf(shop()), found, abort.signal);
    abort.abort();
    await expect(push).rejects.toMatchObject({ kind: "aborted" });
  });

  test("what would change is what a push then changes", async () => {
    const changed = payloadOf({ ...WITHOUT_API, services: [{ ...WITHOUT_API["services"]![0]!, retries: 7 }] });
    await rig.push(payloadOf(shop()));
    const said = (await rig.differences(changed)).map(({ action, kind, name, fields }) => [
      action,
      kind,
      name,
      ...fields.map(({ path, before, after }) => `${path.join(".")} ${String(before)} ${String(after)}`),
    ]);
    expect(said).toEqual([
      ["delete", "upstreams", "api.shop.80.svc"],
      ["delete", "targets", `${shownTarget("10.0.0.2")} of upstream api.shop.80.svc`],
      ["delete", "services", "api"],
      ["update", "services", "web", "retries 5 7"],
      ["delete", "routes", "api-route"],
      ["delete", "plugins", "key-auth on route api-route"],
    ]);
    await rig.push(changed);
    expect(await rig.differences(changed)).toEqual([]);
  });
}
