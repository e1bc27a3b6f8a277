import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { ObjectStore } from "../store/object-store.ts";
import { Compiler } from "./compiler.ts";
import { indexes } from "./indexes.ts";
import { objectsOf, outcome, PROFILE, SETTINGS } from "./testing/compile.ts";
import { acceptedRig, BASE, ingress, plugin, StandInRig, USES_LIMIT } from "./testing/stand-in-rig.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stand-ins-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A certificate and its key, in PEM. */
function makePair(name: string): { readonly cert: string; readonly key: string } {
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", ...made, "-subj", `/CN=${name}`, "-days", "2"], { stdio: "ignore" });
  return { cert: readFileSync(cert, "utf8").trim(), key: readFileSync(key, "utf8").trim() };
}

describe("what is left out", () => {
  it("stands as it was accepted last, and everybody else as they are", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"), ingress("b", "/b"));
    cluster.set(ingress("a", "/a2"), ingress("b", "/b2"));
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/a/", "/b2/"]);
    expect(cluster.compiler.standIns).toEqual(["Ingress/shop/a"]);
    expect(cluster.compiler.leftOut).toEqual(["Ingress/shop/a"]);
    await cluster.exclude([]);
    expect(cluster.paths).toEqual(["/a2/", "/b2/"]);
    expect(cluster.compiler.standIns).toEqual([]);
  });

  it.each([
    ["is compiled meanwhile", true],
    ["is not", false],
  ])("reads what it only passes on as that was accepted, whether what came between %s", async (_, compiled) => {
    const cluster = new StandInRig();
    await cluster.compiler.run();
    cluster.set("{apiVersion: v1, kind: Secret, metadata: {name: empty, namespace: shop, uid: empty}, data: {}}");
    cluster.compiler.exclude(new Set(["Secret/shop/empty"]));
    cluster.set(`{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: shop, uid: a},
      spec: {ingressClassName: kong, tls: [{hosts: [a.test], secretName: empty}], rules: []}}`);
    await cluster.compiler.run();
    cluster.compiler.mark(cluster.store.revision);
    cluster.compiler.exclude(new Set());
    if (compiled) await cluster.compiler.run();
    cluster.compiler.accept();
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.compiler.standIns).toEqual(["Ingress/shop/a"]);
    expect(cluster.compiler.problems().map(({ code }) => code)).toEqual(["secret-missing"]);
  });

  it("is left out when it was never accepted", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"));
    cluster.set(ingress("new", "/new"));
    await cluster.exclude(["Ingress/shop/new"]);
    expect(cluster.paths).toEqual(["/a/"]);
    // What is taken without it does not make it accepted.
    await cluster.accepted();
    cluster.set(ingress("new", "/newer"));
    await cluster.exclude(["Ingress/shop/new"]);
    expect(cluster.paths).toEqual(["/a/"]);
  });

  it("is left out when nothing was accepted yet, and what was left out then was not accepted with the rest", async () => {
    const cluster = new StandInRig();
    cluster.set(BASE, ingress("a", "/a"), ingress("b", "/b"));
    await cluster.compiler.run();
    cluster.compiler.mark(cluster.store.revision);
    await cluster.exclude(["Ingress/shop/a"]);
    await cluster.accepted();
    cluster.set(ingress("a", "/a2"), ingress("b", "/b2"));
    await cluster.exclude(["Ingress/shop/a", "Ingress/shop/b"]);
    expect(cluster.paths).toEqual(["/b/"]);
  });

  it("keeps standing as it was while others change and are accepted", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"), ingress("b", "/b"));
    cluster.set(ingress("a", "/a2"));
    await cluster.exclude(["Ingress/shop/a"]);
    for (const path of ["/b2", "/b3"]) {
      cluster.set(ingress("b", path));
      await cluster.accepted();
    }
    expect(cluster.paths).toEqual(["/a/", "/b3/"]);
    // It is tried again as it is now, which comes to nothing either.
    cluster.set(ingress("a", "/a3"));
    await cluster.exclude([]);
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/a/", "/b3/"]);
  });

  it("stands as it was mended once that was accepted", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"));
    cluster.set(ingress("a", "/a2"));
    await cluster.exclude(["Ingress/shop/a"]);
    await cluster.accepted();
    cluster.set(ingress("a", "/a3"));
    await cluster.exclude([]);
    await cluster.accepted();
    cluster.set(ingress("a", "/a4"));
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/a3/"]);
  });

  it("stands as in what was accepted, not as in what came after", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"));
    cluster.set(ingress("a", "/a2"));
    await cluster.compiler.run();
    cluster.compiler.mark(cluster.store.revision);
    cluster.set(ingress("a", "/a3"));
    await cluster.compiler.run();
    cluster.compiler.accept();
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/a2/"]);
  });

  it("stands as gateways of its own profile accepted it", async () => {
    const one = await acceptedRig(ingress("a", "/a"));
    const other = new StandInRig(one.store, { ...PROFILE, version: [3, 4, 1] });
    await other.compiler.run();
    one.set(ingress("a", "/a2"));
    for (const each of [one, other]) await each.exclude(["Ingress/shop/a"]);
    expect([one.paths, other.paths]).toEqual([["/a/"], []]);
  });

  it("is left out when its former version was refused too", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"), ingress("b", "/b"));
    cluster.set(ingress("a", "/a2"));
    await cluster.exclude(["Ingress/shop/a"], ["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/b/"]);
    expect(cluster.compiler.standIns).toEqual([]);
  });

  it("is left out when it is as it was: that was refused just now", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"), ingress("b", "/b"));
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/b/"]);
  });

  it("takes what uses it along, with what it used then", async () => {
    const cluster = await acceptedRig(plugin(1), ingress("a", "/a", { annotations: USES_LIMIT }), ingress("b", "/b"));
    cluster.set(plugin(2), ingress("a", "/a2", { annotations: USES_LIMIT }));
    await cluster.exclude(["KongPlugin/shop/limit"]);
    expect(cluster.paths).toEqual(["/a/", "/b/"]);
    expect(cluster.limits).toEqual([1]);
    expect([...cluster.compiler.standIns].sort()).toEqual(["Ingress/shop/a", "KongPlugin/shop/limit"]);
    expect(cluster.compiler.causesOf("Ingress/shop/a")).toEqual(["KongPlugin/shop/limit"]);
    // Somebody new who uses it was never accepted with it.
    cluster.set(ingress("new", "/new", { annotations: USES_LIMIT }));
    await cluster.compiler.run();
    expect(cluster.paths).toEqual(["/a/", "/b/"]);
  });

  it("stands with the Secret that it had", async () => {
    const secret = (minute: number) =>
      `{apiVersion: v1, kind: Secret, metadata: {name: limits, namespace: shop}, data: {config: ${Buffer.from(`{"minute": ${minute}}`).toString("base64")}}}`;
    const from = `{apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: {name: limit, namespace: shop}, plugin: rate-limiting, configFrom: {secretKeyRef: {name: limits, key: config}}}`;
    const cluster = await acceptedRig(secret(1), from, ingress("a", "/a", { annotations: USES_LIMIT }));
    cluster.set(secret(2));
    await cluster.exclude(["KongPlugin/shop/limit"]);
    expect(cluster.limits).toEqual([1]);
    expect(cluster.paths).toEqual(["/a/"]);
  });

  it("is served by the Pods there are now", async () => {
    const cluster = await acceptedRig(ingress("a", "/a"));
    cluster.set(ingress("a", "/a2"));
    await cluster.exclude(["Ingress/shop/a"]);
    cluster.set(BASE.replace("10.0.0.1", "10.0.0.2"));
    await cluster.compiler.run();
    expect(cluster.paths).toEqual(["/a/"]);
    expect(cluster.targets).toEqual(["10.0.0.2:8080"]);
  });

  it("leaves what it shares with others as they have it now", async () => {
    const cluster = await acceptedRig(
      plugin(1),
      ingress("a", "/a", { annotations: USES_LIMIT }),
      ingress("b", "/b", { annotations: USES_LIMIT }),
    );
    cluster.set(plugin(2), ingress("a", "/a2", { annotations: USES_LIMIT }));
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/a/", "/b/"]);
    expect(cluster.limits).toEqual([2, 2]);
  });

  it("does not come back from the dead, and stands in with all that it used or not at all", async () => {
    const cluster = await acceptedRig(plugin(1), ingress("a", "/a", { annotations: USES_LIMIT }), ingress("b", "/b"));
    cluster.set(plugin(2), ingress("a", "/a2", { annotations: USES_LIMIT }));
    await cluster.exclude(["Ingress/shop/a"]);
    expect([cluster.limits, cluster.paths]).toEqual([[1], ["/a/", "/b/"]]);
    // Without its plugin the route would be open.
    cluster.delete("KongPlugin/shop/limit");
    await cluster.accepted();
    expect([cluster.limits, cluster.paths]).toEqual([[], ["/b/"]]);
    cluster.set(plugin(3, "another"));
    await cluster.accepted();
    expect(cluster.paths).toEqual(["/b/"]);
    cluster.delete("Ingress/shop/a");
    await cluster.accepted();
    expect(cluster.paths).toEqual(["/b/"]);
    // One of the same name is another object.
    cluster.set(ingress("a", "/a3", { uid: "another" }));
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/b/"]);
  });

  it("is a certificate that is only passed on too, whose Ingress stays as it is now", async () => {
    const secret = ({ cert, key }: ReturnType<typeof makePair>) =>
      `{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: shop, uid: 00000000-0000-4000-8000-000000000001}, data: ${JSON.stringify(
        { "tls.crt": Buffer.from(cert).toString("base64"), "tls.key": Buffer.from(key).toString("base64") },
      )}}`;
    const secure = (path: string) =>
      ingress("a", path).replace("spec: {", "spec: {tls: [{hosts: [a.example], secretName: tls}], ");
    const [former, now] = [makePair("former"), makePair("now")];
    const cluster = await acceptedRig(secret(former), secure("/a"));
    const certificates = () => (outcome(cluster.compiler).document["certificates"] ?? []).map(({ cert }) => cert);
    expect(certificates()).toEqual([former.cert]);
    cluster.set(secret(now), secure("/a2"));
    await cluster.exclude(["Secret/shop/tls"]);
    expect([certificates(), cluster.paths]).toEqual([[former.cert], ["/a2/"]]);
    expect(cluster.compiler.standIns).toEqual(["Secret/shop/tls"]);
    await cluster.exclude(["Secret/shop/tls"], ["Secret/shop/tls"]);
    expect([certificates(), cluster.paths]).toEqual([[], ["/a2/"]]);
    expect(cluster.compiler.standIns).toEqual([]);
    await cluster.exclude([]);
    expect(certificates()).toEqual([now.cert]);
  });

  it("does without a certificate that is gone", async () => {
    const secret = `{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: shop}, data: {}}`;
    const secure = ingress("a", "/a").replace("spec: {", "spec: {tls: [{hosts: [a.example], secretName: tls}], ");
    const cluster = await acceptedRig(secret, secure);
    cluster.set(ingress("a", "/a2"));
    cluster.delete("Secret/shop/tls");
    await cluster.exclude(["Ingress/shop/a"]);
    expect(cluster.paths).toEqual(["/a/"]);
  });

  it("keeps the host names that it had, and none that it asks for now", async () => {
    const secret = (name: string) =>
      `{apiVersion: v1, kind: Secret, metadata: {name: ${name}, namespace: shop, uid: ${name}}, data: {}}`;
    const route = (name: string, created: string, host: string) =>
      ingress(name, `/${name}`)
        .replace(
          "spec: {",
          `spec: {defaultBackend: {service: {name: web, port: {number: 80}}}, tls: [{hosts: [${host}], secretName: tls}], `,
        )
        .replace("metadata: {", `metadata: {creationTimestamp: "${created}", `);
    const cluster = await acceptedRig(
      secret("tls"),
      route("a", "2020-01-01T00:00:00Z", "a.example"),
      route("b", "2021-01-01T00:00:00Z", "b.example"),
    );
    const taken = () =>
      cluster.compiler
        .problems()
        .filter(({ code }) => code === "second-default-backend")
        .map(({ object }) => object.name);
    expect(taken()).toEqual(["b"]);
    cluster.set(ingress("a", "/a2"));
    await cluster.exclude(["Ingress/shop/a"]);
    // The older one has it still, since it stands as it was.
    expect(taken()).toEqual(["b"]);
  });
});

