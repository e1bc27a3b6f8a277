import { ingress, service } from "../bad-input/manifests.ts";
import type { IssuedCertificate } from "../support/certificates.ts";
import type { TestObject } from "../support/cluster-client.ts";
import type { Canaries } from "./canaries.ts";

const CLASS = { "kubernetes.io/ingress.class": "kong" };

/** Every place in which a Secret, or something like it, is used: well and wrongly. `refused` is what the gateway is told to refuse, with words that quote it. */
export interface CanaryScene {
  readonly objects: readonly TestObject[];
  /** Documents that no API server would take. */
  readonly broken: readonly string[];
  /** Values that must reach the gateway. */
  readonly pushed: readonly string[];
  readonly refused: string;
}

function secret(name: string, stringData: object, metadata: object = {}, type = "Opaque"): TestObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "shop", ...metadata }, type, stringData };
}

function kong(kind: string, name: string, fields: object, metadata: object = {}, version = "v1"): TestObject {
  const apiVersion = `configuration.konghq.com/${version}`;
  return { apiVersion, kind, metadata: { name, namespace: "shop", annotations: CLASS, ...metadata }, ...fields };
}

/** A consumer with one credential. */
function consumer(name: string, type: string, fields: object): readonly TestObject[] {
  return [
    secret(name, fields, { labels: { "konghq.com/credential": type } }),
    kong("KongConsumer", name, { username: name, credentials: [name] }),
  ];
}

/** A plugin that takes its configuration, or a part of it, from a Secret. */
function plugin(
  name: string,
  type: string,
  config: string,
  patch?: { readonly path: string; readonly config: object },
) {
  const secretKeyRef = { name, key: "config" };
  const source =
    patch === undefined
      ? { configFrom: { secretKeyRef } }
      : { config: patch.config, configPatches: [{ path: patch.path, valueFrom: { secretKeyRef } }] };
  return [secret(name, { config }), kong("KongPlugin", name, { plugin: type, ...source }, { annotations: {} })];
}

/** An Ingress that names a plugin. */
function pluginUser(name: string): string {
  return ingress(`with-${name}`, `${name}.test`, { annotations: { "konghq.com/plugins": name } });
}

