import { expect, test } from "vitest";
import { silentLog } from "../../base/log.ts";
import { objectsOf } from "../../translate/testing/compile.ts";
import { admissionApp } from "./admission-app.ts";
import { AdmissionRig, type RigOptions, requestFor } from "./testing.ts";

function rig(options: RigOptions = {}) {
  const { context, remembered, store } = new AdmissionRig("", options);
  const app = admissionApp({ context, ready: async () => undefined, log: silentLog });
  const post = async (body: string, path = "/") => {
    const answer = await app.request(path, { method: "POST", body });
    return [answer.status, await answer.text()] as const;
  };
  const review = (yaml: string) => {
    const [object] = objectsOf(yaml);
    const { uid, resource, operation, namespace } = requestFor(object!);
    return post(JSON.stringify({ request: { uid, resource, operation, namespace, object } }));
  };
  return { post, review, remembered, store };
}

const vault = (prefix: string) => `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: v, annotations: {kubernetes.io/ingress.class: kong}}
spec: {backend: env, prefix: ${prefix}, config: {prefix: 1}}`;

const consumer = `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ann, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: ann
credentials: [k]`;

test("a review is answered under every path", async () => {
  const { post } = rig();
  const body = JSON.stringify({ request: { uid: "7", resource: { group: "", version: "v1", resource: "services" } } });
  for (const path of ["/", "/validate?timeout=10s"]) {
    const [status, text] = await post(body, path);
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: { uid: "7", allowed: true } },
    ]);
  }
});

test("what is denied is answered with 200, its code inside is 400", async () => {
  const [status, text] = await rig().review(vault("a"));
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ response: { allowed: false, status: { code: 400 } } });
});

test.each(["", "{", "[]", '{"request":{}}'])("%j is answered with 400", async (body) => {
  expect((await rig().post(body))[0]).toBe(400);
});

test("a resource that is not checked here is answered with 500 and its name", async () => {
  const [status, text] = await rig().post(
    JSON.stringify({ request: { uid: "1", resource: { group: "apps", version: "v1", resource: "deployments" } } }),
  );
  expect(status).toBe(500);
  expect(text).toContain("deployments of apps v1");
});

test("a body that is too large is answered with 413", async () => {
  expect((await rig().post("x".repeat(17 * 1024 * 1024)))[0]).toBe(413);
});

test("a Secret that may not be read makes a review impossible: 500, and why", async () => {
  const [status, text] = await rig({ unreadable: true }).review(consumer);
  expect([status, text]).toEqual([500, "the Secret shop/k cannot be read at the moment: forbidden"]);
});

test("objects of namespaces that are not watched are nobody's business here", async () => {
  const { review } = rig({ unreadable: true, namespaces: ["elsewhere"] });
  expect((await review(consumer))[0]).toBe(200);
});

test("deletions, and whatever else is no write, are let through", async () => {
  const { post } = rig();
  const resource = { group: "configuration.konghq.com", version: "v1", resource: "kongplugins" };
  for (const operation of ["DELETE", "CONNECT"]) {
    const [, text] = await post(JSON.stringify({ request: { uid: "1", resource, operation, oldObject: {} } }));
    expect(JSON.parse(text).response.allowed).toBe(true);
  }
});

test("the values of Secrets that are reviewed are kept out of logs", async () => {
  const { review, remembered } = rig();
  await review("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}");
  expect(remembered).toEqual(["Secret/shop/s"]);
});

test("a bug is answered with 500, and its words stay inside", async () => {
  const { store, review } = rig();
  Object.defineProperty(store, "find", {
    value: () => {
      throw new Error("canary");
    },
  });
  const [status, text] = await review(vault("a"));
  expect(status).toBe(500);
  expect(text).not.toContain("canary");
});
