import type { Problem } from "../base/problem.ts";
import { Service, type ServiceObject } from "../resources/core/service.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { type AddressSource, ingressAddresses } from "./publish-addresses.ts";

/** What keeps addresses out of statuses: a Service in front of the gateways that is not there, or has none yet. It ends nothing. */
export function publishProblems(store: ObjectStore, sources: readonly AddressSource[]): readonly Problem[] {
  const names = new Set(sources.flatMap(({ fixed, service }) => (fixed.length > 0 ? [] : (service ?? []))));
  return [...names].flatMap((name): readonly Problem[] => {
    const slash = name.indexOf("/");
    const [namespace, own] = [name.slice(0, slash), name.slice(slash + 1)];
    const found = store.get(Service, namespace, own);
    const problem = found === undefined ? missing(name) : withoutAddress(found);
    return problem === undefined
      ? []
      : [{ ...problem, object: { group: "", version: "v1", kind: "Service", namespace, name: own } }];
  });
}

function missing(name: string): Omit<Problem, "object"> {
  return {
    code: "publish-service-missing",
    severity: "warning",
    message: `there is no Service ${name}, whose addresses statuses are to carry (--publish-service, --publish-service-udp); no addresses are written until there is`,
  };
}

function withoutAddress(service: ServiceObject): Omit<Problem, "object"> | undefined {
  if (ingressAddresses(service).length > 0) return undefined;
  return {
    code: "publish-address-missing",
    severity: "warning",
    message:
      "it has no address yet, so that none is written into statuses; a Service of type LoadBalancer gets one from the cluster's load balancers, else set --publish-status-address",
  };
}
