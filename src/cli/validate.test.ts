import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../base/clock.ts";
import { SecretValues } from "../base/redact.ts";
import { type Answering, rootAnswer, StandIn } from "../gateways/stand-in.ts";
import { printSchema } from "../kong/schema/print.ts";
import { schemasOf } from "../kong/schema/schemas.ts";
import { COMMANDS, STANDARD_COMMAND } from "./commands.ts";
import { dispatch } from "./dispatch.ts";
import { Termination } from "./termination.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder = "";
const gateways: StandIn[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "validate-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const gateway of gateways.splice(0)) await gateway.stop();
});

interface Terminal {
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

async function run(argv: readonly string[], { columns, environment = {} }: Terminal = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await dispatch(
    {
      argv: ["validate", ...argv],
      environment,
      stdin: Readable.from([]),
      stdout: { write: (text) => void out.push(text), columns },
      stderr: { write: (text) => void err.push(text), columns: undefined },
      clock: systemClock,
      random: () => 0,
      termination: new Termination(systemClock, () => undefined),
      secrets: new SecretValues(),
    },
    COMMANDS,
    STANDARD_COMMAND,
  );
  return { code, out: out.join("").replaceAll(`${folder}/`, ""), err: err.join("") };
}

/** Checks documents that stand in one file, `a.yaml`. */
async function check(text: string, argv: readonly string[] = [], terminal?: Terminal) {
  await writeFile(join(folder, "a.yaml"), text);
  return run(["-f", folder, ...argv], terminal);
}

async function lines(text: string, argv: readonly string[] = []): Promise<readonly string[]> {
  return (await check(text, argv)).out.trimEnd().split("\n");
}

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
`;

const ingress = (
  more = "",
  path = "{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}",
) =>
  `${SERVICE}apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
${more}spec:
  ingressClassName: kong
  rules:
  - host: a.com
    http:
      paths:
      - ${path}
`;

const plugin = (rest: string, name = "limit") =>
  `apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: ${name}, namespace: shop}\n${rest}\n`;

describe("what is good", () => {
  test("exit code 0 and one line", async () => {
    expect(await check(ingress())).toEqual({ code: 0, out: "2 objects in 1 file: nothing wrong\n", err: "" });
  });

  test("a namespace need not be given: it is kubectl's default", async () => {
    const { code, out } = await check(ingress().replaceAll(/,? *namespace: shop\n?/g, ""));
    expect([code, out]).toEqual([0, "2 objects in 1 file: nothing wrong\n"]);
  });

  test("kinds of others are passed over with a note", async () => {
    const other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n";
    const { code, out } = await check(`${ingress()}${other}${other}`);
    expect(code).toBe(0);
    expect(out).toBe(
      "note: passed over, since Silverback does not read them: apps/v1 Deployment (2)\n2 objects in 1 file: nothing wrong\n",
    );
  });
});

describe("what is wrong, with the line of the field", () => {
  test("as the API server sees it: shape, values, rules, names", async () => {
    expect(await lines(ingress("", "{path: shop, pathType: Prefix, backend: {serviceName: web}}"))).toEqual([
      "a.yaml:17: error: Ingress shop/web spec.rules[0].http.paths[0]: the path must begin with / [rule-broken]",
      "a.yaml:17: error: Ingress shop/web spec.rules[0].http.paths[0].backend: either a service or a resource must be given [rule-broken]",
      "a.yaml:17: warning: Ingress shop/web spec.rules[0].http.paths[0].backend.serviceName: there is no such field [field-unknown]",
      "2 objects in 1 file: 2 errors, 1 warning",
    ]);
    expect(
      await lines(`${SERVICE.replace("web", "Web")}${plugin("plugin: cors\nprotocols: [http]\nconfig: 1")}`),
    ).toEqual([
      expect.stringMatching(/^a\.yaml:3: error: Service shop\/Web metadata\.name: must be small letters/),
      "a.yaml:11: error: KongPlugin shop/limit config: must be an object, but is an integer [object-malformed]",
      "1 object in 1 file: 2 errors",
    ]);
  });

  test("a missing field is told at what it is missing from", async () => {
    const rules = "spec:\n  rules:\n  - port: 9000\n  - port: 9001\n    backend:\n      serviceName: x";
    const [first] = await lines(
      `apiVersion: configuration.konghq.com/v1beta1\nkind: TCPIngress\nmetadata: {name: x, namespace: shop}\n${rules}\n`,
    );
    expect(first).toBe("a.yaml:6: error: TCPIngress shop/x spec.rules[0].backend: is required [object-malformed]");
  });

  test("unknown fields are warnings, also of objects that have not the shape of their kind", async () => {
    const { code, out } = await check(plugin("plugin: cors\nprotocol: [http]"));
    expect([code, out]).toEqual([
      0,
      "a.yaml:5: warning: KongPlugin shop/limit protocol: there is no such field; is protocols meant? [field-unknown]\n1 object in 1 file: 1 warning\n",
    ]);
    const wrong = await lines(plugin("plugn: cors"));
    expect(wrong[0]).toMatch(/a\.yaml:1: error: KongPlugin shop\/limit plugin: is required/);
    expect(wrong[1]).toMatch(/a\.yaml:4: warning: KongPlugin shop\/limit plugn: .* is plugin meant/);
  });

  test("references among the objects that are given", async () => {
    const annotations = "  annotations:\n    konghq.com/plugins: nope\n    konghq.com/upstream-policy: gone\n";
    const found = await lines(
      ingress(annotations).replace(
        "spec:\n  ingressClassName",
        "spec:\n  tls: [{hosts: [a.com], secretName: none}]\n  ingressClassName",
      ),
    );
    expect(found.map((line) => line.replace(/^(\S+ \w+: ).*\[(.*)\]$/, "$1$2"))).toEqual([
      "a.yaml:12: error: plugin-missing",
      "a.yaml:15: error: secret-missing",
      "2 objects in 1 file: 2 errors",
    ]);
  });

  test("what Kong would refuse, also of a plugin that nobody uses", async () => {
    expect(await lines(plugin("plugin: rate-limiting\nconfig:\n  hour: 1\n  minute: five"))).toEqual([
      "a.yaml:7: error: KongPlugin shop/limit config.minute: Kong would refuse the plugin rate-limiting, field config.minute: expected a number; it is left out [kong-refuses]",
      "1 object in 1 file: 1 error",
    ]);
  });

  test("a plugin that Kong has not, with the one that is meant; one's own can be named", async () => {
    expect(await lines(`${plugin("plugin: my-own")}---\n${plugin("plugin: rate-limitting", "slip")}`)).toEqual([
      expect.stringMatching(/^a\.yaml:4: error: KongPlugin shop\/limit plugin: .*--custom-plugins/),
      expect.stringMatching(
        /^a\.yaml:9: error: KongPlugin shop\/slip plugin: .*; is rate-limiting meant\? \[kong-refuses\]$/,
      ),
      "2 objects in 1 file: 2 errors",
    ]);
    expect(await lines(plugin("plugin: my-own"), ["--custom-plugins=my-own"])).toEqual([
      "1 object in 1 file: nothing wrong",
    ]);
  });

  test("a Gateway that is not given beside others", async () => {
    const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - name: public
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
${SERVICE}`;
    expect(await lines(route)).toEqual(["2 objects in 1 file: nothing wrong"]);
    const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: publik, namespace: shop}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
