import { describe, expect, test } from "vitest";
import { AdmissionRig, whyNot } from "../testing.ts";

const plugin = (more: string, name = "limit", type = "rate-limiting") => `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: ${name}, namespace: shop}
plugin: ${type}
${more}`;

const clusterPlugin = (more: string, annotations = "{}") => `
apiVersion: configuration.konghq.com/v1
kind: KongClusterPlugin
metadata: {name: limit, annotations: ${annotations}}
plugin: rate-limiting
${more}`;

const secret = (name: string, text: string, more = "") => `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop${more}}
stringData: {config: '${text}'}`;

const FROM = "configFrom: {secretKeyRef: {name: s, key: config}}";

describe("KongPlugin", () => {
  test("is let through when Kong would take it", async () => {
    expect(await new AdmissionRig().review(plugin("config: {minute: 5}"))).toEqual({ allowed: true, warnings: [] });
  });

  test("is refused for what Kong would refuse, with the field", async () => {
    expect(whyNot(await new AdmissionRig().review(plugin("config: {minute: five}")))).toBe(
      "KongPlugin shop/limit cannot be used as it is: Kong does not take the plugin rate-limiting: config.minute: expected a number",
    );
  });

  test("a gateway that is there has the word: also about plugins that we do not know", async () => {
    const rig = new AdmissionRig("", { gateway: () => [200, {}] });
    expect(whyNot(await rig.review(plugin("config: {a: 1}", "own", "my-own")))).toBe("");
    expect(rig.questions).toEqual([
      expect.objectContaining({ path: "/" }),
      { method: "POST", path: "/schemas/plugins/validate", body: { name: "my-own", config: { a: 1 } } },
    ]);
  });

  test("that nobody knows and no gateway can be asked about is let through with a warning", async () => {
    const verdict = await new AdmissionRig().review(plugin("config: {a: 1}", "own", "my-own"));
    expect(verdict).toMatchObject({ allowed: true, warnings: [expect.stringContaining("my-own")] });
  });

  test("a gateway that breaks off is as good as none", async () => {
    const rig = new AdmissionRig("", { gateway: () => [0, {}] });
    expect(whyNot(await rig.review(plugin("config: {minute: five}")))).toContain("config.minute");
  });

  test("its instance name is checked too", async () => {
    const rig = new AdmissionRig("", { gateway: () => [200, {}] });
    await rig.review(plugin("config: {minute: 5}\ninstance_name: mine"));
    expect(rig.questions.at(-1)?.body).toEqual({ name: "rate-limiting", instance_name: "mine", config: { minute: 5 } });
  });

  test("run_on, which is never sent, does not count", async () => {
    expect(whyNot(await new AdmissionRig().review(plugin("config: {minute: 5}\nrun_on: first")))).toBe("");
  });

  test("takes its configuration from a Secret of its namespace, which is read for it if need be", async () => {
    const rig = new AdmissionRig();
    rig.unload(secret("s", "minute: 5"));
    expect(whyNot(await rig.review(plugin(FROM)))).toBe("");
    expect(rig.fetched).toEqual(["Secret/shop/s"]);
  });

  test("a Secret that the watch has not shown yet is found all the same", async () => {
    const rig = new AdmissionRig();
    rig.unload(secret("s", "minute: 5"));
    rig.store.delete("Secret", "shop", "s");
    expect(whyNot(await rig.review(plugin(FROM)))).toBe("");
  });

  test("is refused when its Secret is not there, or has not got the key, or holds no configuration", async () => {
    expect(whyNot(await new AdmissionRig().review(plugin(FROM)))).toContain("the Secret shop/s does not exist");
    const other = FROM.replace("key: config", "key: other");
    expect(whyNot(await new AdmissionRig(secret("s", "minute: 5")).review(plugin(other)))).toContain('no key "other"');
    const broken = whyNot(await new AdmissionRig(secret("s", "canary")).review(plugin(FROM)));
    expect(broken).toContain("no object in JSON or YAML");
    expect(broken).not.toContain("canary");
  });

  test("is refused for what is in its Secret without quoting it", async () => {
    const why = whyNot(await new AdmissionRig(secret("s", "{policy: canary-canary}")).review(plugin(FROM)));
    expect(why).toContain("config.policy");
    expect(why).not.toContain("canary");
    const rig = new AdmissionRig(secret("s", "{redis: {password: canary-canary}}"), {
      gateway: () => [400, { message: "no", fields: { config: { redis: { password: 'bad "canary-canary"' } } } }],
    });
    expect(whyNot(await rig.review(plugin(FROM)))).not.toContain("canary");
  });

  test("with config and configFrom is refused", async () => {
    const both = plugin(`config: {minute: 5}\n${FROM}`);
    expect(whyNot(await new AdmissionRig(secret("s", "minute: 5")).review(both))).toContain("both set");
  });

  test("whose config is no object is refused: it has not the shape of its kind", async () => {
    expect(whyNot(await new AdmissionRig().review(plugin("config: [1]")))).toMatch(/^KongPlugin shop\/limit .*config/);
  });
});

