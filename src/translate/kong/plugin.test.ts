import { describe, expect, it } from "vitest";
import { compile, objectsOf, outcome } from "../testing/compile.ts";

const WEB = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: i
  namespace: shop
  annotations: {konghq.com/plugins: "NAMES"}
spec:
  ingressClassName: kong
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
`;
const ROUTE = "shop.i.web..80";
/** Nothing is left out that Kong would refuse. */
const AS_KIC = { settings: { preflight: false } };

function plugin(name: string, rest = "plugin: cors"): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: ${name}, namespace: shop}
${rest}
---
`;
}

function clusterPlugin(name: string, rest = "plugin: cors", metadata = ""): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongClusterPlugin
metadata: {name: ${name}, annotations: {kubernetes.io/ingress.class: kong}${metadata}}
${rest}
---
`;
}

const SECRET = `
apiVersion: v1
kind: Secret
metadata: {name: cfg, namespace: shop}
stringData: {json: '{"minute": 7}', yaml: "minute: 8", junk: "canary: [", text: '"canary"', num: "42", empty: ""}
---
`;

const GOOD = plugin("good", "plugin: rate-limiting\nconfig: {minute: 5}");
const naming = (names: string) => WEB.replace("NAMES", names);
const shown = async (yaml: string, options = {}) => {
  const { document, problems } = await compile(yaml, options);
  const plugins = (document["plugins"] ?? []).map(({ tags: _, ...rest }) => rest);
  return { plugins, problems };
};

describe("plugins named in konghq.com/plugins", () => {
  it("binds each name once, with blanks trimmed and empty items dropped", async () => {
    const { plugins, problems } = await shown(naming(" good ,, good,c") + GOOD + clusterPlugin("c"));
    expect(plugins).toEqual([
      { name: "rate-limiting", config: { minute: 5 }, route: ROUTE },
      { name: "cors", route: ROUTE },
    ]);
    expect(problems).toEqual([]);
  });

  it("prefers the plugin of the namespace to the one of the cluster", async () => {
    const { plugins } = await shown(naming("good") + GOOD + clusterPlugin("good"));
    expect(plugins).toEqual([{ name: "rate-limiting", config: { minute: 5 }, route: ROUTE }]);
  });

  it("names what is missing, of another class or malformed, and binds the rest", async () => {
    const foreign = clusterPlugin("theirs").replace("ingress.class: kong", "ingress.class: nginx");
    const { plugins, problems } = await shown(naming("gone,theirs,:x,x:,good") + GOOD + foreign);
    expect(plugins).toHaveLength(1);
    const at = 'error: Ingress shop/i metadata.annotations["konghq.com/plugins"]: ';
    expect(problems.map((problem) => problem.replace(at, "").replace(/.*\[/, "["))).toEqual([
      "[invalid-plugin-name]",
      "[invalid-plugin-name]",
      "[plugin-missing]",
      "[plugin-missing]",
    ]);
    expect(problems.join()).toContain("the KongClusterPlugin theirs is not of the ingress class kong");
  });

  it("needs a ReferenceGrant for a namespace that is written out", async () => {
    const remote = plugin("far").replace("namespace: shop", "namespace: platform");
    const grant = `
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: g, namespace: platform}
spec:
  from: [{group: networking.k8s.io, kind: Ingress, namespace: shop}]
  to: [{group: configuration.konghq.com, kind: KongPlugin, name: far}]
`;
    const denied = await shown(naming("platform:far") + remote);
    expect(denied.plugins).toEqual([]);
    expect(denied.problems.join()).toContain("[plugin-not-granted]");
    expect((await shown(naming("platform:far") + remote + grant)).plugins).toEqual([{ name: "cors", route: ROUTE }]);
  });

  it("does not compile a referrer again when only a plugin's configuration changes", async () => {
    const { compiler, store } = await compile(naming("good") + GOOD);
    const before = compiler.compiled;
    store.set(objectsOf(GOOD.replace("minute: 5", "minute: 6"))[0]!);
    await compiler.run();
    expect(outcome(compiler).document["plugins"]).toMatchObject([{ config: { minute: 6 } }]);
    // The plugin's own unit, not the Ingress.
    expect(compiler.compiled - before).toBe(1);
  });

  it("binds it when the plugin comes, and takes it away when it goes", async () => {
    const { compiler, store } = await compile(naming("good"));
    expect(outcome(compiler).problems).toHaveLength(1);
    store.set(objectsOf(GOOD)[0]!);
    await compiler.run();
    expect(outcome(compiler)).toMatchObject({ document: { plugins: [{ name: "rate-limiting" }] }, problems: [] });
    store.delete("KongPlugin", "shop", "good");
    await compiler.run();
    expect(outcome(compiler).document["plugins"]).toBeUndefined();
  });

  it("leaves a referrer out together with a plugin that was refused", async () => {
    const { document } = await compile(naming("good") + GOOD, { excluded: ["KongPlugin/shop/good"] });
    expect(document["services"]).toBeUndefined();
  });

  it("sets a plugin once where two objects would, and says so on the later one", async () => {
    const both = plugin("b-first", "plugin: cors\nconfig: {credentials: true}") + plugin("z-second");
    const { plugins, problems } = await shown(naming("z-second,b-first") + both);
    expect(plugins).toEqual([{ name: "cors", config: { credentials: true }, route: ROUTE }]);
    expect(problems).toEqual([expect.stringMatching(/^warning: KongPlugin shop\/z-second: .*\[plugin-twice\]$/)]);
    const all = await shown(naming("z-second,b-first") + both, { settings: { preflight: false } });
    expect(all.plugins).toHaveLength(2);
  });
});

describe("what a plugin object comes to", () => {
  it("copies its fields, and drops what is empty", async () => {
    const full = `plugin: cors
