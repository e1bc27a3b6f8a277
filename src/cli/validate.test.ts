import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ingress, plugin, SERVICE, ValidateRig } from "./validation/validate-rig.ts";

vi.setConfig({ testTimeout: 60_000 });

let rig: ValidateRig;
beforeEach(async () => {
  rig = await ValidateRig.begin();
});
afterEach(() => rig.end());

describe("what is good", () => {
  test("exit code 0 and one line", async () => {
    expect(await rig.check(ingress())).toEqual({ code: 0, out: "2 objects in 1 file: nothing wrong\n", err: "" });
  });

  test("a namespace need not be given: it is kubectl's default", async () => {
    const { code, out } = await rig.check(ingress().replaceAll(/,? *namespace: shop\n?/g, ""));
    expect([code, out]).toEqual([0, "2 objects in 1 file: nothing wrong\n"]);
  });

  test("nothing at all is not called right", async () => {
    expect(await rig.check("")).toMatchObject({ code: 0, out: "0 objects in 1 file: nothing to check\n" });
  });

  test("kinds of others are passed over with a note", async () => {
    const other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n";
    const { code, out } = await rig.check(`${ingress()}${other}${other}`);
    expect(code).toBe(0);
    expect(out).toBe(
      "note: passed over, since Silverback does not read them: apps/v1 Deployment (2)\n2 objects in 1 file: nothing wrong\n",
    );
  });
});

