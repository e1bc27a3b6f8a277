import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { apiServerAvailable, CLUSTER_TIMEOUT } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { publishedCrdsAvailable } from "./support/published-crds.ts";
import { chosenRole } from "./support/roles.ts";
import { listenerLines, routeLines, StatusTrial, TRIAL_LIMIT } from "./support/status-trial.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

/** What statuses say on a real API server while gateways come, refuse and go; and how far it is written at all. */

const CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong, annotations: {konghq.com/gatewayclass-unmanaged: "true"}}
spec: {controllerName: konghq.com/kic-gateway-controller}`;
const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: kong
  allowedListeners: {namespaces: {from: Same}}
  listeners: [{name: http, port: 80, protocol: HTTP}]`;
const LISTENERS = `
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more, namespace: shop}
spec: {parentRef: {name: edge}, listeners: [{name: b, port: 80, protocol: HTTP, hostname: b.example.com}]}`;
const POLICY = `
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: tls, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: a}]
  validation: {hostname: a.test, caCertificateRefs: [{group: "", kind: ConfigMap, name: authority}]}`;
const AUTHORITY =
  "{apiVersion: v1, kind: ConfigMap, metadata: {name: authority, namespace: shop}, data: {ca.crt: none}}";

const INGRESS = (name = "web", namespace = "shop", backend = "a") => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  ingressClassName: kong
  rules: [{http: {paths: [{path: /${name}, pathType: Prefix, backend: {service: {name: ${backend}, port: {number: 80}}}}]}}]`;
const CONSUMER = (name: string) => `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ${name}, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: ${name}`;
const ROUTE = (name: string, parent = "{name: edge}") => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: shop}
spec: {parentRefs: [${parent}], rules: [{backendRefs: [{name: a, port: 80}]}]}`;

/** KIC knows no ListenerSets, so that Kong's chart grants nothing for them. */
const WITH_SETS = chosenRole() !== "kic";

const ADDRESS = "--publish-status-address=192.0.2.1";
const REACHED = ['Ingress reached at {"ip":"192.0.2.1"}'];
const PROGRAMMED = ["KongConsumer: Programmed True Programmed"];
const INVALID = ["KongConsumer: Programmed False Invalid"];