export function canaryScene(
  canaries: Canaries,
  pairs: { readonly site: IssuedCertificate; readonly other: IssuedCertificate; readonly authority: IssuedCertificate },
  toObjects: (yaml: string) => readonly TestObject[],
): CanaryScene {
  const c = canaries;
  const pushed = {
    key: c.long("key-auth-key"),
    password: c.long("basic-auth-password"),
    hmac: c.short("hmac-secret"),
    jwt: c.long("jwt-secret"),
    oauth: c.long("oauth2-client-secret"),
    message: c.long("config-from"),
    patched: c.short("config-patch"),
  };
  const refused = c.long("refused-by-the-gateway");
  const doubled = c.long("doubled");
  const twice = c.long("key-of-two");
  const site = { "tls.crt": pairs.site.cert, "tls.key": c.pem("tls-key", pairs.site.key) };
  const withSite = ingress("site", "site.test").replace(
    "spec:\n",
    "spec:\n  tls: [{hosts: [site.test], secretName: site}, {hosts: [broken.test], secretName: broken}, {hosts: [mixed.test], secretName: mixed}]\n",
  );
  const plugins: Readonly<Record<string, readonly TestObject[]>> = {
    whole: plugin("whole", "request-termination", `message: ${pushed.message}\n`),
    patched: plugin("patched", "rate-limiting", JSON.stringify(pushed.patched), {
      path: "/redis/password",
      config: { minute: 5, policy: "redis", redis: { host: "redis.test" } },
    }),
    quoted: plugin("quoted", "request-termination", `message: ${refused}\n`),
    "bad-range": plugin("bad-range", "ip-restriction", `allow: [${c.long("range")}, ${c.short("range")}]\n`),
    "bad-header": plugin(
      "bad-header",
      "request-transformer",
      `add: {headers: [${c.long("header")}, ${c.short("header")}]}\n`,
    ),
    "bad-number": plugin("bad-number", "rate-limiting", `minute: ${c.long("number")}\npolicy: ${c.short("policy")}\n`),
    "bad-field": plugin("bad-field", "key-auth", `${c.long("field")}: 1\n${c.short("field")}: {a: 1}\n`),
    "bad-yaml": plugin("bad-yaml", "key-auth", `{[${c.long("yaml")}\n${c.short("yaml")}: [`),
    "bad-doubled": plugin("bad-doubled", "key-auth", `${doubled}: 1\n${doubled}: 2\n`),
    "bad-scalar": plugin("bad-scalar", "key-auth", c.long("scalar")),
    "bad-patch": plugin("bad-patch", "key-auth", `{[${c.long("patch")}`, { path: "/key_names", config: {} }),
    "bad-place": plugin("bad-place", "key-auth", JSON.stringify(c.long("place")), { path: "/a/b/c", config: {} }),
    "bad-url": plugin("bad-url", "http-log", JSON.stringify(`no url ${c.long("url")}`), {
      path: "/http_endpoint",
      config: {},
    }),
  };
  const authority = { id: "9c6a3f0e-51a1-4b8e-9d61-3f6f4a1f7b10", cert: pairs.authority.cert, note: c.long("ca-note") };
  const ofAuthority = { labels: { "konghq.com/ca-cert": "true" }, annotations: CLASS };
  const objects: readonly TestObject[] = [
    ...toObjects([service("echo"), withSite, ...Object.keys(plugins).map(pluginUser)].join("---\n")),
    ...Object.values(plugins).flat(),
    secret("site", site, {}, "kubernetes.io/tls"),
    secret("broken", { "tls.crt": c.long("broken-crt"), "tls.key": c.long("broken-key") }, {}, "kubernetes.io/tls"),
    secret(
      "mixed",
      { "tls.crt": pairs.site.cert, "tls.key": c.pem("other-key", pairs.other.key) },
      {},
      "kubernetes.io/tls",
    ),
    secret("authority", authority, ofAuthority),
    secret("no-authority", { id: c.long("ca-id"), cert: c.long("ca-cert") }, ofAuthority),
    secret("unused", { a: c.long("unused"), b: c.short("unused") }),
    ...consumer("ann", "key-auth", { key: pushed.key }),
    ...consumer("bob", "basic-auth", { username: c.long("basic-auth-name"), password: pushed.password }),
    ...consumer("cid", "hmac-auth", { username: c.short("hmac-name"), secret: pushed.hmac }),
    ...consumer("dan", "jwt", { key: c.long("jwt-key"), secret: pushed.jwt, algorithm: "HS256" }),
    ...consumer("eve", "oauth2", {
      name: "app",
      client_id: c.long("oauth2-client-id"),
      client_secret: pushed.oauth,
      redirect_uris: "http://app.test/",
    }),
    ...consumer("fay", "acl", { group: c.long("acl-group") }),
    ...consumer("gus", "mtls-auth", { subject_name: c.long("mtls-subject") }),
    ...consumer("one", "key-auth", { key: twice }),
    ...consumer("two", "key-auth", { key: twice }),
    ...consumer("no-url", "oauth2", {
      name: "x",
      client_id: "y",
      client_secret: "z",
      redirect_uris: c.long("redirect"),
    }),
    ...consumer("no-algorithm", "jwt", { key: c.long("jwt-key-2"), algorithm: c.short("algorithm") }),
    ...consumer("no-public-key", "jwt", { key: "k", algorithm: "RS256", rsa_public_key: c.long("public-key") }),
    ...consumer("no-password", "basic-auth", { username: c.long("lonely-name") }),
    ...consumer("no-type", "no-such-type", { key: c.long("untyped") }),
    kong(
      "KongClusterPlugin",
      "everywhere",
      {
        plugin: "correlation-id",
        config: {},
        configPatches: [
          {
            path: "/header_name",
            valueFrom: { secretKeyRef: { namespace: "shop", name: "everywhere", key: "config" } },
          },
        ],
      },
      { namespace: undefined, labels: { global: "true" } },
    ),
    secret("everywhere", { config: JSON.stringify(c.long("cluster-plugin")) }),
    kong(
      "KongLicense",
      "licence",
      { rawLicenseString: JSON.stringify({ license: c.long("licence") }), enabled: true },
      { namespace: undefined },
      "v1alpha1",
    ),
    kong(
      "KongLicense",
      "no-licence",
      { rawLicenseString: c.long("broken-licence"), enabled: true },
      { namespace: undefined },
      "v1alpha1",
    ),
  ];
  const head = (kind: string, name: string) =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop}\n`;
  return {
    objects,
    broken: [
      `${head("Secret", "list")}data: {a: [${c.long("in-list")}]}\nstringData: ${c.long("no-map")}\n`,
      `${head("Secret", "number")}stringData: {a: 7, b: ${c.long("beside-a-number")}}\n`,
      `${head("Secret", "doubled")}stringData: {a: ${c.long("twice-a")}, a: ${c.long("twice-b")}}\n`,
      `${head("Secret", "open")}stringData: {a: ${c.long("open")}\n`,
      `${head("Secrets", "kind")}stringData: {a: ${c.long("slip")}}\n`,
      `${head("Secret", "base64")}data: {key: "!${c.long("no-base64")}!"}\n`,
    ],
    pushed: Object.values(pushed),
    refused,
  };
}