`;
    const { code, out } = await check(gateway + route);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^a\.yaml:11: warning: HTTPRoute shop\/web spec\.parentRefs\[0\]\.name: .*is shop\/publik meant\? \[parent-missing\]$/m,
    );
  });

  test("an object that names no class, unless ours is the default one", async () => {
    const consumer =
      "apiVersion: configuration.konghq.com/v1\nkind: KongConsumer\nmetadata: {name: ann, namespace: shop}\nusername: ann\n";
    const ingressClass = (isDefault: boolean) => `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong, annotations: {ingressclass.kubernetes.io/is-default-class: "${isDefault}"}}
spec: {controller: ingress-controllers.konghq.com/kong}
`;
    const text = `${ingress().replace("  ingressClassName: kong\n", "")}---\n${consumer}`;
    expect(await lines(text)).toEqual([
      expect.stringMatching(
        /^a\.yaml:11: warning: Ingress shop\/web spec: .*set spec\.ingressClassName to kong \[class-missing\]$/,
      ),
      expect.stringMatching(
        /^a\.yaml:20: warning: KongConsumer shop\/ann metadata: .*set the annotation kubernetes\.io\/ingress\.class/,
      ),
      "3 objects in 1 file: 2 warnings",
    ]);
    expect(await lines(text + ingressClass(false))).toHaveLength(3);
    expect(await lines(text + ingressClass(true))).toEqual(["4 objects in 1 file: nothing wrong"]);
    const others = consumer.replace(
      "namespace: shop",
      "namespace: shop, annotations: {kubernetes.io/ingress.class: nginx}",
    );
    expect(await lines(others)).toEqual(["1 object in 1 file: nothing wrong"]);
  });

  test("what cannot be read has file and line, and hides nothing", async () => {
    const { code, out } = await check(`a: @x\n---\njust text\n---\n${plugin("plugin: cors")}---\n\tx: 1\n`);
    expect(code).toBe(1);
    expect(out.split("\n").slice(0, 4)).toEqual([
      expect.stringMatching(/^a\.yaml:1: error: a text that begins with @/),
      expect.stringMatching(/^a\.yaml:3: error: a document is no Kubernetes object/),
      expect.stringMatching(/^a\.yaml:10: error: a tab is used/),
      "1 object in 1 file: 3 errors",
    ]);
    expect(await run(["-f", join(folder, "none")])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^none: error: cannot be read: ENOENT/),
    });
  });

  test("no Secret's value is shown", async () => {
    const secret = `apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop, labels: {konghq.com/credential: key-auth}}
