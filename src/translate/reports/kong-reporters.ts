import { Ingress } from "../../resources/core/ingress.ts";
import { Service, type ServiceObject } from "../../resources/core/service.ts";
import type { Kind, KubernetesObject } from "../../resources/kind.ts";
import { KongConsumer } from "../../resources/kong/kong-consumer.ts";
import { KongConsumerGroup } from "../../resources/kong/kong-consumer-group.ts";
import { KongCustomEntity, type KongCustomEntityObject } from "../../resources/kong/kong-custom-entity.ts";
import { KongLicense, type KongLicenseObject } from "../../resources/kong/kong-license.ts";
import { KongServiceFacade, type KongServiceFacadeObject } from "../../resources/kong/kong-service-facade.ts";
import { KongUpstreamPolicy } from "../../resources/kong/kong-upstream-policy.ts";
import { KongVault } from "../../resources/kong/kong-vault.ts";
import { TCPIngress } from "../../resources/kong/tcp-ingress.ts";
import { UDPIngress } from "../../resources/kong/udp-ingress.ts";
import type { Index } from "../../store/object-store.ts";
import { annotationsOf, kong } from "../annotations.ts";
import { isOurs } from "../ingress/class.ts";
import type { ObjectReport, PolicyReferrer } from "./report.ts";
import type { Reporter } from "./reports.ts";

/** The Services that name a KongUpstreamPolicy: `namespace/policy`. */
export const servicesByUpstreamPolicy: Index<ServiceObject> = {
  name: "services-by-upstream-policy",
  kind: Service,
  keys: namedPolicy,
};

/** The facades that do. */
export const facadesByUpstreamPolicy: Index<KongServiceFacadeObject> = {
  name: "facades-by-upstream-policy",
  kind: KongServiceFacade,
  keys: namedPolicy,
};

/** All KongLicenses that may be used, under "". */
export const enabledLicenses: Index<KongLicenseObject> = {
  name: "enabled-licenses",
  kind: KongLicense,
  keys: ({ enabled }) => (enabled === false ? [] : [""]),
};

function namedPolicy(object: KubernetesObject): readonly string[] {
  const name = kong(annotationsOf(object), "upstream-policy") ?? "";
  return name === "" ? [] : [`${object.metadata.namespace ?? ""}/${name}`];
}

/** Objects that are ours by their class, and of which there is nothing else to say. */
function ofOurClass<T extends KubernetesObject>(
  kind: Kind<T>,
  report: ObjectReport,
  className: (object: T) => string | undefined = () => undefined,
): Reporter<T> {
  return { kind, report: (object, view) => (isOurs(object, className(object), view) ? report : undefined) };
}

const upstreamPolicy: Reporter = {
  kind: KongUpstreamPolicy,
  report({ metadata: { namespace = "", name } }, view) {
    const key = `${namespace}/${name}`;
    const named = [...view.survey(servicesByUpstreamPolicy, key), ...view.survey(facadesByUpstreamPolicy, key)];
    const age = ({ kind, metadata }: KubernetesObject) =>
      `${metadata.creationTimestamp ?? ""} ${kind} ${metadata.name}`;
    const sorted = named.sort((a, b) => (age(a) < age(b) ? -1 : 1));
    const referrers = sorted.map(
      ({ kind, metadata }): PolicyReferrer => ({
        kind: kind as PolicyReferrer["kind"],
        namespace,
        name: metadata.name,
      }),
    );
    return { type: "upstream-policy", referrers };
  },
};

const license: Reporter<KongLicenseObject> = {
  kind: KongLicense,
  report(object, view) {
    if (object.enabled === false) return undefined;
    const all = view.survey(enabledLicenses, "");
    return { type: "license", newest: !all.some((other) => isNewer(other, object)) };
  },
};

/** Of those made in the same second the first by name counts. */
function isNewer({ metadata: a }: KongLicenseObject, { metadata: b }: KongLicenseObject): boolean {
  const [left, right] = [a.creationTimestamp ?? "", b.creationTimestamp ?? ""];
  return left === right ? a.name < b.name : left > right;
}

const customEntity: Reporter<KongCustomEntityObject> = {
  kind: KongCustomEntity,
  report({ spec }, { input: { settings } }) {
    return settings.customEntities && spec.controllerName === settings.ingressClass
      ? { type: "programmed" }
      : undefined;
  },
};

/** Ingresses and Kong's own kinds. */
export const kongReporters: readonly Reporter[] = [
  ofOurClass(Ingress, { type: "addresses", udp: false }, ({ spec }) => spec?.ingressClassName),
  ofOurClass(TCPIngress, { type: "addresses", udp: false }),
  ofOurClass(UDPIngress, { type: "addresses", udp: true }),
  ofOurClass(KongConsumer, { type: "programmed" }),
  ofOurClass(KongConsumerGroup, { type: "programmed" }),
  ofOurClass(KongVault, { type: "programmed" }),
  ofOurClass(KongServiceFacade, { type: "programmed" }),
  customEntity,
  upstreamPolicy,
  license,
];