describe("KongClusterPlugin", () => {
  test("is checked, also without a class", async () => {
    expect(whyNot(await new AdmissionRig().review(clusterPlugin("config: {minute: 5}")))).toBe("");
    expect(whyNot(await new AdmissionRig().review(clusterPlugin("config: {minute: five}")))).toMatch(
      /^KongClusterPlugin limit cannot be used as it is: /,
    );
  });

  test("takes its configuration from the namespace it names", async () => {
    const from = clusterPlugin("configFrom: {secretKeyRef: {name: s, namespace: shop, key: config}}");
    expect(whyNot(await new AdmissionRig(secret("s", "minute: 5")).review(from))).toBe("");
    expect(whyNot(await new AdmissionRig(secret("s", "minute: x")).review(from))).toContain("config.minute");
  });

  test("of another class is nobody's business here", async () => {
    const foreign = clusterPlugin("config: {minute: five}", "{kubernetes.io/ingress.class: other}");
    expect(whyNot(await new AdmissionRig().review(foreign))).toBe("");
  });
});

describe("a Secret that plugins use", () => {
  test("is refused when it would break one of them, and only then", async () => {
    const rig = new AdmissionRig([secret("s", "minute: 5"), plugin(FROM)].join("\n---\n"));
    expect(whyNot(await rig.review(secret("s", "minute: 6"), secret("s", "minute: 5")))).toBe("");
    const why = whyNot(await rig.review(secret("s", "{policy: canary-canary}"), secret("s", "minute: 5")));
    expect(why).toMatch(/^Secret shop\/s cannot be used as it is: with it KongPlugin shop\/limit could not be used: /);
    expect(why).not.toContain("canary");
    expect(whyNot(await rig.review(secret("t", "{policy: x}")))).toBe("");
  });

  test("also of patches, and of cluster-wide plugins", async () => {
    const patches = `
config: {}
configPatches: [{path: /minute, valueFrom: {secretKeyRef: {name: s, namespace: shop, key: config}}}]`;
    const rig = new AdmissionRig([secret("s", "5"), clusterPlugin(patches)].join("\n---\n"));
    expect(whyNot(await rig.review(secret("s", "6")))).toBe("");
    expect(whyNot(await rig.review(secret("s", "six")))).toContain("KongClusterPlugin limit");
    expect(whyNot(await rig.review(secret("s", '"six"')))).toContain("config.minute");
  });

  test("is not refused for another Secret that is missing", async () => {
    const two = `
config: {}
configPatches:
- {path: /minute, valueFrom: {secretKeyRef: {name: s, key: config}}}
- {path: /hour, valueFrom: {secretKeyRef: {name: other, key: config}}}`;
    const rig = new AdmissionRig(plugin(two));
    expect(whyNot(await rig.review(secret("s", "5")))).toBe("");
    expect(whyNot(await rig.review(secret("s", "five")))).not.toBe("");
  });
});
