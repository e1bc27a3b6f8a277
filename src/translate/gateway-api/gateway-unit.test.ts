import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../testing/compile.ts";
import { all, CLASS, compileRoutes, found, gateway, listener, route, rule, service } from "../testing/gateway-api.ts";

let folder = "";
const pairs = new Map<string, string>();

const uid = (name: string) => `00000000-0000-4000-8000-${name.padStart(12, "0")}`;

/** A Secret with a certificate for the names. */
function secret(name: string, names: readonly string[], namespace = "infra"): string {
  const data = pairs.get(names.join()) ?? make(names);
  pairs.set(names.join(), data);
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: ${namespace}, uid: ${uid(name)}}
type: kubernetes.io/tls
data: ${data}`;
}

function make(names: readonly string[]): string {
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert];
  const alt = names.map((name) => `DNS:${name}`).join();
  execFileSync(
    "openssl",
    ["req", "-x509", ...ec, "-subj", `/CN=${names[0]}`, "-days", "2", "-addext", `subjectAltName=${alt}`],
    {
      stdio: "ignore",
    },
  );
  return JSON.stringify({
    "tls.crt": readFileSync(cert).toString("base64"),
    "tls.key": readFileSync(key).toString("base64"),
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const https = (name: string, hostname: string, refs: string) =>
  `{name: ${name}, port: 443, protocol: HTTPS, ${hostname === "" ? "" : `hostname: "${hostname}", `}tls: {certificateRefs: [${refs}]}, allowedRoutes: {namespaces: {from: All}}}`;

/** Host name → uid of the Secret. */
async function certificates(...objects: readonly string[]) {
  const { document, problems } = await compile(all(CLASS, ...objects));
  const shown = (document["certificates"] ?? []).flatMap(({ id, snis = [] }) =>
    (snis as readonly { name: string }[]).map(({ name }) => [name, id]),
  );
  return { shown: Object.fromEntries(shown.sort()) as Record<string, string>, problems: found(problems) };
}

describe("certificates of listeners", () => {
  it("are shown for the listener's host name, or for all", async () =>
    expect(
      await certificates(
        gateway("g", https("a", "a.example.com", "{name: a}"), https("b", "", "{name: b}")),
        secret("a", ["x.net"]),
        secret("b", ["y.net"]),
      ),
    ).toEqual({ shown: { "a.example.com": uid("a"), "*": uid("b") }, problems: [] }));

  it("after the first are shown for their own names among the listener's", async () =>
    expect(
      await certificates(
        gateway("g", https("w", "*.example.com", "{name: a}, {name: b}")),
        secret("a", ["a.example.com"]),
        secret("b", ["b.example.com", "*.c.example.com", "b.net"]),
      ),
    ).toEqual({
      shown: { "*.example.com": uid("a"), "b.example.com": uid("b"), "*.c.example.com": uid("b") },
      problems: [],
    }));

  it("that can never be shown are said", async () =>
    expect(
      await certificates(
        gateway("g", https("one", "one.example.com", "{name: a}, {name: b}")),
        secret("a", ["one.example.com"]),
        secret("b", ["one.example.com", "two.net"]),
      ),
    ).toEqual({
      shown: { "one.example.com": uid("a") },
      problems: ["warning Gateway infra/g spec.listeners[0].tls.certificateRefs[1] certificate-not-shown"],
    }));

  it("of another namespace need a grant", async () => {
    const grant = `
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: g, namespace: certs}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: infra}]
  to: [{group: "", kind: Secret, name: a}]`;
    const objects = [
      gateway(
        "g",
        https("a", "a.com", "{name: a, namespace: certs}"),
        https("b", "b.com", "{name: b, namespace: certs}"),
      ),
      secret("a", ["a.com"], "certs"),
      secret("b", ["b.com"], "certs"),
      grant,
    ];
    expect(await certificates(...objects)).toEqual({
      shown: { "a.com": uid("a") },
      problems: ["error Gateway infra/g spec.listeners[1].tls.certificateRefs[0] certificate-not-granted"],
    });
  });

  it.each([
    ["missing", "{name: gone}", "secret-missing"],
    ["broken", "{name: junk}", "invalid-certificate"],
    ["of another kind", "{group: example.com, kind: Vault, name: x}", "certificate-kind"],
  ])("%s take the listener away, and its routes", async (_, ref, code) => {
    const junk =
      "\napiVersion: v1\nkind: Secret\nmetadata: {name: junk, namespace: infra}\nstringData: {tls.crt: one, tls.key: two}";
    const yaml = all(
      CLASS,
      gateway("edge", https("bad", "bad.example.com", ref), listener("good", "hostname: good.example.com")),
      junk,
      route("HTTPRoute", "r", `rules: [${rule("/")}]`),
      service("a"),
    );
    const { routes, problems } = await compileRoutes(yaml);
    expect(routes["httproute.shop.r.0.0"]).toMatchObject({ hosts: ["good.example.com"], protocols: ["http"] });
    expect(found(problems)).toEqual([`error Gateway infra/edge spec.listeners[0].tls.certificateRefs[0] ${code}`]);
  });

  it("are good enough when one of several works", async () => {
    const { shown, problems } = await certificates(
      gateway("g", https("a", "a.com", "{name: gone}, {name: a}")),
      secret("a", ["a.com"]),
    );
    expect(shown).toEqual({ "a.com": uid("a") });
    expect(problems).toEqual(["error Gateway infra/g spec.listeners[0].tls.certificateRefs[0] secret-missing"]);
  });

  it("are renewed without compiling anything", async () => {
    const { compiler, store } = await compile(
      all(
        CLASS,
        gateway("edge", https("a", "a.com", "{name: a}")),
        secret("a", ["a.com"]),
        route("HTTPRoute", "r", `rules: [${rule("/")}]`),
        service("a"),
      ),
    );
    const before = compiler.compiled;
    const old = store.byKey("Secret/infra/a") as { data: object } & ReturnType<typeof store.byKey> & object;
    store.set({ ...old, metadata: { ...old.metadata, labels: { renewed: "yes" } } });
    await compiler.run();
    expect(compiler.compiled - before).toBe(0);
  });

  it("a Secret that is not loaded yet keeps everything as it is", async () => {
    const { compiler, store } = await compile(
      all(
        CLASS,
        gateway("edge", https("a", "a.com", "{name: late}")),
        route("HTTPRoute", "r", `rules: [${rule("/")}]`),
        service("a"),
      ),
    );
    expect(compiler.pending).toBe(0);
    store.setUnloaded({ apiVersion: "v1", kind: "Secret", metadata: { name: "late", namespace: "infra" } });
    await compiler.run();
    expect(compiler.pending).toBeGreaterThan(0);
  });
});

describe("what is wrong with listeners", () => {
  it.each([
    [
      "a protocol Kong has not",
      "{name: x, port: 1, protocol: FOO}",
      "error Gateway infra/g spec.listeners[0].protocol listener-protocol",
    ],
    [
      "kinds there are not",
      "{name: x, port: 1, protocol: HTTP, allowedRoutes: {kinds: [{kind: FooRoute}]}}",
      "error Gateway infra/g spec.listeners[0].allowedRoutes.kinds listener-kinds",
    ],
  ])("%s", async (_, one, problem) => {
    const { problems } = await compile(all(CLASS, gateway("g", one)));
    expect(found(problems)).toEqual([problem]);
  });

  it("conflicts, on both listeners", async () => {
    const { problems } = await compile(
      all(CLASS, gateway("g", listener("a"), listener("b"), listener("c", "hostname: c.com"))),
    );
    expect(found(problems)).toEqual([
      "error Gateway infra/g spec.listeners[0].hostname listener-conflict",
      "error Gateway infra/g spec.listeners[1].hostname listener-conflict",
    ]);
  });

  it("fields of a Gateway that do nothing", async () => {
    const more =
      "addresses: [{value: 192.0.2.1}], infrastructure: {labels: {a: b}}, tls: {frontend: {default: {validation: {}}}}";
    const { problems } = await compile(
      all(
        CLASS,
        `\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: infra}\nspec: {gatewayClassName: kong, listeners: [${listener("a")}], ${more}}`,
      ),
    );
    expect(found(problems)).toEqual([
      "warning Gateway infra/g spec.addresses gateway-field-unsupported",
      "warning Gateway infra/g spec.infrastructure gateway-field-unsupported",
      "warning Gateway infra/g spec.tls gateway-field-unsupported",
    ]);
  });

  it("says nothing of another controller's Gateway", async () => {
    const { problems } = await compile(
      all(CLASS.replace("konghq.com/kic", "other.io/x"), gateway("g", listener("a"), listener("b"))),
    );
    expect(problems).toEqual([]);
  });
});