describe("what is wrong, with the line of the field", () => {
  test("as the API server sees it: shape, values, rules, names", async () => {
    expect(await rig.lines(ingress("", "{path: shop, pathType: Prefix, backend: {serviceName: web}}"))).toEqual([
      "a.yaml:17: error: Ingress shop/web spec.rules[0].http.paths[0]: the path must begin with / [rule-broken]",
      "a.yaml:17: error: Ingress shop/web spec.rules[0].http.paths[0].backend: either a service or a resource must be given [rule-broken]",
      "a.yaml:17: warning: Ingress shop/web spec.rules[0].http.paths[0].backend.serviceName: there is no such field [field-unknown]",
      "2 objects in 1 file: 2 errors, 1 warning",
    ]);
    expect(
      await rig.lines(`${SERVICE.replace("web", "Web")}${plugin("plugin: cors\nprotocols: [http]\nconfig: 1")}`),
    ).toEqual([
      expect.stringMatching(/^a\.yaml:3: error: Service shop\/Web metadata\.name: must be small letters/),
      "a.yaml:11: error: KongPlugin shop/limit config: must be an object, but is an integer [object-malformed]",
      "1 object in 1 file: 2 errors",
    ]);
  });

  test("a missing field is told at what it is missing from", async () => {
    const rules = "spec:\n  rules:\n  - port: 9000\n  - port: 9001\n    backend:\n      serviceName: x";
    const [first] = await rig.lines(
      `apiVersion: configuration.konghq.com/v1beta1\nkind: TCPIngress\nmetadata: {name: x, namespace: shop}\n${rules}\n`,
    );
    expect(first).toBe("a.yaml:6: error: TCPIngress shop/x spec.rules[0].backend: is required [object-malformed]");
  });

  test("unknown fields are warnings, also of objects that have not the shape of their kind", async () => {
    const { code, out } = await rig.check(plugin("plugin: cors\nprotocol: [http]"));
    expect([code, out]).toEqual([
      0,
      "a.yaml:5: warning: KongPlugin shop/limit protocol: there is no such field; is protocols meant? [field-unknown]\n1 object in 1 file: 1 warning\n",
    ]);
    const wrong = await rig.lines(plugin("plugn: cors"));
    expect(wrong[0]).toMatch(/a\.yaml:1: error: KongPlugin shop\/limit plugin: is required/);
    expect(wrong[1]).toMatch(/a\.yaml:4: warning: KongPlugin shop\/limit plugn: .* is plugin meant/);
  });

  test("references among the objects that are given", async () => {
    const annotations = "  annotations:\n    konghq.com/plugins: nope\n    konghq.com/upstream-policy: gone\n";
    const found = await rig.lines(
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
    expect(await rig.lines(plugin("plugin: rate-limiting\nconfig:\n  hour: 1\n  minute: five"))).toEqual([
      "a.yaml:7: error: KongPlugin shop/limit config.minute: Kong would refuse the plugin rate-limiting, field config.minute: expected a number; it is left out [kong-refuses]",
      "1 object in 1 file: 1 error",
    ]);
  });

  test("a plugin that Kong has not, with the one that is meant; one's own can be named", async () => {
    expect(await rig.lines(`${plugin("plugin: my-own")}---\n${plugin("plugin: rate-limitting", "slip")}`)).toEqual([
      expect.stringMatching(/^a\.yaml:4: error: KongPlugin shop\/limit plugin: .*--custom-plugins/),
      expect.stringMatching(
        /^a\.yaml:9: error: KongPlugin shop\/slip plugin: .*; is rate-limiting meant\? \[kong-refuses\]$/,
      ),
      "2 objects in 1 file: 2 errors",
    ]);
    expect(await rig.lines(plugin("plugin: my-own"), ["--custom-plugins=my-own"])).toEqual([
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
    expect(await rig.lines(route)).toEqual(["2 objects in 1 file: nothing wrong"]);
    const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: publik, namespace: shop}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
`;
    const { code, out } = await rig.check(gateway + route);
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
    expect(await rig.lines(text)).toEqual([
      expect.stringMatching(
        /^a\.yaml:11: warning: Ingress shop\/web spec: .*set spec\.ingressClassName to kong \[class-missing\]$/,
      ),
      expect.stringMatching(
        /^a\.yaml:20: warning: KongConsumer shop\/ann metadata: .*set the annotation kubernetes\.io\/ingress\.class/,
      ),
      "3 objects in 1 file: 2 warnings",
    ]);
    expect(await rig.lines(text + ingressClass(false))).toHaveLength(3);
    expect(await rig.lines(text + ingressClass(true))).toEqual(["4 objects in 1 file: nothing wrong"]);
    const others = consumer.replace(
      "namespace: shop",
      "namespace: shop, annotations: {kubernetes.io/ingress.class: nginx}",
    );
    expect(await rig.lines(others)).toEqual(["1 object in 1 file: nothing wrong"]);
  });

  test("what cannot be read has file and line, and hides nothing", async () => {
    const { code, out } = await rig.check(`a: @x\n---\njust text\n---\n${plugin("plugin: cors")}---\n\tx: 1\n`);
    expect(code).toBe(1);
    expect(out.split("\n").slice(0, 4)).toEqual([
      expect.stringMatching(/^a\.yaml:1: error: a text that begins with @/),
      expect.stringMatching(/^a\.yaml:3: error: a document is no Kubernetes object/),
      expect.stringMatching(/^a\.yaml:10: error: a tab is used/),
      "1 object in 1 file: 3 errors",
    ]);
    expect(await rig.run(["-f", join(rig.folder, "none")])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^none: error: cannot be read: no such file or directory \[/),
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
    const numbers = await rig.check(secret);
    expect(numbers.code).toBe(1);
    expect(numbers.out).toMatch(/^a\.yaml:5: error: Secret shop\/s stringData\.key: must be a string/m);
    const texts = await rig.check(secret.replace("0815471100", '"0815471100"'));
    expect(texts.out).toMatch(/KongPlugin shop\/limit configFrom\.secretKeyRef: .*field config\.policy: /);
    expect(texts.out + numbers.out).not.toMatch(/canary|0815/);
  });
});

describe("wrong usage", () => {
  test.each([
    [[], "name the files to check with -f"],
    [["-f", ".", "-o", "xml"], "xml"],
    [["-f", ".", "--kong-admin-url=http://a", "--kong-admin-token=a", "--kong-admin-token-file=b"], "not both"],
    [["-f", ".", "shop"], 'does not take the argument "shop"'],
  ])("%j", async (argv, message) => {
    const { code, err } = await rig.run(argv);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test("flags of run are taken, and mean nothing where there is nothing for them to do", async () => {
    const more = [
      "--publish-service=kong/proxy",
      "--kong-admin-token=a",
      "--kong-admin-token-file=b",
      "--kong-admin-svc=a/b",
    ];
    expect((await rig.check(SERVICE, more)).code).toBe(0);
  });
});
