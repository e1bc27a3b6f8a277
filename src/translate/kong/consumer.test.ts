import { describe, expect, it } from "vitest";
import { consumerId } from "../../kong/ids.ts";
import { type CompileOptions, compile } from "../testing/compile.ts";

function consumer(name: string, rest = `username: ${name}`, annotations = ""): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ${name}, namespace: shop, annotations: {kubernetes.io/ingress.class: kong${annotations}}}
${rest}
---
`;
}

function secret(name: string, type: string, data: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop, labels: {${type === "" ? "" : `konghq.com/credential: ${type}`}}}
stringData: ${data}
---
`;
}

function group(name: string, namespace = "shop", annotations = ""): string {
  return `
apiVersion: configuration.konghq.com/v1beta1
kind: KongConsumerGroup
metadata: {name: ${name}, namespace: ${namespace}, annotations: {kubernetes.io/ingress.class: kong${annotations}}}
---
`;
}

const PLUGIN = `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: p, namespace: shop}
plugin: rate-limiting
config: {minute: 5}
---
`;
const ROUTE = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop, annotations: {konghq.com/plugins: p}}
spec:
  ingressClassName: kong
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
`;
const WITH_P = ", konghq.com/plugins: p";
const AS_KIC: CompileOptions = { settings: { preflight: false } };

const stripped = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === "tags" ? undefined : item)));
const shown = async (yaml: string, options: CompileOptions = {}) => {
  const { document, problems } = await compile(yaml, options);
  const section = (name: string) => stripped(document[name] ?? []);
  return {
    consumers: section("consumers"),
    groups: section("consumer_groups"),
    members: section("consumer_group_consumers"),
    plugins: section("plugins"),
    problems,
  };
};
const codes = (problems: readonly string[]) => problems.map((problem) => /\[([\w-]+)\]$/.exec(problem)?.[1]);

describe("consumers", () => {
  it("are known by username, custom_id or both, those without username first", async () => {
    const yaml = consumer("b", "username: b\ncustom_id: '1'") + consumer("a") + consumer("c", "custom_id: '2'");
    const { consumers } = await shown(yaml, { settings: { fillIds: true } });
    expect(consumers).toEqual([
      { custom_id: "2" },
      { id: consumerId("a"), username: "a" },
      { id: consumerId("b"), username: "b", custom_id: "1" },
    ]);
  });

  it("need a name", async () => {
    const { consumers, problems } = await shown(consumer("a", "username: ''"));
    expect(consumers).toEqual([]);
    expect(codes(problems)).toEqual(["consumer-unnamed"]);
  });

  it("of another class, or of none, are not ours", async () => {
    const yaml = consumer("a").replace("class: kong", "class: nginx") + consumer("b").replace(/annotations.*}}/, "}");
    expect((await shown(yaml)).consumers).toEqual([]);
  });

  it("carry the tags of their objects, and credentials those of their Secrets", async () => {
    const yaml =
      consumer("a", "username: a\ncredentials: [k]", ", konghq.com/tags: vip") + secret("k", "key-auth", "{key: x}");
    const { document } = await compile(yaml);
    expect(document["consumers"]).toMatchObject([
      {
        tags: [
          "k8s-name:a",
          "k8s-namespace:shop",
          "k8s-kind:KongConsumer",
          "k8s-group:configuration.konghq.com",
          "k8s-version:v1",
          "vip",
        ],
        keyauth_credentials: [{ tags: ["k8s-name:k", "k8s-namespace:shop", "k8s-kind:Secret", "k8s-version:v1"] }],
      },
    ]);
  });

  describe("of one name", () => {
    const two = (rest: string) => consumer("z", rest) + consumer("a", rest);
    it.each([
      ["username", "username: x"],
      ["custom_id", "custom_id: x"],
      ["custom_id beside a username", "custom_id: x\nusername: NAME"],
    ])("count once: the first; without pre-flight all stand (%s)", async (_, rest) => {
      const yaml = two(rest).replace("NAME", "one").replace("NAME", "two");
      const { consumers, problems } = await shown(yaml);
      expect(consumers).toHaveLength(1);
      expect(codes(problems)).toEqual(["duplicate-consumer"]);
      expect(problems[0]).toContain("error: KongConsumer shop/z: ");
      expect((await shown(yaml, AS_KIC)).consumers).toHaveLength(2);
    });

    it("are not inherited from one that is left out", async () => {
      const { consumers } = await shown(two("username: x"), { excluded: ["KongConsumer/shop/a"] });
      expect(consumers).toEqual([]);
    });
  });
});

describe("credentials", () => {
  it.each([
    ["key-auth", "{key: k, ttl: '60', other: o}", "keyauth_credentials", { key: "k", ttl: 60 }],
    ["basic-auth", "{Username: u, PASSWORD: p}", "basicauth_credentials", { username: "u", password: "p" }],
    ["hmac-auth", "{username: u, secret: s}", "hmacauth_credentials", { username: "u", secret: "s" }],
    ["jwt", "{key: k, secret: s}", "jwt_secrets", { key: "k", secret: "s", algorithm: "HS256" }],
    [
      "jwt",
      "{key: k, algorithm: RS256, rsa_public_key: p}",
      "jwt_secrets",
      { key: "k", algorithm: "RS256", rsa_public_key: "p" },
    ],
    [
      "oauth2",
      "{name: app, client_id: i, client_secret: s, client_type: public, hash_secret: 'true', redirect_uris: 'https://a,https://b'}",
      "oauth2_credentials",
      {
        name: "app",
        client_id: "i",
        client_secret: "s",
        client_type: "public",
        hash_secret: true,
        redirect_uris: ["https://a", "https://b"],
      },
    ],
    ["acl", "{group: g}", "acls", { group: "g" }],
    ["mtls-auth", "{subject_name: s}", "mtls_auth_credentials", { subject_name: "s" }],
  ])("of type %s are read from a Secret: %s", async (type, data, list, value) => {
    const yaml = consumer("a", "username: a\ncredentials: [s]") + secret("s", type, data);
    expect((await shown(yaml, AS_KIC)).consumers).toEqual([{ username: "a", [list]: [value] }]);
  });

  it("of which Kong would refuse one are admitted each on its own", async () => {
    const yaml =
      consumer("a", "username: a\ncredentials: [e, k, o]") +
      secret("e", "key-auth", '{key: ""}') +
      secret("k", "key-auth", "{key: k, ttl: '60'}") +
      secret("o", "oauth2", "{name: app, client_id: i, redirect_uris: 'https://a.example, https://b.example'}");
    const { consumers, problems } = await shown(yaml);
    expect(consumers).toEqual([
      {
        username: "a",
        keyauth_credentials: [{ key: "k", ttl: 60 }],
        // With the blank cut off, which Kong would refuse.
        oauth2_credentials: [
          { name: "app", client_id: "i", redirect_uris: ["https://a.example", "https://b.example"] },
        ],
      },
    ]);
    expect(problems).toEqual([expect.stringContaining("error: Secret shop/e data.key: ")]);
  });

  it.each([
    ["no Secret", "", "credentials[0]", "secret-missing"],
    ["no label", secret("s", "", "{key: canary}"), "credentials[0]", "credential-without-label"],
    ["an unknown label", secret("s", "telepathy", "{key: canary}"), "credentials[0]", "credential-type-unknown"],
    ["a field missing", secret("s", "basic-auth", "{password: canary}"), "credentials[0]", "credential-field-missing"],
  ])("that cannot be used are said and left out, not their consumer: %s", async (_, objects, path, code) => {
    const { consumers, problems } = await shown(consumer("a", "username: a\ncredentials: [s]") + objects);
    expect(consumers).toEqual([{ username: "a" }]);
    expect(problems).toEqual([expect.stringContaining(`error: KongConsumer shop/a ${path}: `)]);
    expect(codes(problems)).toEqual([code]);
    expect(problems.join()).not.toContain("canary");
  });

  it.each([
    ["ttl", "key-auth", "{key: k, ttl: canary}", { key: "k" }],
    [
      "hash_secret",
      "oauth2",
      "{name: app, client_id: i, hash_secret: canary}",
      { name: "app", client_id: "i", hash_secret: false },
    ],
  ])("do without a bad %s, with a warning that does not quote it", async (field, type, data, value) => {
    const { consumers, problems } = await shown(
      consumer("a", "username: a\ncredentials: [s]") + secret("s", type, data),
      AS_KIC,
    );
    expect(Object.values((consumers as Record<string, unknown>[])[0]!)).toContainEqual([value]);
    expect(problems).toEqual([expect.stringContaining(`credentials[0]: ${field} in the Secret shop/s`)]);
    expect(problems.join()).not.toContain("canary");
  });

  it("in conflict take all consumers that have them out, and everybody concerned is told", async () => {
    const yaml =
      consumer("a", "username: a\ncredentials: [k1]") +
      consumer("b", "username: b\ncredentials: [k2]") +
      consumer("c", "username: c\ncredentials: [k3, u]") +
      secret("k1", "key-auth", "{key: canary}") +
      secret("k2", "key-auth", "{key: canary}") +
      secret("k3", "key-auth", "{key: else}") +
      // Another index: no conflict.
      secret("u", "basic-auth", "{username: canary, password: p}");
    const { consumers, problems } = await shown(yaml);
    expect(consumers).toMatchObject([{ username: "c" }]);
    expect(problems.map((problem) => problem.split(": ")[1])).toEqual([
      "KongConsumer shop/a credentials[0]",
      "KongConsumer shop/b credentials[0]",
      "Secret shop/k1",
      "Secret shop/k2",
    ]);
    expect(problems.join()).not.toContain("canary");
  });

  it("in conflict with themselves are one too: the same Secret twice", async () => {
    const yaml = consumer("a", "username: a\ncredentials: [k, k]") + secret("k", "key-auth", "{key: x}");
    const { consumers, problems } = await shown(yaml);
    expect(consumers).toEqual([]);
    expect(codes(problems)).toEqual(["credential-conflict", "credential-conflict", "credential-conflict"]);
  });

  it("count once for an ACL group; without pre-flight as often as they are named", async () => {
    const yaml =
      consumer("a", "username: a\ncredentials: [g1, g2]") +
      secret("g1", "acl", "{group: g}") +
      secret("g2", "acl", "{group: g}");
    const { consumers, problems } = await shown(yaml);
    expect(consumers).toEqual([{ username: "a", acls: [{ group: "g" }] }]);
    expect(codes(problems)).toEqual(["duplicate-acl-group"]);
    expect((await shown(yaml, AS_KIC)).consumers).toMatchObject([{ acls: [{}, {}] }]);
  });
});

describe("consumer groups", () => {
  const EE: CompileOptions = { profile: { enterprise: true } };
  const anna = consumer("anna", "username: anna\nconsumerGroups: [gold, gone]");

  it("have the consumers that name them as members, and a missing one is said", async () => {
    const { groups, members, problems } = await shown(anna + group("gold"), EE);
    expect(groups).toEqual([{ name: "gold" }]);
    expect(members).toEqual([{ consumer_group: "gold", consumer: "anna" }]);
    expect(problems).toEqual([expect.stringContaining("error: KongConsumer shop/anna consumerGroups[1]: ")]);
  });

  it("of one name count once, with the members of their own namespace only", async () => {
    const other = consumer("dora", "username: dora\nconsumerGroups: [gold]").replace(
      "namespace: shop",
      "namespace: a-shop",
    );
    const yaml = anna + other + group("gold") + group("gold", "a-shop");
    const { groups, members, problems } = await shown(yaml, EE);
    expect(groups).toEqual([{ name: "gold" }]);
    expect(members).toEqual([{ consumer_group: "gold", consumer: "dora" }]);
    expect(codes(problems)).toContain("duplicate-consumer-group");
    const all = await shown(yaml, { ...EE, ...AS_KIC });
    expect(all.groups).toHaveLength(2);
    expect(all.members).toHaveLength(2);
  });

  it("lose their members when they are left out, but not the consumers", async () => {
    const { consumers, members } = await shown(anna + group("gold"), {
      ...EE,
      excluded: ["KongConsumerGroup/shop/gold"],
    });
    expect(consumers).toEqual([{ username: "anna" }]);
    expect(members).toEqual([]);
  });
});

describe("relations of one plugin object (spec: kong-crds §2.1)", () => {
  const service = ROUTE.replace(
    "{name: web, namespace: shop}",
    "{name: web, namespace: shop, annotations: {konghq.com/plugins: p}}",
  );
  const route = "shop.i.web..80";
  const gold = group("gold", "shop", WITH_P);
  const anna = consumer("anna", undefined, WITH_P);

  it.each([
    ["a route", ROUTE, [{ route }]],
    ["a route and its service", service, [{ route }, { service: "shop.web.80" }]],
    ["a consumer", anna, [{ consumer: "anna" }]],
    ["a consumer on a route", ROUTE + anna, [{ consumer: "anna", route }]],
    ["a consumer, a group and a route", ROUTE + anna + gold, [{ consumer: "anna", route }]],
    ["a consumer and a group", anna + gold, [{ consumer: "anna" }]],
    ["a group", gold, [{ consumer_group: "gold" }]],
    ["a group on a route", ROUTE + gold, [{ consumer_group: "gold", route }]],
  ])("%s", async (_, objects, relations) => {
    const { plugins } = await shown(objects + PLUGIN, { profile: { enterprise: true } });
    expect(plugins).toEqual(
      relations.map((relation) => ({ name: "rate-limiting", config: { minute: 5 }, ...relation })),
    );
  });

  it("do not widen to everybody when the one they are for is left out", async () => {
    const options: CompileOptions = { excluded: ["KongConsumer/shop/anna"] };
    expect((await shown(ROUTE + anna + PLUGIN, options)).plugins).toEqual([]);
    const conflict =
      consumer("anna", "username: anna\ncredentials: [k, k]", WITH_P) + secret("k", "key-auth", "{key: x}");
    expect((await shown(ROUTE + conflict + PLUGIN)).plugins).toEqual([]);
  });

  it("name a consumer without username by an id made for it, since Kong fails on its custom_id", async () => {
    const custom = consumer("c", "custom_id: c-1", WITH_P);
    const { consumers, plugins } = await shown(custom + PLUGIN);
    const [{ id }] = consumers as [{ id: string }];
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(plugins).toEqual([{ name: "rate-limiting", config: { minute: 5 }, consumer: id }]);
    const kic = await shown(custom + PLUGIN, AS_KIC);
    expect(kic.consumers).toEqual([{ custom_id: "c-1" }]);
    expect(kic.plugins).toEqual([{ name: "rate-limiting", config: { minute: 5 }, consumer: "c-1" }]);
  });
});
