import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../kubernetes/until.ts";
import { ClusterRig, SECRETS, secrets } from "./cluster-rig.ts";

let rig: ClusterRig;
beforeEach(async () => {
  rig = await ClusterRig.start();
  rig.make({ kinds: [secrets], bulk: { Secret: [{ label: "team=a" }, { field: "type=tls" }] } });
});
afterEach(() => rig.end());

function put(
  name: string,
  value: string,
  more: { labels?: Record<string, string>; type?: string; namespace?: string } = {},
): void {
  const { labels, type = "Opaque", namespace = "shop" } = more;
  rig.server.put(SECRETS, { namespace, name, ...(labels && { labels }) }, { type, data: { value } });
}

const value = (name: string) =>
  (rig.sink.objects.get(`Secret/shop/${name}`) as { data?: { value: string } } | undefined)?.data?.value;
const want = (...names: readonly string[]) =>
  rig.source.want(
    "Secret",
    names.map((name) => `Secret/shop/${name}`),
  );
/** Requests that brought content. */
const reads = () => rig.server.requests.filter((r) => !String(r.headers["accept"]).includes("PartialObjectMetadata"));

async function start(): Promise<void> {
  rig.source.start();
  await rig.complete();
  await until(() => rig.server.watchers === 1);
}

test("until they are wanted only metadata is here", async () => {
  put("a", "A", { labels: { l: "1" } });
  await start();
  expect(rig.sink.keys).toEqual(["(Secret/shop/a)"]);
  expect(rig.sink.objects.get("Secret/shop/a")!.metadata.labels).toEqual({ l: "1" });
  expect(value("a")).toBeUndefined();
  expect(reads()).toEqual([]);
});

test("what is wanted is read by a list with its name, what is not stays as it is", async () => {
  put("a", "A");
  put("b", "B");
  await start();
  want("a");
  await until(() => value("a") === "A");
  expect(rig.sink.keys).toEqual(["(Secret/shop/b)", "Secret/shop/a"]);
  expect(reads().map((r) => [r.path, r.query["fieldSelector"]])).toEqual([
    ["/api/v1/namespaces/shop/secrets", "metadata.name=a"],
  ]);
});

test("content follows changes; the last one stays until the new one is here", async () => {
  put("a", "A");
  await start();
  want("a");
  await until(() => value("a") === "A");
  rig.failing((r) => r.query["fieldSelector"] !== undefined, { status: 500 }, 2);
  put("a", "A2");
  await until(() => rig.source.unloaded().get("Secret")!.failure !== undefined);
  expect(value("a")).toBe("A");
  expect(rig.source.unloaded().get("Secret")).toMatchObject({ count: 1, failure: { status: 500 } });
  await rig.eventually(() => value("a") === "A2");
  expect(rig.source.unloaded().get("Secret")).toEqual({ count: 0, failure: undefined });
  expect(rig.sink.calls.filter((call) => call.startsWith("delete"))).toEqual([]);
});

test("one that is wanted before it exists is read when it appears", async () => {
  await start();
  want("late");
  put("late", "L");
  await until(() => value("late") === "L");
});

test("one that is deleted vanishes, also while it is being read", async () => {
  put("a", "A");
  put("b", "B");
  await start();
  want("a");
  await until(() => value("a") === "A");
  rig.server.remove(SECRETS, "shop", "a");
  await until(() => !rig.sink.objects.has("Secret/shop/a"));
  rig.server.fault = (request) => {
    // It is deleted after the list was made, and the watch is quicker than the answer.
    if (request.query["fieldSelector"] === "metadata.name=b") rig.server.remove(SECRETS, "shop", "b");
    return undefined;
  };
  want("b");
  await rig.eventually(() => !rig.sink.objects.has("Secret/shop/b"));
  expect(rig.sink.calls.filter((call) => call === "set Secret/shop/b")).toEqual([]);
});

test("one that is deleted and made again is read again", async () => {
  put("a", "A");
  await start();
  want("a");
  await until(() => value("a") === "A");
  rig.server.remove(SECRETS, "shop", "a");
  put("a", "A2");
  await until(() => value("a") === "A2");
});