describe.skipIf(!apiServerAvailable() || !publishedCrdsAvailable())("statuses", { timeout: TRIAL_LIMIT }, () => {
  let trial: StatusTrial;

  beforeAll(async () => {
    trial = await StatusTrial.start();
  }, CLUSTER_TIMEOUT);
  afterAll(() => trial?.stop());
  afterEach(() => trial.clear());

  test("without a gateway, with one, and when it is lost: accepted at once, programmed once a gateway has it, and no less so afterwards", async () => {
    const gateway = await trial.preview();
    const proxy = new TcpProxy(Number(new URL(gateway.adminUrl).port));
    await proxy.accept();
    await proxy.refuse();
    trial.after(() => proxy.refuse());
    const [route, onSet] = [ROUTE("r"), ROUTE("s", "{kind: ListenerSet, name: more}")];
    await trial.apply(INGRESS(), CONSUMER("ann"), AUTHORITY, CLASS, GATEWAY, POLICY, route);
    if (WITH_SETS) await trial.apply(LISTENERS, onSet);
    const one = trial.controller(`http://127.0.0.1:${proxy.port}`, ADDRESS);

    const [edge, more] = ["Gateway/shop/edge", "ListenerSet/shop/more"];
    await trial.says(GATEWAY, listenerLines("Gateway", "http", 1, "Unknown Pending"));
    await trial.says(route, routeLines("HTTPRoute", edge, "Unknown Unknown"));
    if (WITH_SETS) {
      await trial.says(LISTENERS, listenerLines("ListenerSet", "b", 1, "Unknown Pending"));
      await trial.says(onSet, routeLines("HTTPRoute", more, "Unknown Unknown"));
      expect(await trial.status(GATEWAY)).toMatchObject({ attachedListenerSets: 1 });
    }
    const ancestor = `BackendTLSPolicy ancestor gateway.networking.k8s.io/${edge} by konghq.com/kic-gateway-controller`;
    await trial.says(POLICY, [`${ancestor}: Accepted True Accepted`]);
    await trial.says(CLASS, ["GatewayClass: Accepted True Accepted"]);
    expect((await trial.status(CLASS))["supportedFeatures"]).toEqual(
      expect.arrayContaining([{ name: "Gateway" }, { name: "HTTPRoute" }, { name: "BackendTLSPolicy" }]),
    );
    expect(await trial.lines(INGRESS())).toEqual([]);
    expect(await trial.lines(CONSUMER("ann"))).not.toContain(PROGRAMMED[0]);
    expect((await one.get("/readyz"))[0]).toBe(503);

    await proxy.accept();
    await one.ready(30_000);
    const programmed = [
      [GATEWAY, [...listenerLines("Gateway", "http", 1, "True Programmed"), "Gateway address IPAddress 192.0.2.1"]],
      [route, routeLines("HTTPRoute", edge, "True ConfiguredInGateway")],
      [INGRESS(), REACHED],
      [CONSUMER("ann"), PROGRAMMED],
      ...(WITH_SETS
        ? ([
            [LISTENERS, listenerLines("ListenerSet", "b", 1, "True Programmed")],
            [onSet, routeLines("HTTPRoute", more, "True ConfiguredInGateway")],
          ] as const)
        : []),
    ] as const;
    for (const [object, lines] of programmed) await trial.says(object, lines);

    await proxy.refuse();
    await eventually(async () => (await one.get("/readyz"))[0] === 503);
    const late = ROUTE("late");
    await trial.apply(late);
    await trial.says(late, routeLines("HTTPRoute", edge, "Unknown Unknown"));
    await trial.says(GATEWAY, [
      ...listenerLines("Gateway", "http", 2, "True Programmed"),
      "Gateway address IPAddress 192.0.2.1",
    ]);
    for (const [object, lines] of programmed.slice(1)) expect(await trial.lines(object)).toEqual([...lines].sort());

    await proxy.accept();
    await trial.says(late, routeLines("HTTPRoute", edge, "True ConfiguredInGateway"));
  });

  test("what the gateway refuses says so on its object, with an event, and on no other; put right, it says that too", async () => {
    const gateway = await trial.preview();
    await trial.apply(INGRESS(), CONSUMER("good"), CONSUMER("bad"));
    gateway.faults.add({ kind: "reject", entityType: "consumer", tags: ["k8s-name:bad"] });
    const one = trial.controller(gateway.adminUrl, ADDRESS);
    await trial.says(CONSUMER("good"), PROGRAMMED);
    await trial.says(CONSUMER("bad"), INVALID);
    await trial.says(INGRESS(), REACHED);
    const reasons = await eventually(async () => {
      const events = await trial.cluster.list("v1", "Event", "shop");
      const found = events.filter((event) => (event["involvedObject"] as { readonly name: string }).name === "bad");
      return found.length > 0 && found.map(({ reason, type }) => `${String(type)} ${String(reason)}`);
    });
    expect(reasons).toEqual(["Warning KongConfigurationApplyFailed"]);
    gateway.faults.clear();
    await trial.cluster.apply(CONSUMER("bad").replace("username: bad", "username: better"));
    await trial.says(CONSUMER("bad"), PROGRAMMED);
    expect(await trial.lines(CONSUMER("good"))).toEqual(PROGRAMMED);
    expect(one.running).toBe(true);
  });

  test("--update-status=false and --emit-kubernetes-events=false: nothing is written", async () => {
    const gateway = await trial.preview();
    const proxy = await trial.cluster.proxy();
    await trial.apply(INGRESS(), INGRESS("broken", "shop", "nowhere"), CLASS, GATEWAY);
    const one = trial.controller(
      gateway.adminUrl,
      `--kubeconfig=${trial.cluster.controllerKubeconfig(proxy.url)}`,
      "--update-status=false",
      "--emit-kubernetes-events=false",
      ADDRESS,
    );
    await one.ready(60_000);
    await eventually(() => one.lines("[service-missing]").length > 0);
    // What it would say of this it would have said of the others before.
    await trial.apply(INGRESS("last"));
    await eventually(() => String(gateway.recording.body(gateway.hash())).includes("/last"));
    expect(proxy.writes.map(({ target }) => target).filter((target) => !target.includes("/leases"))).toEqual([]);
    expect(await trial.lines(INGRESS())).toEqual([]);
  });
});