stringData:
  key: 0815471100
  config: '{"policy": "canary-canary"}'
---
${plugin("plugin: rate-limiting\nconfigFrom: {secretKeyRef: {name: s, key: config}}")}`;
    const numbers = await check(secret);
    expect(numbers.code).toBe(1);
    expect(numbers.out).toMatch(/^a\.yaml:5: error: Secret shop\/s stringData\.key: must be a string/m);
    const texts = await check(secret.replace("0815471100", '"0815471100"'));
    expect(texts.out).toMatch(/KongPlugin shop\/limit configFrom\.secretKeyRef: .*field config\.policy: /);
    expect(texts.out + numbers.out).not.toMatch(/canary|0815/);
  });
});

describe("each thing once", () => {
  test.each<[string, string, string]>([
    [
      "a consumer without a name",
      `apiVersion: configuration.konghq.com/v1\nkind: KongConsumer\nmetadata: {name: a, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}\n`,
      "rule-broken",
    ],
    ["a backend that is none", ingress("", "{path: /, pathType: Prefix, backend: {}}"), "rule-broken"],
    [
      "a type of path",
      ingress("", "{path: /, pathType: Some, backend: {service: {name: web, port: {number: 80}}}}"),
      "value-not-allowed",
    ],
    [
      "a configuration twice",
      `${plugin("plugin: cors\nconfig: {a: 1}\nconfigFrom: {secretKeyRef: {name: s, key: k}}")}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {k: ""}\n`,
      "plugin-config-twice",
    ],
    ["a protocol of a plugin", plugin("plugin: cors\nprotocols: [ws]"), "value-not-allowed"],
    [
      "a name of a Service that cannot be one",
      ingress("", '{path: /, pathType: Prefix, backend: {service: {name: "", port: {number: 80}}}}'),
      "value-not-allowed",
    ],
  ])("%s", async (_, text, code) => {
    const found = await lines(text);
    expect(found.slice(0, -1)).toEqual([expect.stringContaining(`[${code}]`)]);
  });

  test("but not what only stands at the same place", async () => {
    const consumer = `apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: a, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: a
