import { ManualClock } from "../../base/manual-clock.ts";
import type { ObjectKey } from "../../resources/kind.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { Compiler } from "../compiler.ts";
import { indexes } from "../indexes.ts";
import { objectsOf, outcome, PROFILE, SETTINGS } from "./compile.ts";

/** A Service `web` with an endpoint. */
export const BASE = `
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop, uid: web}, spec: {ports: [{port: 80}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}, addressType: IPv4,
 ports: [{name: "", port: 8080}], endpoints: [{addresses: [10.0.0.1]}]}
`;

/** An Ingress for the Service `web`. */
export function ingress(name: string, path: string, { annotations = "", uid = name } = {}): string {
  return `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: ${name}, namespace: shop, uid: ${uid}, annotations: {${annotations}}}, spec: {ingressClassName: kong, rules: [
    {http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}`;
}

/** The KongPlugin `limit`. */
export function plugin(limit: number, uid = "limit"): string {
  return `{apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: {name: limit, namespace: shop, uid: ${uid}}, plugin: rate-limiting, config: {minute: ${limit}}}`;
}

/** An annotation, for `ingress`. */
export const USES_LIMIT = "konghq.com/plugins: limit";

/** For tests of what stands in: objects, and a compiler whose configuration is accepted when the test says so. */
export class StandInRig {
  readonly store: ObjectStore;
  readonly compiler: Compiler;

  constructor(store = new ObjectStore(indexes), profile = PROFILE) {
    this.store = store;
    this.compiler = new Compiler(store, { settings: SETTINGS, profile }, new ManualClock(), [], true);
  }

  set(...yamls: readonly string[]): void {
    for (const yaml of yamls) for (const object of objectsOf(yaml)) this.store.set(object);
  }

  delete(key: ObjectKey): void {
    const [kind = "", namespace = "", name = ""] = key.split("/");
    this.store.delete(kind, namespace, name);
  }

  /** Compiles, and a gateway takes it. */
  async accepted(): Promise<void> {
    await this.compiler.run();
    this.compiler.mark(this.store.revision);
    this.compiler.accept();
  }

  async exclude(excluded: readonly ObjectKey[], refused: readonly ObjectKey[] = []): Promise<void> {
    this.compiler.exclude(new Set(excluded), new Set(refused));
    await this.compiler.run();
  }

  /** The paths of all routes, sorted. */
  get paths(): readonly string[] {
    const { services = [] } = outcome(this.compiler).document;
    const routes = services.flatMap((service) => (service["routes"] ?? []) as { readonly paths: readonly string[] }[]);
    return routes.flatMap((route) => route.paths.filter((path) => !path.startsWith("~"))).sort();
  }

  get limits(): readonly unknown[] {
    return (outcome(this.compiler).document["plugins"] ?? []).map(
      (each) => (each["config"] as { readonly minute: number }).minute,
    );
  }

  get targets(): readonly unknown[] {
    return (outcome(this.compiler).document["upstreams"] ?? []).flatMap((upstream) =>
      ((upstream["targets"] ?? []) as { readonly target: string }[]).map(({ target }) => target),
    );
  }
}

/** Beside these there is a Service `web` with an endpoint; all of it is accepted. */
export async function acceptedRig(...yamls: readonly string[]): Promise<StandInRig> {
  const rig = new StandInRig();
  rig.set(BASE, ...yamls);
  await rig.accepted();
  return rig;
}
