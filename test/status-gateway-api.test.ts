import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { apiServerAvailable, CLUSTER_TIMEOUT } from "./support/cluster.ts";
import { toObjects } from "./support/cluster-client.ts";
import { eventually } from "./support/eventually.ts";
import { publishedCrdsAvailable } from "./support/published-crds.ts";
import { listenerLines, routeLines, StatusTrial, TRIAL_LIMIT } from "./support/status-trial.ts";

/** Statuses that several controllers write into, whose Gateways are ours, and where addresses come from, on a real API server. */

const OURS = "konghq.com/kic-gateway-controller";
const UNMANAGED = '{konghq.com/gatewayclass-unmanaged: "true"}';
const CLASS = (name = "kong", controller = OURS, annotations = UNMANAGED) => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: ${name}, annotations: ${annotations}}
spec: {controllerName: ${controller}}`;
const GATEWAY = (name: string, className = "kong", annotations = "{}") => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
spec: {gatewayClassName: ${className}, listeners: [{name: http, port: 80, protocol: HTTP}]}`;
const ROUTE = (name: string, parents: readonly string[], path = `/${name}`) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: shop}
spec:
  parentRefs: [${parents.map((parent) => `{name: ${parent}}`).join(", ")}]
  rules: [{matches: [{path: {value: ${path}}}], backendRefs: [{name: a, port: 80}]}]`;
const PROXY = (spec: string, name = "proxy") =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: kong}, spec: ${spec}}`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {ingressClassName: kong, defaultBackend: {service: {name: a, port: {number: 80}}}}`;
const UDP_INGRESS = `
apiVersion: configuration.konghq.com/v1beta1
kind: UDPIngress
metadata: {name: dns, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
spec: {rules: [{port: 53, backend: {serviceName: a, servicePort: 53}}]}`;

const TAKEN = "True ConfiguredInGateway";
const THEIRS = {
  parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "shop", name: "elsewhere" },
  controllerName: "example.com/other",
  conditions: [condition("Accepted")],
};

describe.skipIf(!apiServerAvailable() || !publishedCrdsAvailable())(
  "statuses of the Gateway API",
  { timeout: TRIAL_LIMIT },
  () => {
    let trial: StatusTrial;

    beforeAll(async () => {
      trial = await StatusTrial.start();
    }, CLUSTER_TIMEOUT);
    afterAll(() => trial?.stop());
    afterEach(() => trial.clear());

    test("two controllers with entries on the same routes: each keeps its own up to date, and neither loses the other's", async () => {
      const [mine, theirs] = [await trial.preview(), await trial.preview()];
      const other = "konghq.com/other-controller";
      const routes = Array.from({ length: 12 }, (_, at) => ROUTE(`r${at}`, ["mine", "theirs"]));
      await trial.apply(CLASS(), CLASS("theirs", other), GATEWAY("mine"), GATEWAY("theirs", "theirs"), ...routes);
      trial.controller(mine.adminUrl, "--publish-status-address=192.0.2.1");
      trial.controller(
        theirs.adminUrl,
        "--publish-status-address=192.0.2.2",
        `--gateway-api-controller-name=${other}`,
        "--election-id=other",
      );
      const both = [
        ...routeLines("HTTPRoute", "Gateway/shop/mine", TAKEN),
        ...routeLines("HTTPRoute", "Gateway/shop/theirs", TAKEN, "True Accepted", other),
      ];
      for (const route of routes) await trial.says(route, both, 60_000);
      const [first, ...rest] = routes;
      await trial.cluster.apply(ROUTE("r0", ["theirs"]));
      await trial.says(first!, routeLines("HTTPRoute", "Gateway/shop/theirs", TAKEN, "True Accepted", other));
      for (const route of rest) expect(await trial.lines(route)).toEqual([...both].sort());
    });

    test("somebody else who writes into a status all the time loses nothing, and neither do we: a conflict is repeated", async () => {
      const gateway = await trial.preview();
      const proxy = await trial.cluster.proxy();
      await trial.apply(CLASS(), GATEWAY("mine"), ROUTE("r", ["mine"]));
      const kubeconfig = trial.cluster.controllerKubeconfig(proxy.url);
      const one = trial.controller(
        gateway.adminUrl,
        `--kubeconfig=${kubeconfig}`,
        "--publish-status-address=192.0.2.1",
      );
      await trial.says(ROUTE("r", ["mine"]), routeLines("HTTPRoute", "Gateway/shop/mine", TAKEN), 60_000);

      const [route] = toObjects(ROUTE("r", ["mine"]));
      const path = `${await trial.cluster.path(route!)}/status`;
      let last = 0;
      let busy = true;
      const writing = (async () => {
        while (busy) {
          const now = await trial.cluster.get(route!);
          const parents = ((now?.["status"] ?? {}) as { readonly parents?: readonly (typeof THEIRS)[] }).parents ?? [];
          const kept = parents.filter(({ controllerName }) => controllerName !== THEIRS.controllerName);
          const entry = { ...THEIRS, conditions: [condition("Accepted", String(last + 1))] };
          const answer = await trial.cluster.request("PUT", path, { ...now, status: { parents: [...kept, entry] } });
          if (answer.status === 200) last += 1;
        }
      })();
      const conflicts = () =>
        proxy.writes.filter(({ target, status }) => target.includes("/httproutes/") && status === 409);
      // Its generation changes again and again, until they meet.
      for (let at = 0; conflicts().length === 0 && at < 200; at++) {
        const generation = (await trial.cluster.apply(ROUTE("r", ["mine"], `/${at}`)))[0]!.metadata.generation;
        await eventually(async () => {
          const { parents = [] } = (await trial.status(route!)) as { readonly parents?: readonly (typeof THEIRS)[] };
          const ours = parents.find(({ controllerName }) => controllerName === OURS);
          return ours?.conditions.every(({ observedGeneration }) => observedGeneration === generation);
        }, 30_000);
      }
      busy = false;
      await writing;
      expect(conflicts().length).toBeGreaterThan(0);
      await trial.says(ROUTE("r", ["mine"]), [
        ...routeLines("HTTPRoute", "Gateway/shop/mine", TAKEN),
        "HTTPRoute parent gateway.networking.k8s.io/Gateway/shop/elsewhere by example.com/other: Accepted True Accepted",
      ]);
      const { parents } = (await trial.status(route!)) as { readonly parents: readonly (typeof THEIRS)[] };
      const theirs = parents.find(({ controllerName }) => controllerName === THEIRS.controllerName);
      expect(Number(theirs?.conditions[0]?.message)).toBeGreaterThanOrEqual(last);
      expect(one.lines("cannot be written")).toEqual([]);
    });

    test("the status of a Gateway whose class another operator manages is left to it; its routes are ours", async () => {
      const gateway = await trial.preview();
      await trial.apply(CLASS("kong", OURS, "{}"), GATEWAY("managed"), ROUTE("r", ["managed"]));
      const before = await trial.status(GATEWAY("managed"));
      trial.controller(gateway.adminUrl, "--publish-status-address=192.0.2.1");
      await trial.says(ROUTE("r", ["managed"]), routeLines("HTTPRoute", "Gateway/shop/managed", TAKEN), 60_000);
      await trial.says(CLASS(), ["GatewayClass: Accepted True Accepted"]);
      expect(await trial.status(GATEWAY("managed"))).toEqual(before);
      expect((await trial.cluster.get(toObjects(GATEWAY("managed"))[0]!))?.metadata.annotations ?? {}).toEqual({});
    });

    test("--publish-service: Gateways are told of it, and have its addresses; one for another Service is refused", async () => {
      const gateway = await trial.preview();
      const other = GATEWAY("other", "kong", "{konghq.com/publish-service: kong/elsewhere}");
      const balanced = PROXY("{type: LoadBalancer, ports: [{port: 80}]}");
      await trial.apply(balanced, CLASS(), GATEWAY("mine"), other, ROUTE("r", ["mine", "other"]), INGRESS);
      trial.controller(gateway.adminUrl, "--publish-service=kong/proxy");
      const mine = listenerLines("Gateway", "http", 1, "True Programmed");
      await trial.says(GATEWAY("mine"), mine, 60_000);
      expect(await trial.lines(INGRESS)).toEqual([]);
      expect((await trial.cluster.get(toObjects(GATEWAY("mine"))[0]!))?.metadata.annotations).toMatchObject({
        "konghq.com/publish-service": "kong/proxy",
      });
      await eventually(async () => (await trial.lines(other)).includes("Gateway: Accepted False InvalidParameters"));
      await trial.says(ROUTE("r", ["mine"]), [
        ...routeLines("HTTPRoute", "Gateway/shop/mine", TAKEN),
        ...routeLines("HTTPRoute", "Gateway/shop/other", "Unknown Unknown", "False NotAllowedByListeners"),
      ]);

      const ingress = [{ ip: "192.0.2.10" }, { hostname: "lb.example.net" }];
      await trial.cluster.patchStatus(toObjects(balanced)[0]!, { loadBalancer: { ingress } });
      const reached = ingress.map((address) => `Ingress reached at ${JSON.stringify(address)}`);
      await trial.says(INGRESS, reached);
      await trial.says(GATEWAY("mine"), [
        ...mine,
        "Gateway address IPAddress 192.0.2.10",
        "Gateway address Hostname lb.example.net",
      ]);
    });

    test("--publish-service that comes late, without a load balancer: it is missed once, then Ingresses have its cluster addresses; UDP has a Service of its own", async () => {
      const gateway = await trial.preview();
      const udp = PROXY("{type: LoadBalancer, ports: [{port: 53, protocol: UDP}]}", "proxy-udp");
      await trial.apply(udp, INGRESS, UDP_INGRESS);
      await trial.cluster.patchStatus(toObjects(udp)[0]!, { loadBalancer: { ingress: [{ ip: "192.0.2.53" }] } });
      const one = trial.controller(
        gateway.adminUrl,
        "--publish-service=kong/proxy",
        "--publish-service-udp=kong/proxy-udp",
      );
      await trial.says(UDP_INGRESS, ['UDPIngress reached at {"ip":"192.0.2.53"}'], 60_000);
      expect(await trial.lines(INGRESS)).toEqual([]);
      await eventually(() => one.lines("[publish-service-missing]").length > 0);
      await trial.apply(PROXY("{type: ClusterIP, clusterIP: 10.96.7.7, ports: [{port: 80}]}"));
      await trial.says(INGRESS, ['Ingress reached at {"ip":"10.96.7.7"}']);
      expect(one.lines("[publish-service-missing]")).toHaveLength(1);
      expect(await trial.lines(UDP_INGRESS)).toEqual(['UDPIngress reached at {"ip":"192.0.2.53"}']);
    });

    test("--publish-status-address and its UDP twin count in the place of Services, and a Gateway has both", async () => {
      const gateway = await trial.preview();
      const proxy = PROXY("{type: ClusterIP, clusterIP: 10.96.7.7, ports: [{port: 80}]}");
      await trial.apply(proxy, CLASS(), GATEWAY("mine"), INGRESS, UDP_INGRESS);
      trial.controller(
        gateway.adminUrl,
        "--publish-service=kong/proxy",
        "--publish-status-address=192.0.2.1,edge.example.net",
        "--publish-status-address-udp=192.0.2.53",
      );
      const reached = ['Ingress reached at {"ip":"192.0.2.1"}', 'Ingress reached at {"hostname":"edge.example.net"}'];
      await trial.says(INGRESS, reached, 60_000);
      await trial.says(UDP_INGRESS, ['UDPIngress reached at {"ip":"192.0.2.53"}']);
      await trial.says(GATEWAY("mine"), [
        ...listenerLines("Gateway", "http", 0, "True Programmed"),
        "Gateway address IPAddress 192.0.2.1",
        "Gateway address Hostname edge.example.net",
        "Gateway address IPAddress 192.0.2.53",
      ]);
    });

    test("--gateway-to-reconcile: the other Gateway, and what is said about it, are left alone", async () => {
      const gateway = await trial.preview();
      const route = ROUTE("r", ["mine", "theirs"]);
      await trial.apply(CLASS(), GATEWAY("mine"), GATEWAY("theirs"), route);
      const before = await trial.status(GATEWAY("theirs"));
      const said = { ...THEIRS, parentRef: { ...THEIRS.parentRef, name: "theirs" }, controllerName: OURS };
      await trial.cluster.patchStatus(toObjects(route)[0]!, { parents: [said] });
      trial.controller(gateway.adminUrl, "--gateway-to-reconcile=shop/mine", "--publish-status-address=192.0.2.1");
      const own = routeLines("HTTPRoute", "Gateway/shop/mine", TAKEN);
      await trial.says(
        route,
        [...own, `HTTPRoute parent gateway.networking.k8s.io/Gateway/shop/theirs by ${OURS}: Accepted True Accepted`],
        60_000,
      );
      expect(await trial.status(GATEWAY("theirs"))).toEqual(before);
    });
  },
);

function condition(type: string, message = "", observedGeneration = 1) {
  return {
    type,
    status: "True",
    reason: type,
    message,
    observedGeneration,
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
}
