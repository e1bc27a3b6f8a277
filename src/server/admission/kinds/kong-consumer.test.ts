import { describe, expect, test } from "vitest";
import { AdmissionRig, whyNot } from "../testing.ts";

const consumer = (name: string, more: string, annotations = "{kubernetes.io/ingress.class: kong}") => `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
${more}`;

const credential = (name: string, type: string, data: string) => `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop, labels: {konghq.com/credential: ${type}}}
stringData: ${data}`;

const all = (...documents: readonly string[]) => documents.join("\n---\n");
const key = (name: string, value = "canary-canary") => credential(name, "key-auth", `{key: ${value}}`);

describe("KongConsumer", () => {
  test("is let through with credentials of its own", async () => {
    const rig = new AdmissionRig(key("k"));
    expect(await rig.review(consumer("ann", "username: ann\ncredentials: [k]"))).toEqual({
      allowed: true,
      warnings: [],
    });
  });

  test("is refused for a username or a custom_id that another one of ours has", async () => {
    const rig = new AdmissionRig(consumer("ann", 'username: ann\ncustom_id: "1"'));
    expect(whyNot(await rig.review(consumer("bob", "username: ann")))).toBe(
      "KongConsumer shop/bob cannot be used as it is: username: KongConsumer shop/ann has the same one, and Kong takes each only once; choose another one",
    );
    expect(whyNot(await rig.review(consumer("bob", 'username: bob\ncustom_id: "1"')))).toContain(
      "custom_id: KongConsumer",
    );
    expect(whyNot(await rig.review(consumer("bob", "username: bob")))).toBe("");
  });

  test("is refused without any name", async () => {
    expect(whyNot(await new AdmissionRig().review(consumer("bob", "credentials: []")))).toContain("neither a username");
  });

  test("names of consumers of other classes are theirs", async () => {
    const foreign = "{kubernetes.io/ingress.class: other}";
    const rig = new AdmissionRig(consumer("ann", "username: ann", foreign));
    expect(whyNot(await rig.review(consumer("bob", "username: ann")))).toBe("");
    const ours = new AdmissionRig(consumer("ann", "username: ann"));
    expect(whyNot(await ours.review(consumer("bob", "username: ann", foreign)))).toBe("");
  });

  test("an update that leaves its names and credentials alone is let through, whatever they are", async () => {
    const rig = new AdmissionRig(
      all(consumer("ann", "username: ann"), consumer("bob", "username: ann\ncredentials: [gone]")),
    );
    const bob = consumer("bob", "username: ann\ncredentials: [gone]");
    expect(whyNot(await rig.review(bob, bob))).toBe("");
    expect(whyNot(await rig.review(consumer("bob", "username: ann\ncredentials: []"), bob))).toBe("");
    expect(whyNot(await rig.review(consumer("bob", "username: ann\ncredentials: [new]"), bob))).toContain("shop/new");
    expect(rig.fetched).toEqual(["Secret/shop/new"]);
  });

  test("is refused for a Secret that does not exist, and not for one that only the watch has not shown", async () => {
    expect(whyNot(await new AdmissionRig().review(consumer("ann", "username: ann\ncredentials: [k]")))).toContain(
      "credentials[0]: Secret shop/k: it does not exist",
    );
    const rig = new AdmissionRig();
    rig.unload(key("k"));
    rig.store.delete("Secret", "shop", "k");
    expect(whyNot(await rig.review(consumer("ann", "username: ann\ncredentials: [k]")))).toBe("");
  });

  test("is refused for a credential that another consumer has: the same Secret, or the same value", async () => {
    const rig = new AdmissionRig(
      all(key("k"), key("l"), key("m", "other-value"), consumer("ann", "username: ann\ncredentials: [k]")),
    );
    const bob = (name: string) => consumer("bob", `username: bob\ncredentials: [${name}]`);
    expect(whyNot(await rig.review(bob("k")))).toContain("KongConsumer shop/ann has this Secret");
    const same = whyNot(await rig.review(bob("l")));
    expect(same).toContain(
      "Secret shop/k, a credential of KongConsumer shop/ann, holds the same value (key-auth on 'key')",
    );
    expect(same).not.toContain("canary");
    expect(whyNot(await rig.review(bob("m")))).toBe("");
  });

  test("may move its credential to another Secret, but not have it twice", async () => {
    const before = consumer("ann", "username: ann\ncredentials: [k]");
    const rig = new AdmissionRig(all(key("k"), key("l"), before));
    expect(whyNot(await rig.review(consumer("ann", "username: ann\ncredentials: [l]"), before))).toBe("");
    for (const names of ["k, l", "l, k"])
      expect(whyNot(await rig.review(consumer("ann", `username: ann\ncredentials: [${names}]`), before))).toContain(
        "holds the same credential as",
      );
  });

  test("groups of ACLs may be shared", async () => {
    const acl = credential("a", "acl", "{group: admins}");
    const rig = new AdmissionRig(all(acl, consumer("ann", "username: ann\ncredentials: [a]")));
    expect(whyNot(await rig.review(consumer("bob", "username: bob\ncredentials: [a]")))).toBe("");
  });

  test("credentials that nobody of ours has are free", async () => {
    const foreign = consumer("ann", "username: ann\ncredentials: [k]", "{kubernetes.io/ingress.class: other}");
    const rig = new AdmissionRig(all(key("k"), key("l"), key("unused"), foreign));
    expect(whyNot(await rig.review(consumer("bob", "username: bob\ncredentials: [l]")))).toBe("");
  });
});