credentials: [gone, gone]
`;
    const found = (await lines(consumer)).filter((line) => line.includes("credentials[1]"));
    expect(found.map((line) => /\[([\w-]+)\]$/.exec(line)?.[1])).toEqual(["secret-missing", "value-not-allowed"]);
  });
});

describe("forms", () => {
  const BAD = `${plugin("plugin: cors\nprotocol: [http]\nconfig: {max_age: x}")}---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n`;

  test("for programs: one list, every key in each item", async () => {
    const { code, out } = await check(BAD, ["-o", "json"]);
    expect(code).toBe(1);
    const object = {
      group: "configuration.konghq.com",
      version: "v1",
      kind: "KongPlugin",
      namespace: "shop",
      name: "limit",
    };
    expect(JSON.parse(out)).toEqual([
      {
        file: "a.yaml",
        line: 5,
        column: 1,
        object,
        path: "protocol",
        severity: "warning",
        code: "field-unknown",
        message: expect.any(String),
      },
      {
        file: "a.yaml",
        line: 6,
        column: 10,
        object,
        path: "config.max_age",
        severity: "error",
        code: "kong-refuses",
        message: expect.any(String),
      },
      {
        file: null,
        line: null,
        column: null,
        object: { group: "", version: "v1", kind: "Pod", namespace: "", name: "" },
        path: null,
        severity: "info",
        code: "kind-not-read",
        message: expect.any(String),
      },
    ]);
    expect((await check(BAD, ["-o", "yaml"])).out).toContain("code: kong-refuses\n");
    expect(JSON.parse((await check(SERVICE, ["-o", "json"])).out)).toEqual([]);
    expect(JSON.parse((await check("a: @", ["-o", "json"])).out)).toMatchObject([
      { file: "a.yaml", line: 1, column: 4, object: null, path: null, code: "document-malformed" },
    ]);
  });

  test("in colour on a terminal only, unless NO_COLOR is set", async () => {
    const code = "\u001b[";
    expect((await check(BAD, [], { columns: 80 })).out).toContain(`${code}31merror:${code}0m KongPlugin`);
    expect((await check(BAD)).out).not.toContain(code);
    expect((await check(BAD, [], { columns: 80, environment: { NO_COLOR: "1" } })).out).not.toContain(code);
  });

  test("several files are sorted by name and line", async () => {
    await writeFile(join(folder, "b.yaml"), plugin("plugin: cors\nu: 1\nv: 1", "b"));
    const found = await lines(plugin("plugin: cors\nz: 1"));
    expect(found.map((line) => line.split(": ")[0])).toEqual([
      "a.yaml:5",
      "b.yaml:5",
      "b.yaml:6",
      "2 objects in 2 files",
    ]);
  });
});

describe("wrong usage", () => {
  test.each([
    [[], "name the files to check with -f"],
    [["-f", ".", "-o", "xml"], "xml"],
    [["-f", ".", "--kong-admin-url=http://a", "--kong-admin-token=a", "--kong-admin-token-file=b"], "not both"],
    [["-f", ".", "shop"], 'does not take the argument "shop"'],
  ])("%j", async (argv, message) => {
    const { code, err } = await run(argv);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test("flags of run are taken, and mean nothing where there is nothing for them to do", async () => {
    const more = [
      "--publish-service=kong/proxy",
      "--kong-admin-token=a",
      "--kong-admin-token-file=b",
      "--kong-admin-svc=a/b",
    ];
    expect((await check(SERVICE, more)).code).toBe(0);
  });
});

describe("with a gateway", () => {
  /** A gateway that has one plugin of its own, and no good word for what `minds` names. */
  async function start(minds: Readonly<Record<string, object>>, root: object = {}): Promise<StandIn> {
    const answering: Answering = ({ method, url, body, headers }) => {
      if (headers["kong-admin-token"] === "wrong") return [401, { message: "no" }];
      if (url === "/") {
        const plugins = { available_on_server: { "my-own": {}, "rate-limiting": {} } };
        return [200, { ...rootAnswer(), plugins, ...root }];
      }
      if (url === "/status") return [200, { configuration_hash: "0".repeat(32) }];
      const [, section = "", verb] = /^\/schemas\/(\w+)(\/validate)?$/.exec(url) ?? [];
      const schema = schemasOf("traditional_compatible").get(section);
      if (schema === undefined) return [404, { message: "Not found" }];
      if (method === "GET") return [200, printSchema(schema)];
      const fields = verb === undefined ? undefined : minds[section];
      if (fields === undefined || body.includes("fine")) return [200, { message: "schema validation successful" }];
      return [400, { message: "schema violation", name: "schema violation", fields }];
    };
    const gateway = await StandIn.start(answering);
    gateways.push(gateway);
    return gateway;
  }

  test("it says what it would refuse: of plugins, used or not, and of everything else", async () => {
    const gateway = await start({ plugins: { config: { colour: "must be red" } }, routes: { hosts: "not that one" } });
    const text = `${plugin("plugin: my-own\nconfig:\n  colour: blue")}---\n${plugin("plugin: my-own\nconfig: {colour: fine}", "good")}---\n${ingress()}`;
    const { code, out } = await check(text, [`--kong-admin-url=${gateway.url}`]);
    expect(code).toBe(1);
    expect(out.split("\n")).toEqual([
      "a.yaml:6: error: KongPlugin shop/limit config.colour: the gateway refuses the plugin my-own, field config.colour: must be red [rejected-by-gateway]",
      expect.stringMatching(
        /^a\.yaml:\d+: error: Ingress shop\/web: the gateway refuses the route shop\.web\.web\.a\.com\.80, field hosts: not that one \[rejected-by-gateway\]$/,
      ),
      `4 objects in 1 file, asked Kong 3.9.1 at ${gateway.url}: 2 errors`,
      "",
    ]);
    expect(gateway.lines.filter((line) => line === "GET /schemas/routes")).toHaveLength(1);
    expect(gateway.lines.every((line) => line.startsWith("GET ") || line.endsWith("/validate"))).toBe(true);
  });

  test("what came from a Secret is not shown when it quotes it", async () => {
    const gateway = await start({ plugins: { config: { colour: 'not "canary-canary"' } } });
    const text = `${plugin("plugin: my-own\nconfigFrom: {secretKeyRef: {name: s, key: config}}")}---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop}