test("content that is no longer wanted is let go, and read again when it is", async () => {
  put("a", "A");
  await start();
  want("a");
  await until(() => value("a") === "A");
  want();
  expect(rig.sink.keys).toEqual(["(Secret/shop/a)"]);
  expect(value("a")).toBeUndefined();
  put("a", "A2");
  want("a");
  await until(() => value("a") === "A2");
});

test("content newer than what the watch has told is taken, and not read twice", async () => {
  put("a", "A");
  await start();
  rig.server.silenceWatches();
  put("a", "A2");
  want("a");
  await until(() => value("a") === "A2");
  const count = reads().length;
  await rig.clock.advance(150_000);
  await rig.eventually(() => rig.server.watchers === 1);
  await rig.clock.advance(1000);
  expect(reads()).toHaveLength(count);
});

test("content older than what the watch has told is not taken", async () => {
  put("a", "A");
  await start();
  const old = {
    metadata: { resourceVersion: "1" },
    items: [{ metadata: { namespace: "shop", name: "a", resourceVersion: "1" }, data: { value: "old" } }],
  };
  rig.failing((r) => r.query["fieldSelector"] !== undefined, { status: 200, body: old }, 2);
  want("a");
  await rig.eventually(() => value("a") === "A");
  expect(rig.sink.calls.filter((call) => call === "set Secret/shop/a")).toHaveLength(1);
});

test("one that cannot be read delays no other", async () => {
  put("bad", "B");
  await start();
  rig.failing((r) => r.query["fieldSelector"] === "metadata.name=bad", { status: 403 });
  want("bad");
  await until(() => rig.source.unloaded().get("Secret")!.failure?.status === 403);
  await rig.clock.advance(60_000);
  put("good", "G");
  want("bad", "good");
  await until(() => value("good") === "G");
});

describe("many at once", () => {
  const names = Array.from({ length: 60 }, (_, i) => `s${i}`);

  test("by label, where that reads little else", async () => {
    for (const name of names) put(name, name, { labels: { team: "a" } });
    for (let i = 0; i < 30; i++) put(`other${i}`, "x", i < 10 ? { labels: { team: "a" } } : {});
    await start();
    want(...names);
    await until(() => names.every((name) => value(name) === name));
    expect(reads().map((r) => [r.path, r.query["labelSelector"]])).toEqual([[SECRETS, "team=a"]]);
    expect(rig.sink.keys.filter((key) => key.startsWith("("))).toHaveLength(30);
  });

  test("by field, and what that does not bring one by one", async () => {
    for (const name of names) put(name, name, { type: name === "s0" ? "Opaque" : "tls" });
    await start();
    want(...names);
    await until(() => names.every((name) => value(name) === name));
    expect(reads().map((r) => r.query["fieldSelector"])).toEqual(["type=tls", "metadata.name=s0"]);
  });

  test("a list by field that brought mostly others is not made again", async () => {
    for (let i = 0; i < 300; i++) put(`other${i}`, "x", { type: "tls" });
    for (const name of names) put(name, name);
    await start();
    want(...names.slice(0, 25));
    await until(() => names.slice(0, 25).every((name) => value(name) === name));
    want(...names.slice(0, 50));
    await until(() => names.slice(0, 50).every((name) => value(name) === name));
    expect(
      reads().filter((r) => r.query["fieldSelector"] === "type=tls" && r.query["continue"] === undefined),
    ).toHaveLength(1);
  });

  test("in watched namespaces, only where something is due", async () => {
    rig.make({ kinds: [secrets], namespaces: ["shop", "kong"], bulk: { Secret: [{ label: "team" }] } });
    for (const name of names) put(name, name, { labels: { team: "a" } });
    rig.source.start();
    await rig.complete();
    want(...names);
    await until(() => names.every((name) => value(name) === name));
    expect(reads().map((r) => r.path)).toEqual(["/api/v1/namespaces/shop/secrets"]);
  });
});

test("no value of a Secret is in any failure", async () => {
  put("a", "canary");
  await start();
  rig.failing(
    (r) => r.query["fieldSelector"] !== undefined,
    { stream: ['{"items":[{"data":{"value":"canary"'], last: "end" },
    3,
  );
  want("a");
  await until(() => rig.source.unloaded().get("Secret")!.failure !== undefined);
  expect(JSON.stringify([...rig.source.unloaded()])).not.toContain("canary");
  await rig.eventually(() => value("a") === "canary");
});