disabled: true
instance_name: mine
protocols: [https]
ordering: {before: {access: [acl]}}
config: {a: {b: null}}`;
    const empty = "plugin: acl\ndisabled: false\ninstance_name: ''\nprotocols: []\nconfig: {}";
    const { plugins } = await shown(naming("full,empty") + plugin("full", full) + plugin("empty", empty), AS_KIC);
    expect(plugins).toEqual([
      {
        name: "cors",
        instance_name: expect.stringMatching(/^mine-[0-9a-f]{9}$/),
        enabled: false,
        protocols: ["https"],
        ordering: { before: { access: ["acl"] } },
        config: { a: { b: null } },
        route: ROUTE,
      },
      { name: "acl", route: ROUTE },
    ]);
  });

  it("gives an instance name to the first that asks for it: Kong takes each once", async () => {
    const two = plugin("a", "plugin: cors\ninstance_name: x") + plugin("b", "plugin: key-auth\ninstance_name: x");
    const { plugins, problems } = await shown(naming("a,b") + two);
    expect(plugins.map((one) => "instance_name" in one)).toEqual([false, true]);
    expect(problems).toEqual([
      expect.stringMatching(/^warning: KongPlugin shop\/b instance_name: .*\[instance-name-taken\]$/),
    ]);
  });

  it("prints run_on, which Kong refuses, only without pre-flight", async () => {
    const yaml = naming("p") + plugin("p", "plugin: cors\nrun_on: first");
    expect((await shown(yaml)).plugins).toEqual([{ name: "cors", route: ROUTE }]);
    expect((await shown(yaml, AS_KIC)).plugins).toMatchObject([{ run_on: "first" }]);
  });

  const from = (key: string) => `plugin: rate-limiting\nconfigFrom: {secretKeyRef: {name: cfg, key: ${key}}}`;
  const patch = (path: string, key: string, config = "{}", name = "cfg") =>
    `plugin: rate-limiting\nconfig: ${config}\nconfigPatches: [{path: "${path}", valueFrom: {secretKeyRef: {name: ${name}, key: ${key}}}}]`;

  it.each([
    ["JSON", from("json"), { minute: 7 }],
    ["YAML", from("yaml"), { minute: 8 }],
    ["a patch", patch("/redis/port", "num", "{minute: 1}"), { minute: 1, redis: { port: 42 } }],
    ["a patch for everything", patch("", "json", "{hour: 1}"), { minute: 7 }],
  ])("takes its configuration from a Secret: %s", async (_, rest, config) => {
    const { plugins, problems } = await shown(naming("p") + SECRET + plugin("p", rest));
    expect(plugins).toEqual([{ name: "rate-limiting", config, route: ROUTE }]);
    expect(problems).toEqual([]);
  });

  it("takes an empty text for no configuration", async () => {
    const { plugins } = await shown(naming("p") + SECRET + plugin("p", from("empty").replace("rate-limiting", "cors")));
    expect(plugins).toEqual([{ name: "cors", route: ROUTE }]);
  });

  it.each([
    [
      "a missing Secret",
      patch("/a", "num", "{}", "gone"),
      "configPatches[0].valueFrom.secretKeyRef.name",
      "secret-missing",
    ],
    ["a missing key", from("gone"), "configFrom.secretKeyRef.key", "secret-key-missing"],
    ["junk", from("junk"), "configFrom.secretKeyRef.key", "plugin-config-unreadable"],
    ["a text", from("text"), "configFrom.secretKeyRef.key", "plugin-config-unreadable"],
    [
      "a patch that is no JSON",
      patch("/a", "junk"),
      "configPatches[0].valueFrom.secretKeyRef.key",
      "plugin-config-unreadable",
    ],
    ["a path without slash", patch("a", "num"), "configPatches[0].path", "plugin-patch-path"],
    ["a number for everything", patch("", "num"), "configPatches", "plugin-patch-path"],
    ["both sources", `${from("json")}\nconfig: {a: 1}`, "configFrom", "plugin-config-twice"],
    ["no name", 'plugin: ""', "plugin", "plugin-unnamed"],
  ])("says on the plugin what is wrong, and drops its uses: %s", async (_, rest, path, code) => {
    const { plugins, problems } = await shown(naming("p,good") + SECRET + GOOD + plugin("p", rest));
    expect(plugins).toEqual([{ name: "rate-limiting", config: { minute: 5 }, route: ROUTE }]);
    expect(problems).toEqual([expect.stringContaining(`error: KongPlugin shop/p ${path}: `)]);
    expect(problems[0]).toContain(`[${code}]`);
    expect(problems[0]).not.toContain("canary");
  });

  it("says what is wrong with a plugin that nobody uses, too", async () => {
    const { problems } = await shown(plugin("p", from("json")));
    expect(problems).toEqual([expect.stringContaining("[secret-missing]")]);
  });

  it("reads the Secret of a KongClusterPlugin where that says", async () => {
    const cluster = clusterPlugin("c", from("json").replace("{name: cfg", "{namespace: shop, name: cfg"));
    const { plugins } = await shown(naming("c") + SECRET + cluster);
    expect(plugins).toMatchObject([{ config: { minute: 7 } }]);
  });

  it("keeps its former configuration while a Secret is not loaded", async () => {
    const { compiler, store } = await compile(naming("good") + GOOD);
    store.setUnloaded({ apiVersion: "v1", kind: "Secret", metadata: { name: "cfg", namespace: "shop" } });
    store.set(objectsOf(plugin("good", from("json")))[0]!);
    await compiler.run();
    expect(compiler.pending).toBeGreaterThan(0);
    expect(outcome(compiler)).toMatchObject({ document: { plugins: [{ config: { minute: 5 } }] }, problems: [] });
    store.set(objectsOf(SECRET)[0]!);
    await compiler.run();
    expect(compiler.pending).toBe(0);
    expect(outcome(compiler)).toMatchObject({ document: { plugins: [{ config: { minute: 7 } }] }, problems: [] });
  });
});

describe("global plugins", () => {
  const GLOBAL = ', labels: {global: "true"}';

  it("sets a labelled KongClusterPlugin for everything, and where it is named too", async () => {
    const yaml = naming("g") + clusterPlugin("g", "plugin: cors\ninstance_name: all", GLOBAL);
    const { plugins } = await shown(yaml);
    expect(plugins).toEqual([
      { name: "cors", instance_name: expect.stringMatching(/^all-/), route: ROUTE },
      { name: "cors", instance_name: "all" },
    ]);
  });

  it("sets none of two that configure the same plugin", async () => {
    const { plugins, problems } = await shown(
      clusterPlugin("a", undefined, GLOBAL) + clusterPlugin("b", undefined, GLOBAL),
    );
    expect(plugins).toEqual([]);
    expect(problems.filter((problem) => problem.includes("[global-plugin-conflict]"))).toHaveLength(2);
  });

  it("leaves alone what is not labelled or of another class", async () => {
    const foreign = clusterPlugin("b", undefined, GLOBAL).replace("class: kong", "class: nginx");
    expect(await shown(clusterPlugin("a") + foreign)).toEqual({ plugins: [], problems: [] });
  });
});

describe("plugins that Kong does not come with", () => {
  const own = naming("p") + plugin("p", "plugin: paint\nconfig: {colour: red}");

  it("are used where the gateway says that it has them", async () => {
    const { document, problems } = await compile(own, { profile: { plugins: ["cors", "paint"] } });
    expect(document["plugins"]).toMatchObject([{ name: "paint", config: { colour: "red" } }]);
    expect(problems).toEqual([]);
  });

  it("are left out where it says that it has not, as are those that are switched off there", async () => {
    const { document, problems } = await compile(own, { profile: { plugins: ["cors"] } });
    expect(document["plugins"]).toBeUndefined();
    expect(problems.join()).toContain("Kong would refuse the plugin paint");
    const cors = await compile(naming("c") + plugin("c"), { profile: { plugins: ["paint"] } });
    expect(cors.problems.join()).toContain("Kong would refuse the plugin cors");
  });
});

describe("a plugin that does not come with Kong", () => {
  const custom = `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: p, namespace: n}
plugin: paint
config: {colour: green}
`;
  it("is refused offline, with the flag that tells of it", async () => {
    const { problems } = await compile(custom);
    expect(problems.join()).toContain("--custom-plugins=paint");
  });

  it("is let through when the gateway has it, and before a gateway has told which it has", async () => {
    const told = await compile(custom, { profile: { plugins: ["paint"] } });
    const guessed = await compile(custom, { settings: { assumeExisting: false } });
    expect([...told.problems, ...guessed.problems]).toEqual([]);
  });

  it("is refused by a gateway that has told it has not", async () => {
    const { problems } = await compile(custom, { profile: { plugins: ["acl"] }, settings: { assumeExisting: false } });
    expect(problems.join()).toMatch(/'paint' not enabled/);
    expect(problems.join()).not.toContain("--custom-plugins");
  });
});