stringData: {config: 'colour: canary-canary'}
`;
    const { out } = await check(text, [`--kong-admin-url=${gateway.url}`]);
    expect(out).toMatch(/^a\.yaml:\d+: error: KongPlugin shop\/limit configFrom\.secretKeyRef: the gateway refuses/m);
    expect(out).not.toContain("canary");
  });

  test("what pre-flight says too is said once", async () => {
    const gateway = await start({ plugins: { config: { minute: "expected a number" } } });
    const found = await lines(plugin("plugin: rate-limiting\nconfig: {minute: x}"), [
      `--kong-admin-url=${gateway.url}`,
    ]);
    expect(found.slice(0, -1)).toEqual([expect.stringContaining("[kong-refuses]")]);
  });

  test("of several what all say is said once, and else who says it", async () => {
    const one = await start({ plugins: { config: { colour: "must be red" } } });
    const two = await start({ plugins: { config: { colour: "must be red" } } });
    const three = await start({});
    const text = plugin("plugin: my-own\nconfig: {colour: blue}");
    const both = await lines(text, [`--kong-admin-url=${one.url},${two.url}`]);
    expect(both).toEqual([expect.stringMatching(/must be red \[rejected/), expect.stringContaining(": 1 error")]);
    const some = await lines(text, [`--kong-admin-url=${one.url},${three.url}`]);
    expect(some[0]).toContain(`must be red (${one.url}) [rejected-by-gateway]`);
  });

  test("one that cannot be asked is an error, and the rest is checked all the same", async () => {
    const gateway = await start({});
    const flags = [`--kong-admin-url=${gateway.url}`, "--kong-admin-token=wrong"];
    const found = await lines(plugin("plugin: rate-limiting\nconfig: {minute: x}"), flags);
    expect(found).toEqual([
      expect.stringContaining("[kong-refuses]"),
      expect.stringMatching(
        /^error: KongGateway http:\S+: cannot be asked what it would refuse: .*401.*\[gateway-not-asked\]$/,
      ),
      "1 object in 1 file: 2 errors",
    ]);
    await gateway.stop();
    gateways.splice(0);
    const { code, out } = await check(SERVICE, flags);
    expect([code, out]).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
  });

  test("one that gives no verdict is an error too", async () => {
    const gateway = await start({});
    const { answering } = gateway;
    gateway.answering = (asked, response) =>
      asked.url.startsWith("/schemas/") ? [403, { message: "no" }] : answering(asked, response);
    const { code, out } = await check(ingress(), [`--kong-admin-url=${gateway.url}`]);
    expect(code).toBe(1);
    expect(out).toMatch(/it gave no verdict on \d+ entities \(routes, services, upstreams\).*\[gateway-not-asked\]$/m);
  });

  test("the URL may come from the environment", async () => {
    const gateway = await start({});
    const { out } = await check(SERVICE, [], { environment: { CONTROLLER_KONG_ADMIN_URL: gateway.url } });
    expect(out).toContain(`asked Kong 3.9.1 at ${gateway.url}: nothing wrong`);
  });
});
