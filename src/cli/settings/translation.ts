import { bundledPlugins } from "../../kong/schema/plugins/table.ts";
import type { Profile, Settings } from "../../translate/input.ts";
import { allGates } from "../flags/gates.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import type { FlagValues } from "../flags/table.ts";

/** What the flags say about translating. `offline`: the objects come from files, and what they name but do not hold is taken to exist. */
export function translateSettings({ values }: ParsedFlags, offline: boolean): Settings {
  const gates = allGates(values["feature-gates"]);
  const gateway = values["gateway-to-reconcile"];
  return {
    ingressClass: values["ingress-class"],
    controllerName: values["gateway-api-controller-name"],
    clusterDomain: values["cluster-domain"],
    drainSupport: values["enable-drain-support"],
    combinedServices: values["combined-services-from-different-httproutes"],
    watchIngressClasses: values["enable-controller-ingress-class-networkingv1"],
    gatewayToReconcile: gateway === undefined ? undefined : `${gateway.namespace}/${gateway.name}`,
    // Offline nobody can say what stands in front of the gateways.
    publishServices: offline ? [] : publishServices(values),
    fillIds: gates.FillIDs,
    rewriteUris: gates.RewriteURIs,
    serviceFacade: gates.KongServiceFacade,
    customEntities: gates.KongCustomEntity,
    preflight: values.preflight,
    assumeExisting: offline,
  };
}

/** The Services in front of the gateways: `namespace/name`. */
function publishServices(values: FlagValues): readonly string[] {
  const named = [values["publish-service"], values["publish-service-udp"]];
  return named.flatMap((service) => (service === undefined ? [] : `${service.namespace}/${service.name}`));
}

/** The gateway to compile for as long as none has answered, and offline. */
export function assumedProfile({ values }: ParsedFlags): Profile {
  const { numbers, enterprise } = values["kong-version"];
  const custom = values["custom-plugins"].map((name) => name.trim()).filter((name) => name !== "");
  return {
    flavor: values["router-flavor"],
    version: numbers,
    enterprise,
    workspace: values["kong-workspace"],
    dbless: true,
    ...(custom.length === 0 ? {} : { plugins: [...new Set([...bundledPlugins.keys(), ...custom])].sort() }),
  };
}