describe("what pre-flight leaves out", () => {
  it("is named when it was accepted in another version", async () => {
    const cluster = await acceptedRig(plugin(1), ingress("a", "/a", { annotations: USES_LIMIT }));
    cluster.set(plugin(-1), plugin(-1).replaceAll("limit,", "fresh,").replace("uid: limit", "uid: fresh"));
    await cluster.compiler.run();
    const refused = cluster.compiler.refusedWithFormer().map(({ object }) => object.name);
    expect(new Set(refused)).toEqual(new Set(["limit"]));
    await cluster.exclude(["KongPlugin/shop/limit"]);
    expect(cluster.limits).toEqual([1]);
    expect(cluster.paths).toEqual(["/a/"]);
  });

  it("is let be when something of it was left out before: the rest of it may change", async () => {
    const cluster = await acceptedRig(plugin(-1));
    cluster.set(plugin(-2));
    await cluster.compiler.run();
    expect(cluster.compiler.refusedWithFormer()).toEqual([]);
    cluster.set(plugin(1));
    await cluster.accepted();
    cluster.set(plugin(-3));
    await cluster.compiler.run();
    expect(cluster.compiler.refusedWithFormer()).toHaveLength(1);
  });

  it("is not asked for unless stand-ins are wanted", async () => {
    const store = new ObjectStore(indexes);
    const compiler = new Compiler(store, { settings: SETTINGS, profile: PROFILE }, new ManualClock());
    for (const object of objectsOf(`${plugin(-1)}`)) store.set(object);
    await compiler.run();
    expect(compiler.problems().map(({ refused }) => refused)).toEqual([true]);
    expect(compiler.refusedWithFormer()).toEqual([]);
  });
});