describe("fields of credentials", () => {
  const RS = "{algorithm: RS256, key: k, rsa_public_key: p}";
  const COMPLETE: readonly (readonly [string, string])[] = [
    ["key-auth", "{key: k}"],
    ["basic-auth", "{username: u, password: p}"],
    ["hmac-auth", "{username: u, secret: s}"],
    ["jwt", "{algorithm: HS256, key: k, secret: s}"],
    ["oauth2", "{name: app, client_id: i, client_secret: s, redirect_uris: 'https://a.de'}"],
    ["acl", "{group: g}"],
    ["konnect", "{}"],
  ];
  const why = async (type: string, data: string) =>
    whyNot(
      await new AdmissionRig(credential("c", type, data)).review(consumer("ann", "username: ann\ncredentials: [c]")),
    );

  test.each(COMPLETE)("%s %s is complete", async (type, data) => {
    expect(await why(type, data)).toBe("");
  });

  test.each([
    ["key-auth", "{}", "needs key "],
    ["key-auth", "{key: ''}", "key of a credential of type key-auth must not be empty"],
    ["basic-auth", "{username: u}", "needs password "],
    ["basic-auth", "{}", "needs username and password "],
    ["basic-auth", "{username: '', password: p}", "username of"],
    ["hmac-auth", "{username: u}", "needs secret "],
    ["jwt", "{key: k}", "needs algorithm, rsa_public_key and secret "],
    ["jwt", "{algorithm: HS256, key: k}", "needs secret "],
    ["jwt", "{algorithm: RS256, key: k}", "needs rsa_public_key "],
    ["jwt", RS, "Kong would refuse the jwt secret"],
    ["oauth2", "{name: app, client_id: i}", "needs client_secret and redirect_uris "],
    ["oauth2", "{name: app, client_id: i, client_secret: s, redirect_uris: 'nowhere'}", "redirect_uris"],
    ["acl", "{}", "needs group "],
    ["mtls-auth", "{}", "needs subject_name "],
    ["password", "{key: k}", '"password" is no type of credential'],
    ['""', "{key: k}", "does not say what it holds"],
  ])("%s %s is not", async (type, data, words) => {
    expect(await why(type, data)).toContain(words);
  });
});

describe("a Secret that is a credential", () => {
  const ann = consumer("ann", "username: ann\ncredentials: [k]");

  test("of a consumer of ours is refused when it would be none any more", async () => {
    const rig = new AdmissionRig(all(key("k"), ann));
    expect(whyNot(await rig.review(credential("k", "key-auth", "{}"), key("k")))).toBe(
      "Secret shop/k cannot be used as it is: it is a credential of KongConsumer shop/ann: a credential of type key-auth needs key in its data",
    );
    expect(whyNot(await rig.review(key("k", "another-value"), key("k")))).toBe("");
  });

  test("is refused when another consumer's credential has the value", async () => {
    const bob = consumer("bob", "username: bob\ncredentials: [l]");
    const rig = new AdmissionRig(all(key("k", "one-value"), key("l"), ann, bob));
    const why = whyNot(await rig.review(key("k"), key("k", "one-value")));
    expect(why).toContain("Secret shop/l, a credential of KongConsumer shop/bob, holds the same value");
    expect(why).not.toContain("canary");
  });

  test("that nobody of ours uses is never refused", async () => {
    const rig = new AdmissionRig(
      all(key("k"), ann, consumer("eve", "username: eve\ncredentials: [x]", "{kubernetes.io/ingress.class: other}")),
    );
    for (const yaml of [key("l"), credential("l", "key-auth", "{}"), credential("x", "nothing", "{}"), key("x")])
      expect(whyNot(await rig.review(yaml))).toBe("");
  });

  test("two consumers that share it are not its fault", async () => {
    const rig = new AdmissionRig(all(key("k"), ann, consumer("bob", "username: bob\ncredentials: [k]")));
    expect(whyNot(await rig.review(key("k", "another-value"), key("k")))).toBe("");
  });
});
